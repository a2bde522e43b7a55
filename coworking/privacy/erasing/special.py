"""What a few tables need beyond the general rule, by name of the table."""

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa

from coworking.billing.models import Account, Charge, Invoice, InvoiceState
from coworking.bookings.models import Booking, BookingKind, State
from coworking.core import clock, files, jobs
from coworking.core.db import db
from coworking.core.labels import PERSONAL
from coworking.core.links import operator_in_force
from coworking.core.outbox import OutboxAttachment, OutboxMail
from coworking.memberships.models import Subscription, SubscriptionState
from coworking.people import throttle
from coworking.people.company import Seat
from coworking.people.models import MailedLink, Person

from .. import occupancy
from ..finding import Subject, columns_of, owned
from ..models import PrivacyRequest
from ..models.asking import RequestKind, RequestState
from ..register import TABLES
from ..register.table import Fate

Severer = Callable[[Subject, sa.ColumnElement[bool]], None]

SEALED = frozenset({"invoice", "invoice_line", "invoice_tax", "ledger_entry", "subscription_event"})
"""What the database lets nobody point elsewhere (billing/seals.py)."""
SKELETON = frozenset({"id", "email", "closed_at", "joined_at", "role"})
"""What a person's row keeps while a legal hold needs it: who it is about, and where to tell them that it is over."""
OF_THE_HOLD = frozenset({"legal_hold", "privacy_request"})
"""What stays as long as a hold does: itself, and the request that is finished when it ends."""
WITH_MENTION: dict[tuple[str, str], dict[str, str]] = {("ledger_entry", "person_id"): {"note": ""}}
"""Words beside a mention that go with it."""


def _bookings(_subject: Subject, rows: sa.ColumnElement[bool]) -> None:
    found = db.session.scalars(sa.select(Booking).where(rows).order_by(Booking.id)).all()
    if found:
        occupancy.absorb(found)


def _mails(subject: Subject, rows: sa.ColumnElement[bool]) -> None:
    mails = columns_of("outbox_mail")
    if subject.email.lower() == operator_in_force().email.lower():
        # Answers to every mail of the house go to its address: only those sent to it are this person's.
        rows = sa.and_(rows, sa.func.lower(mails.c.to) == subject.email.lower())
    db.session.connection().execute(sa.delete(columns_of("outbox_attachment")).where(_of(rows)))
    db.session.connection().execute(sa.delete(mails).where(rows))


SEVERERS: dict[str, Severer] = {"booking": _bookings, "outbox_mail": _mails}


def end_what_runs(subject: Subject) -> None:
    """End contracts and cancel what is ahead: after a restore, or for a child, an erasure does not wait for them."""
    now = clock.now()
    today = clock.today(operator_in_force().zone)
    ending = {"state": SubscriptionState.ENDED.value, "next_on": None, "ends_on": sa.func.coalesce(Subscription.ends_on, today)}
    for statement in (
        sa.update(Subscription).where(owned(subject, "subscription"), Subscription.state != SubscriptionState.ENDED.value).values(**ending),
        sa.update(Booking)
        .where(owned(subject, "booking"), Booking.state == State.CONFIRMED.value, Booking.kind == BookingKind.BOOKING.value, Booking.ends_at > now)
        .values(state=State.CANCELLED.value, cancelled_at=now),
    ):
        db.session.execute(statement, execution_options={"synchronize_session": False})
    _drop_drafts(subject)
    open_charges = sa.update(Charge).where(owned(subject, "charge"), Charge.invoice_id.is_(None), Charge.waived_at.is_(None))
    db.session.execute(open_charges.values(waived_at=now), execution_options={"synchronize_session": False})


def close_requests(subject: Subject) -> None:
    """Whatever the subject asked to be erased is done herewith."""
    asked = sa.update(PrivacyRequest).where(
        owned(subject, "privacy_request"), PrivacyRequest.kind == RequestKind.ERASE.value, PrivacyRequest.answered_at.is_(None)
    )
    db.session.execute(
        asked.values(state=RequestState.DONE.value, answered_at=clock.now(), runs_on=None), execution_options={"synchronize_session": False}
    )


def _drop_drafts(subject: Subject) -> None:
    drafts = sa.select(Invoice.id).where(owned(subject, "invoice"), Invoice.state == InvoiceState.DRAFT.value)
    ids = list(db.session.scalars(drafts))
    if ids:
        quietly = {"synchronize_session": False}
        db.session.execute(sa.update(Charge).where(Charge.invoice_id.in_(ids)).values(invoice_id=None), execution_options=quietly)
        db.session.execute(sa.delete(Invoice).where(Invoice.id.in_(ids)), execution_options=quietly)


def provider_customers(subject: Subject) -> list[str]:
    """Tokens by which the payment provider knows the subject."""
    return [token for token in db.session.scalars(sa.select(Account.provider_customer).where(owned(subject, "account"))) if token]


def cut_copies(subject: Subject, person: Person | None) -> None:
    """Take the person out of places that have no path to them: copies of an address, words in mails, the queue, files."""
    addresses = {subject.email, person.email if person is not None else ""} - {""}
    for address in addresses:
        _readdress_companies(address)
        throttle.forget(address)
        jobs.forget(address)
    if person is not None:
        jobs.forget(str(person.id))
        _drop_files(subject)
        _drop_mails_to_asked(person)
    _drop_mails_about(_telling(person.name if person is not None else "", addresses))


def _drop_mails_to_asked(person: Person) -> None:
    """Delete mails to a new address that was asked for and never confirmed, unless it is somebody else's account."""
    asked = sa.select(MailedLink.address).where(MailedLink.person_id == person.id, MailedLink.address.not_in(sa.select(Person.email)))
    rows = sa.and_(OutboxMail.operator_id == operator_in_force().id, OutboxMail.to.in_(list(db.session.scalars(asked.distinct()))))
    db.session.connection().execute(sa.delete(columns_of("outbox_attachment")).where(_of(rows)))
    db.session.connection().execute(sa.delete(columns_of("outbox_mail")).where(rows))


def _readdress_companies(address: str) -> None:
    """A company's bills went to the person: from now on to another admin, or to nobody until staff finds one."""
    rows = sa.select(Account).where(Account.company_id.is_not(None), sa.func.lower(Account.email) == address.lower())
    for account in db.session.scalars(rows):
        others = (
            sa.select(Person.email)
            .join(Seat, Seat.person_id == Person.id)
            .where(
                Seat.company_id == account.company_id, Seat.admin.is_(True), Seat.left_at.is_(None), sa.func.lower(Person.email) != address.lower()
            )
        )
        account.email = db.session.scalar(others.order_by(Seat.joined_at).limit(1)) or ""
    db.session.flush()


def _drop_files(subject: Subject) -> None:
    for table in TABLES.values():
        if table.fate is not Fate.DELETE or not table.owner:
            continue
        for column in columns_of(table.name).c:
            if PERSONAL in column.info and column.name.endswith("_file"):
                for key in db.session.connection().scalars(sa.select(column).where(owned(subject, table.name), column.is_not(None))):
                    files.delete(key)


def _telling(name: str, addresses: set[str]) -> list[str]:
    """Words that name the person in a mail. A single word may be anybody's name, so only a full one counts."""
    named = name if " " in name.strip() and name != operator_in_force().name else ""
    return [words for words in (named, *sorted(addresses)) if words]


def _drop_mails_about(words: list[str]) -> None:
    """Delete mails that name the person, to whomever they went. Names stand escaped in HTML, and folded in calendars."""
    if not words:
        return
    mails, operator_email = columns_of("outbox_mail"), operator_in_force().email.lower()
    telling = [each for each in words if each.lower() != operator_email]
    said = [
        mails.c[column].icontains(form, autoescape=True)
        for column in ("subject", "text", "html")
        for each in telling
        for form in {each, _escaped(each)}
    ]
    ours = mails.c.operator_id == operator_in_force().id
    rows = sa.and_(ours, mails.c.vanishes.is_(False), sa.or_(sa.false(), *said, mails.c.id.in_(_with_calendars_about(telling))))
    db.session.connection().execute(sa.delete(columns_of("outbox_attachment")).where(_of(rows)))
    db.session.connection().execute(sa.delete(mails).where(rows))


def _with_calendars_about(words: list[str]) -> list[UUID]:
    calendars = sa.select(OutboxAttachment.mail_id, OutboxAttachment.data).where(
        OutboxAttachment.mail_id.in_(sa.select(OutboxMail.id).where(OutboxMail.operator_id == operator_in_force().id)),
        OutboxAttachment.content_type.startswith("text/"),
    )
    found: list[UUID] = []
    for mail_id, data in db.session.connection().execute(calendars, execution_options={"yield_per": 100}):
        text = data.decode(errors="replace").replace("\r\n ", "").replace("\n ", "").lower()
        if any(each.lower() in text for each in words):
            found.append(mail_id)
    return found


def _of(rows: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return columns_of("outbox_attachment").c.mail_id.in_(sa.select(columns_of("outbox_mail").c.id).where(rows))


def _escaped(text: str) -> str:
    for sign, code in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;")):
        text = text.replace(sign, code)
    return text
