"""Accounts that nobody uses: after two years they go, and before that the person is warned three times in their language.

Use is signing in, a booking and a check-in, never looking at a page. Days are UTC days. Staff, whoever is on a running plan,
and whoever owes or is owed something don't count as inactive.
"""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.bookings.models import Booking
from coworking.core import clock
from coworking.core.db import db
from coworking.core.permissions import Role
from coworking.memberships.models import Subscription, SubscriptionState
from coworking.people.company import Seat
from coworking.people.models import Person

from . import restricting
from .erasing import asking, emails
from .erasing.blockers import blockers
from .finding import Subject
from .models import InactivityNotice

DAYS = 730
"""Day on which an account goes, counted from the last use (CNIL's and our own two years)."""
STEPS = (60, 30, 7)
"""Days before it, on which a warning is sent."""
A_BATCH = 20


def look(after: UUID | None = None) -> UUID | None:
    """Warn, or erase, a batch of people at the operator in force; the last one looked at, None when there are no more."""
    today = clock.now().date()
    first = today - timedelta(days=DAYS - STEPS[0])
    unused = sa.or_(
        Person.last_used_on <= first,
        sa.and_(Person.last_used_on.is_(None), Person.joined_at < datetime.combine(first, time(), UTC) + timedelta(days=1)),
    )
    wanted = sa.select(Person).where(unused, Person.role == Role.MEMBER.value, Person.closed_at.is_(None), Person.id.not_in(restricting.people()))
    if after is not None:
        wanted = wanted.where(Person.id > after)
    people = list(db.session.scalars(wanted.order_by(Person.id).limit(A_BATCH)))
    last = people[-1].id if len(people) == A_BATCH else None
    for person in people:
        _look_at(person, today)
    return last


def last_use(person: Person) -> date:
    """The last day on which the person used the account: for accounts from before that was kept, as far as it can be told."""
    if person.last_used_on is None:
        booked = sa.select(sa.func.max(Booking.starts_at)).where(Booking.person_id == person.id, Booking.starts_at <= clock.now())
        last = db.session.scalar(booked)
        person.last_used_on = max(person.joined_at, last or person.joined_at).date()
    return person.last_used_on


def ends_on(person: Person) -> date:
    """The day on which the account goes if nobody uses it: two years after the last use, and never sooner than was announced."""
    since = last_use(person)
    told = _told(person, since)
    announced = [day + timedelta(days=step) for step, day in told.items()]
    return max([since + timedelta(days=DAYS), *announced])


def _look_at(person: Person, today: date) -> None:
    since = last_use(person)
    if (today - since).days < DAYS - STEPS[0] or _in_use(person):
        return
    told, end = _told(person, since), ends_on(person)
    for step in STEPS:
        if step not in told and (step == STEPS[0] or end - timedelta(days=step) <= today):
            _warn(person, step, since, max(end, today + timedelta(days=step)), today)
            return
    if today >= end and len(told) == len(STEPS):
        asking.ask(Subject.of(person), "inactive")


def _warn(person: Person, step: int, since: date, end: date, today: date) -> None:
    db.session.add(InactivityNotice(person_id=person.id, step=step, since=since))
    emails.unused(person, (end - today).days, end)
    db.session.flush()


def _told(person: Person, since: date) -> dict[int, date]:
    rows = sa.select(InactivityNotice.step, InactivityNotice.told_at).where(InactivityNotice.person_id == person.id, InactivityNotice.since == since)
    return {step: told_at.date() for step, told_at in db.session.execute(rows)}


def _in_use(person: Person) -> bool:
    companies = sa.select(Seat.company_id).where(Seat.person_id == person.id, Seat.left_at.is_(None))
    covered = sa.select(Subscription.id).where(Subscription.company_id.in_(companies), Subscription.state != SubscriptionState.ENDED.value)
    return bool(db.session.scalar(sa.select(covered.exists()))) or bool(blockers(person)) or asking.waiting(Subject.of(person)) is not None


__all__ = ["A_BATCH", "DAYS", "STEPS", "ends_on", "last_use", "look"]
