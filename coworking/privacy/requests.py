"""Requests about one's data, on one clock however they reached us: by a click, a link, on paper, by mail or by phone.

An answer is due one month after receipt, two months later where it is hard and the person is told why within the first
(GDPR Art. 12(3)). Always free, and nobody is asked for a reason or for papers.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import holidays
import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from coworking.core import clock, i18n, mail
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.people.models import Person

from .finding import Subject, owned
from .incidents.reporting import new_reference
from .models import PrivacyRequest
from .models.asking import RequestKind, RequestState
from .register.rules import RuleKey, rule

OPEN = (RequestState.OPEN.value, RequestState.WAITING.value)
CHANNELS = ("paper", "email", "phone", "signed_in", "link")
A_PAGE = 50


class TooLate(ValueError):
    """An answer may be put off only while the first month runs, and once."""


class NeedsReason(ValueError):
    """Putting off and refusing need a reason that the person is told."""


class Settled(ValueError):
    """It was answered, refused or taken back already."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as they are known: an account, an address, or on paper only a name."""

    person_id: UUID | None
    email: str
    name: str
    locale: str

    @classmethod
    def of(cls, subject: Subject, operator: Operator) -> "Asker":
        """The subject of this request; an account's address and name come from the account."""
        person = db.session.get(Person, subject.person_id) if subject.person_id is not None else None
        if person is None:
            return cls(None, subject.email, "", i18n.language())
        return cls(person.id, person.email, person.name, person.locale or operator.default_locale)


def due_on(received: date, months: int, country: str) -> date:
    """The last day in time, ``months`` after the day of receipt.

    Regulation 1182/71, article 3: the same date in the last month, or that month's last day where it has no such date; a
    Saturday, a Sunday or a public holiday moves it to the next working day.
    """
    last = received + relativedelta(months=months)
    known = country in holidays.list_supported_countries(include_aliases=False)
    days_off = holidays.country_holidays(country, years=[last.year, last.year + 1]) if known else {}
    while last.weekday() >= 5 or last in days_off:
        last += timedelta(days=1)
    return last


def first_due(request: PrivacyRequest, operator: Operator) -> date:
    """The end of the first month, whatever was put off since."""
    received = clock.wall_day(request.received_at, operator.zone)
    return due_on(received, rule(RuleKey.ANSWER_MONTHS, operator.country, received), operator.country)


def open_request(
    operator: Operator, asker: Asker, kind: RequestKind, channel: str, words: str, *, received_at: datetime | None = None, by: UUID | None = None
) -> PrivacyRequest:
    """Write a request down, and confirm it with its number and its last day. ``by``: of the staff, who wrote it down."""
    request = PrivacyRequest(
        reference=new_reference("R"), kind=kind.value, channel=channel, person_id=asker.person_id, email=asker.email, name=asker.name,
        locale=asker.locale, words=words, received_at=received_at or clock.now(), due_on=clock.today(operator.zone), handled_by_id=by, facts={},
    )  # fmt: skip
    request.due_on = first_due(request, operator)
    db.session.add(request)
    db.session.flush()
    _tell(request, "request_received")
    if by is None:
        mail.post(to=operator.email, template="emails/privacy/request_opened", locale=operator.default_locale, request=request)
    return request


def extend(request: PrivacyRequest, operator: Operator, because: str, by: UUID) -> None:
    """Put the answer off by two months and tell the person why; raises TooLate, NeedsReason or Settled."""
    _still_open(request)
    if not because.strip():
        raise NeedsReason
    today = clock.today(operator.zone)
    if request.extended_at is not None or today > first_due(request, operator):
        raise TooLate
    received = clock.wall_day(request.received_at, operator.zone)
    months = rule(RuleKey.ANSWER_MONTHS, operator.country, received) + rule(RuleKey.EXTENSION_MONTHS, operator.country, received)
    request.extended_because, request.extended_at, request.handled_by_id = because.strip(), clock.now(), by
    request.due_on = due_on(received, months, operator.country)
    db.session.flush()
    _tell(request, "request_extended")


def answer(request: PrivacyRequest, words: str, by: UUID) -> None:
    """Answer it, and send the answer; raises Settled."""
    _settle(request, RequestState.DONE, words, by)
    _tell(request, "request_answered")


def refuse(request: PrivacyRequest, because: str, by: UUID) -> None:
    """Say no, with reasons and where to complain (Art. 12(4)); raises NeedsReason or Settled."""
    if not because.strip():
        raise NeedsReason
    _settle(request, RequestState.REFUSED, because, by)
    _tell(request, "request_refused")


def take_back(request: PrivacyRequest) -> None:
    """The person no longer wants an answer. What is settled stays as it is."""
    if request.state in OPEN:
        request.state, request.answered_at = RequestState.WITHDRAWN.value, clock.now()
        db.session.flush()


def is_overdue(request: PrivacyRequest, today: date) -> bool:
    """Whether it is not answered and its last day is over. An erasure that waits has been answered: with when it is done."""
    return request.state == RequestState.OPEN.value and today > request.due_on


def unanswered() -> list[PrivacyRequest]:
    """Everything that waits at the operator in force, the most urgent first."""
    wanted = sa.select(PrivacyRequest).where(PrivacyRequest.state.in_(OPEN))
    return list(db.session.scalars(wanted.order_by(PrivacyRequest.due_on, PrivacyRequest.id)))


def settled(number: int = 1) -> tuple[list[PrivacyRequest], bool]:
    """A page of what was answered, refused or taken back, the latest first, and whether there is more."""
    wanted = sa.select(PrivacyRequest).where(PrivacyRequest.state.not_in(OPEN)).order_by(PrivacyRequest.answered_at.desc(), PrivacyRequest.id.desc())
    found = list(db.session.scalars(wanted.offset((number - 1) * A_PAGE).limit(A_PAGE + 1)))
    return found[:A_PAGE], len(found) > A_PAGE


def of(subject: Subject) -> list[PrivacyRequest]:
    """The subject's own requests, the latest first."""
    wanted = sa.select(PrivacyRequest).where(owned(subject, "privacy_request")).order_by(PrivacyRequest.id.desc())
    return list(db.session.scalars(wanted.limit(A_PAGE)))


def address_of(request: PrivacyRequest) -> str:
    """Where letters about it go by mail; empty for one that came on paper and names no address."""
    person = db.session.get(Person, request.person_id) if request.person_id is not None else None
    return person.email if person is not None else request.email


def _settle(request: PrivacyRequest, state: RequestState, words: str, by: UUID) -> None:
    _still_open(request)
    request.state, request.answer, request.answered_at, request.handled_by_id = state.value, words.strip(), clock.now(), by
    db.session.flush()


def _still_open(request: PrivacyRequest) -> None:
    if request.state not in OPEN:
        raise Settled


def _tell(request: PrivacyRequest, template: str) -> None:
    to = address_of(request)
    if to:
        mail.post(to=to, template=f"emails/privacy/{template}", locale=request.locale, request=request)
