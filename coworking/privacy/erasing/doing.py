"""Doing what a request for erasure asks for: within the request where it is little, in a job and in chunks where it is much."""

from datetime import timedelta

from coworking.core import clock
from coworking.core.db import db, keep
from coworking.core.jobs import enqueue
from coworking.core.links import operator_in_force
from coworking.people import links, sessions
from coworking.people.models import Person

from .. import holds
from ..finding import Subject
from ..models import PrivacyRequest
from ..models.asking import RequestState
from . import emails, journal, receipts
from .planning import Line, Plan
from .running import chunks, erase

ERASE = "privacy.erase"
AT_ONCE = 200
"""Rows that are erased within the request; more is the work of a job."""
ASKED, INACTIVE, CHILD = "asked", "inactive", "child"


def begin(request: PrivacyRequest, planned: Plan) -> None:
    """Note what will be said, close the account, and erase: here where it is little, else in a job."""
    subject = subject_of(request)
    said = [line.plain() for line in planned.lines]
    request.facts = {**request.facts, "receipt": receipts.new_number(), "lines": said, "begun": True}
    request.state, request.runs_on = RequestState.WAITING.value, clock.today(operator_in_force().zone)
    person = db.session.get(Person, subject.person_id) if subject.person_id is not None else None
    if person is not None:
        close(person)
    db.session.flush()
    if planned.rows <= AT_ONCE:
        _finish(request, subject, None)
    else:
        enqueue(ERASE, request_id=str(request.id))


def carry_on(request: PrivacyRequest) -> None:
    """Erase what has begun, with a commit after each chunk; taken up again wherever it stopped."""
    subject, request_id = subject_of(request), request.id
    entry = journal.write(subject, receipt_number(request), request.facts["why"])
    keep()
    for _chunk in chunks(subject):
        keep()
    _finish(db.session.get_one(PrivacyRequest, request_id), subject, entry)


def close(person: Person) -> None:
    """Nobody signs in any more, and nobody stays signed in."""
    person.closed_at = person.closed_at or clock.now()
    sessions.end_all(person)
    links.kill(person)


def subject_of(request: PrivacyRequest) -> Subject:
    """Whom a request is about."""
    person = db.session.get(Person, request.person_id) if request.person_id is not None else None
    return Subject.of(person) if person is not None else Subject(None, request.email)


def receipt_number(request: PrivacyRequest) -> str:
    """Number of the receipt of an erasure that has begun; empty before."""
    return str(request.facts.get("receipt", ""))


def has_begun(request: PrivacyRequest) -> bool:
    """Whether it is too late to change one's mind."""
    return bool(request.facts.get("begun"))


def _finish(request: PrivacyRequest, subject: Subject, entry: journal.Entry | None) -> None:
    number, why, told = receipt_number(request), request.facts["why"], [Line.read(line) for line in request.facts["lines"]]
    locale, address = request.locale, request.email or subject.email
    held = holds.covering(subject)
    request.facts = {"why": why, "receipt": number}
    if held:
        # Finished with a receipt of its own once the hold is over.
        request.runs_on = max(hold.ends_on for hold in held.values()) + timedelta(days=1)
    else:
        request.state, request.answered_at, request.runs_on = RequestState.DONE.value, clock.now(), None
    db.session.flush()
    receipt = erase(subject, why, number=number, told=told, entry=entry)
    if address:
        emails.receipt(address, locale, receipt)
