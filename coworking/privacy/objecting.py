"""Objecting to a use that rests on a legitimate interest (GDPR Art. 21): one purpose at a time, with one button.

News stops at once and for good. Any other purpose is paused until the operator answers, and stays off where the objection is
accepted. What a pause does is said per purpose below; a purpose that the register names and that has no effect here fails a test.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper

from coworking.bookings import guests
from coworking.bookings.models import BookingGuest
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.mail_classes import MailClass
from coworking.core.outbox import WAITING, OutboxMail
from coworking.enquiries.models import Enquiry
from coworking.operators.models import Operator
from coworking.people.models import Person, SignInSession

from . import mail_choices
from .finding import Subject, columns_of
from .models import Objection, PrivacyRequest
from .models.asking import RequestKind, RequestState
from .register import ENTRIES
from .register.terms import Basis, Controller, Purpose
from .requests import Asker, open_request

PAUSED, UPHELD, REFUSED, WITHDRAWN = "paused", "upheld", "refused", "withdrawn"
STOPPED = (PAUSED, UPHELD)
LETTERS = (Purpose.NEWS,)
_STOPPING = (RequestState.OPEN.value, RequestState.WAITING.value, RequestState.DONE.value)
_ANSWERED = {RequestState.DONE.value: UPHELD, RequestState.REFUSED.value: REFUSED, RequestState.WITHDRAWN.value: WITHDRAWN}


class NothingToObject(ValueError):
    """A purpose that rests on no legitimate interest and is no direct marketing: there are other rights against it."""


@dataclass(frozen=True, slots=True)
class Objectable:
    """A purpose that somebody may object to: what is used for it, why the interest was found to weigh more, and what was said so far."""

    purpose: Purpose
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    row: Objection | None

    @property
    def is_stopped(self) -> bool:
        """Whether it is paused or off for the person."""
        return self.row is not None and self.row.state in STOPPED


def choices(person_id: UUID | None) -> list[Objectable]:
    """Every purpose that the person may object to, direct marketing first."""
    rows = {row.purpose: row for row in db.session.scalars(sa.select(Objection).where(Objection.person_id == person_id).order_by(Objection.id))}
    return [_choice(purpose, rows.get(purpose.value)) for purpose in open_purposes()]


def open_purposes() -> list[Purpose]:
    """Direct marketing, and every purpose of the operator's that rests on a legitimate interest."""
    weighed = {
        use.purpose for entry in ENTRIES.values() if entry.controller is Controller.OPERATOR for use in entry.uses if use.basis is Basis.INTEREST
    }
    return [*LETTERS, *(purpose for purpose in Purpose if purpose in weighed and purpose not in LETTERS)]


def make(operator: Operator, person: Person, purpose: Purpose, words: str, channel: str, known: PrivacyRequest | None = None) -> Objection:
    """Object. What it stops stops now. Objecting again to what is stopped already changes nothing. Raises NothingToObject.

    ``known``: the request that the desk wrote down already.
    """
    if purpose not in open_purposes():
        raise NothingToObject
    running = sa.select(Objection).where(Objection.person_id == person.id, Objection.purpose == purpose.value, Objection.state.in_(STOPPED))
    if (before := db.session.scalar(running.limit(1))) is not None:
        return before
    row = Objection(person_id=person.id, purpose=purpose.value, words=words)
    db.session.add(row)
    db.session.flush()
    if purpose in LETTERS:
        _stop_letters(row, person, known)
    else:
        request = known or open_request(operator, Asker.of(Subject(person.id, person.email), operator), RequestKind.OBJECT, channel, words)
        request.purpose, request.facts = purpose.value, {**request.facts, "objection": str(row.id)}
    EFFECTS[purpose](person.email)
    db.session.flush()
    return row


def _stop_letters(row: Objection, person: Person, known: PrivacyRequest | None) -> None:
    """Nobody weighs anything against this one: Art. 21(3)."""
    row.state, row.answered_at = UPHELD, clock.now()
    for mail_class in (MailClass.NEWS, MailClass.MARKETING):
        mail_choices.choose(person.email, mail_class, wanted=False, how=mail_choices.PROFILE if known is None else mail_choices.STAFF)
    if known is not None:
        known.purpose, known.state, known.answered_at = row.purpose, RequestState.DONE.value, row.answered_at


def make_by_address(
    operator: Operator, email: str, purpose: Purpose, words: str, channel: str, known: PrivacyRequest | None = None
) -> PrivacyRequest:
    """Object for an address without an account, such as a guest's. The request itself says that it is stopped. Raises NothingToObject."""
    if purpose not in open_purposes():
        raise NothingToObject
    asked = known or open_request(operator, Asker.of(Subject(None, email.lower()), operator), RequestKind.OBJECT, channel, words)
    asked.purpose = purpose.value
    if purpose in LETTERS:
        for mail_class in (MailClass.NEWS, MailClass.MARKETING):
            mail_choices.choose(email, mail_class, wanted=False, how=mail_choices.LINK if known is None else mail_choices.STAFF)
        asked.state, asked.answered_at = RequestState.DONE.value, clock.now()
    EFFECTS[purpose](email.lower())
    db.session.flush()
    return asked


def take_back(row: Objection) -> None:
    """The person no longer objects. Mails that were stopped stay stopped until they are wanted again."""
    if row.state not in STOPPED:
        return
    row.state, row.answered_at = WITHDRAWN, clock.now()
    asked = sa.select(PrivacyRequest).where(PrivacyRequest.person_id == row.person_id, PrivacyRequest.kind == RequestKind.OBJECT.value)
    for request in db.session.scalars(asked.where(PrivacyRequest.state == RequestState.OPEN.value)):
        if request.facts.get("objection") == str(row.id):
            request.state, request.answered_at = RequestState.WITHDRAWN.value, clock.now()
    db.session.flush()


def is_stopped(email: str, purpose: Purpose) -> bool:
    """Whether the person behind an address objected to a purpose, and was not refused."""
    return bool(stopped_among([email], purpose))


def stopped_among(emails: Collection[str], purpose: Purpose) -> set[str]:
    """Which of the addresses belong to people who objected to a purpose, in lower case."""
    asked_about = {email.lower() for email in emails}
    wanted = sa.select(Person.email).join(Objection, Objection.person_id == Person.id)
    mine = (Objection.purpose == purpose.value, Objection.state.in_(STOPPED), Person.email.in_(asked_about))
    address = sa.func.lower(PrivacyRequest.email)
    without_account = (PrivacyRequest.kind == RequestKind.OBJECT.value, PrivacyRequest.purpose == purpose.value, PrivacyRequest.person_id.is_(None))
    by_address = sa.select(address).where(*without_account, PrivacyRequest.state.in_(_STOPPING), address.in_(asked_about))
    return set(db.session.scalars(wanted.where(*mine))) | set(db.session.scalars(by_address))


def _choice(purpose: Purpose, row: Objection | None) -> Objectable:
    uses = [(entry, use) for entry in ENTRIES.values() for use in entry.uses if use.purpose is purpose and entry.controller is Controller.OPERATOR]
    weighed = [(entry, use) for entry, use in uses if use.basis is Basis.INTEREST] or uses
    notes = dict.fromkeys(str(use.balancing) for _entry, use in weighed if use.balancing is not None)
    return Objectable(purpose, tuple(str(entry.title) for entry, _use in weighed), tuple(notes), row)


def _nothing_more(_email: str) -> None:
    """What stops is looked up where it would happen."""


def _forget_browsers(email: str) -> None:
    """Which browser was used is a convenience: it goes, and is not noted again. That somebody is signed in has to be known."""
    person = sa.select(Person.id).where(Person.email == email)
    db.session.execute(sa.update(SignInSession).where(SignInSession.person_id.in_(person)).values(browser=""), execution_options=_PLAIN)


def _forget_invitations(email: str) -> None:
    """No guest list names them any more."""
    db.session.execute(sa.delete(BookingGuest).where(sa.func.lower(BookingGuest.email) == email), execution_options=_PLAIN)


def _forget_answered_messages(email: str) -> None:
    """Messages that were answered go at once. An open one waits for its answer, which they asked for."""
    answered = sa.and_(sa.func.lower(Enquiry.email) == email, Enquiry.closed_at.is_not(None))
    db.session.execute(sa.delete(Enquiry).where(answered), execution_options=_PLAIN)


def _forget_mails(email: str) -> None:
    """No copy of a mail that went out stays, from now on either: see ``_keep_no_copy``."""
    ours = OutboxMail.operator_id == tenancy.current_operator_id()
    sent = sa.and_(sa.func.lower(OutboxMail.to) == email, ours, OutboxMail.state != WAITING)
    db.session.execute(sa.delete(OutboxMail).where(sent), execution_options=_PLAIN)


_PLAIN = {"synchronize_session": False}
EFFECTS: dict[Purpose, Callable[[str], None]] = {
    Purpose.NEWS: _nothing_more,
    Purpose.SECURITY: _forget_browsers,
    Purpose.BOOKING: _forget_invitations,
    Purpose.ANSWERING: _forget_answered_messages,
    Purpose.DELIVERY: _forget_mails,
    # Jobs name rows by number and are gone within minutes. Nothing can be paused without refusing what the person asks for.
    Purpose.RUNNING: _nothing_more,
}
"""What happens at once, by purpose."""


@guests.uninvited
def _not_to_be_invited(emails: Collection[str]) -> set[str]:
    return stopped_among(emails, Purpose.BOOKING)


@event.listens_for(SignInSession, "before_insert")
def _note_no_browser(_mapper: Mapper[SignInSession], connection: Connection, session: SignInSession) -> None:
    if session.browser and _objected(connection, Objection.person_id == session.person_id, Purpose.SECURITY):
        session.browser = ""


@event.listens_for(OutboxMail, "before_insert")
def _keep_no_copy(_mapper: Mapper[OutboxMail], connection: Connection, mail: OutboxMail) -> None:
    person = sa.select(Person.id).where(Person.operator_id == mail.operator_id, Person.email == mail.to.lower()).scalar_subquery()
    if mail.operator_id is not None and _objected(connection, Objection.person_id == person, Purpose.DELIVERY):
        mail.vanishes = True


def _objected(connection: Connection, whose: sa.ColumnElement[bool], purpose: Purpose) -> bool:
    wanted = sa.select(Objection.id).where(whose, Objection.purpose == purpose.value, Objection.state.in_(STOPPED))
    return connection.scalar(wanted.limit(1)) is not None


@event.listens_for(PrivacyRequest, "after_update")
def _follow_the_answer(_mapper: Mapper[PrivacyRequest], connection: Connection, request: PrivacyRequest) -> None:
    """An objection stands as its request was answered, wherever that was."""
    state = _ANSWERED.get(request.state)
    named: Any = (request.facts or {}).get("objection")
    if request.kind != RequestKind.OBJECT.value or state is None or named is None:
        return
    table = columns_of(Objection.__tablename__)
    mine = sa.and_(table.c.id == UUID(named), table.c.state == PAUSED)
    connection.execute(sa.update(table).where(mine).values(state=state, answer=request.answer, answered_at=request.answered_at))
