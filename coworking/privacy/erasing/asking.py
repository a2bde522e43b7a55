"""Asking to be erased: at once where nothing stands in the way, else as soon as it has ended. Nobody is asked why."""

from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, i18n
from coworking.core.db import db
from coworking.core.links import operator_in_force
from coworking.people.models import Person

from .. import holds
from ..finding import Subject
from ..models import PrivacyRequest
from ..models.asking import RequestKind, RequestState
from ..register.rules import RuleKey, rule
from ..requests import due_on
from . import doing, receipts
from .planning import plan

CHECKED_WITHIN = timedelta(days=7)
"""How long staff has to check the report of a child's account before it is erased anyway."""
OPEN = (RequestState.OPEN.value, RequestState.WAITING.value)


def ask(subject: Subject, channel: str, *, by: Person | None = None, known: PrivacyRequest | None = None) -> PrivacyRequest:
    """Ask for the erasure of a subject, by ``channel``: signed_in, link, paper, email, phone or inactive.

    Done at once where it can be: then the request is DONE and ``doing.receipt_number`` says under which number. With much
    to erase it is the work of a job, and the account is closed until then. With something in the way it waits. ``known``:
    the row that the desk wrote already. Asking again while one waits gives the same one.
    """
    request = known or waiting(subject) or _written(subject, channel, by)
    request.facts = {"why": doing.INACTIVE if channel == "inactive" else doing.ASKED, **request.facts}
    proceed(request)
    return request


def waiting(subject: Subject) -> PrivacyRequest | None:
    """The erasure that the subject asked for and that is not done yet."""
    wanted = sa.select(PrivacyRequest).where(PrivacyRequest.kind == RequestKind.ERASE.value, PrivacyRequest.state.in_(OPEN))
    if subject.person_id is not None:
        wanted = wanted.where(PrivacyRequest.person_id == subject.person_id)
    else:
        wanted = wanted.where(PrivacyRequest.person_id.is_(None), sa.func.lower(PrivacyRequest.email) == subject.email.lower())
    return db.session.scalar(wanted.order_by(PrivacyRequest.id).limit(1))


def withdraw(request: PrivacyRequest) -> None:
    """Whoever asked wants to stay after all. Nothing happens once the erasure has begun."""
    if request.state in OPEN and not doing.has_begun(request) and not is_child(request):
        request.state, request.answered_at = RequestState.WITHDRAWN.value, clock.now()
        db.session.flush()


def freeze(person: Person, *, by: Person | None = None) -> PrivacyRequest:
    """Close the account of somebody reported as a child, at once. It is erased after a check, or after CHECKED_WITHIN without one."""
    subject = Subject.of(person)
    request = waiting(subject) or _written(subject, "report", by)
    doing.close(person)
    request.facts = {**request.facts, "why": doing.CHILD}
    request.state, request.runs_on = RequestState.WAITING.value, _today() + CHECKED_WITHIN
    db.session.flush()
    return request


def checked(request: PrivacyRequest, *, is_a_child: bool, by: Person) -> None:
    """Staff looked: the account of a child is erased now, anybody else's is opened again."""
    request.handled_by_id = by.id
    if is_a_child:
        doing.begin(request, plan(doing.subject_of(request)))
        return
    person = db.session.get(Person, request.person_id) if request.person_id is not None else None
    if person is not None:
        person.closed_at = None
    request.state, request.answered_at, request.runs_on = RequestState.REFUSED.value, clock.now(), None
    db.session.flush()


def proceed(request: PrivacyRequest) -> None:
    """Erase now if nothing stands in the way any more; else say until when it waits. What has begun is carried on elsewhere."""
    if request.state not in OPEN or doing.has_begun(request):
        return
    if is_child(request):
        if request.runs_on is None or request.runs_on <= _today():
            doing.begin(request, plan(doing.subject_of(request)))
        return
    subject = doing.subject_of(request)
    if receipts.known(doing.receipt_number(request)) and holds.covering(subject):
        # All but what a legal hold keeps is gone.
        return
    planned = plan(subject)
    if not planned.blockers:
        doing.begin(request, planned)
        return
    days = [each.until for each in planned.blockers if each.until is not None]
    request.state, request.runs_on = RequestState.WAITING.value, max([*days, _today()]) + timedelta(days=1)
    db.session.flush()


def due() -> list[UUID]:
    """Erasures that wait at the operator in force, for the nightly look. One that staff has not looked at yet is none of them."""
    agreed = (PrivacyRequest.kind == RequestKind.ERASE.value, PrivacyRequest.state == RequestState.WAITING.value)
    wanted = sa.select(PrivacyRequest.id).where(*agreed)
    return list(db.session.scalars(wanted.order_by(PrivacyRequest.id)))


def begun() -> set[str]:
    """Numbers of the receipts of erasures that have begun and are not done yet."""
    wanted = sa.select(PrivacyRequest).where(PrivacyRequest.kind == RequestKind.ERASE.value, PrivacyRequest.state.in_(OPEN))
    return {doing.receipt_number(request) for request in db.session.scalars(wanted) if doing.has_begun(request)}


def carry_on(request_id: UUID) -> None:
    """Do what a request still waits for; called by the nightly job, and by the one that erases much."""
    request = db.session.get(PrivacyRequest, request_id)
    if request is None or request.state not in OPEN:
        return
    if doing.has_begun(request):
        doing.carry_on(request)
    else:
        proceed(request)


def is_child(request: PrivacyRequest) -> bool:
    """Whether it began with the report of a child's account."""
    return bool(request.facts.get("why") == doing.CHILD)


def _written(subject: Subject, channel: str, by: Person | None) -> PrivacyRequest:
    person = db.session.get(Person, subject.person_id) if subject.person_id is not None else None
    request = PrivacyRequest(
        reference=receipts.new_number().replace("-", ""),
        kind=RequestKind.ERASE.value,
        channel=channel,
        person_id=subject.person_id,
        email=subject.email,
        name=person.name if person is not None else "",
        locale=(person.locale if person is not None else None) or i18n.language(),
        due_on=due_on(_today(), rule(RuleKey.ANSWER_MONTHS, operator_in_force().country, _today()), operator_in_force().country),
        handled_by_id=by.id if by is not None else None,
        facts={},
    )
    db.session.add(request)
    db.session.flush()
    return request


def _today() -> date:
    return clock.today(operator_in_force().zone)
