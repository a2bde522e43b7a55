"""A new period brings a new allowance: what was booked ahead into it, and priced without it, is covered now.

Allowances are granted period by period, so a booking for next month can't take from next month's. It is priced as if there
were none, the page says so, and when the period begins each such booking is agreed anew, the earliest first.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db
from coworking.memberships import ledger
from coworking.memberships.granting import midnight
from coworking.memberships.models import Allowance, PlanVersion, Subscription
from coworking.people.company import Seat
from coworking.people.models import Person
from coworking.spaces.models import Kind, Resource

from . import agreeing
from .covering import RUNNING, benefits, source
from .models import Booking, BookingKind, State
from .pricing import Quote, quote

A_BATCH = 5
"""Bookings agreed anew in one transaction: few, so that SQLite's writer is free again soon."""


def cover(subscription: Subscription, after: UUID | None = None) -> UUID | None:
    """Agree anew what was booked into the subscription's present period and costs money.

    Does A_BATCH at most, from those that come after the booking ``after``; returns where to go on, None when all are done.
    """
    rows = list(db.session.scalars(_booked_ahead(subscription, after).limit(A_BATCH)))
    for booking in rows:
        _agree_anew(booking)
    return rows[-1].id if len(rows) == A_BATCH else None


def _booked_ahead(subscription: Subscription, after: UUID | None) -> sa.Select[Booking]:
    seated = sa.select(Seat.person_id).where(Seat.company_id == subscription.company_id, Seat.left_at.is_(None))
    holder = Booking.person_id == subscription.person_id if subscription.person_id is not None else Booking.person_id.in_(seated)
    since = max(clock.now(), midnight(subscription.period_start))
    before = db.session.get(Booking, after) if after is not None else None
    later = sa.tuple_(Booking.starts_at, Booking.id) > (before.starts_at, before.id) if before is not None else sa.true()
    return (
        sa.select(Booking)
        .where(holder, Booking.kind == BookingKind.BOOKING.value, Booking.state == State.CONFIRMED.value, Booking.amount > 0, later)
        .where(Booking.starts_at >= since, Booking.starts_at < midnight(subscription.period_end))
        .order_by(Booking.starts_at, Booking.id)
    )


def _agree_anew(booking: Booking) -> None:
    person = db.session.get_one(Person, booking.person_id)
    gives = benefits(person).with_back(ledger.spent(source(booking)))
    agreed = quote(booking.resource, booking.starts_at, booking.ends_at, person, gives)
    if agreed.total.minor >= booking.amount:
        return
    agreeing.undo(booking, by=None, reason="covered")
    booking.agreement += 1
    agreeing.note(booking, agreed)
    agreeing.settle(booking, agreed, by=person)
    db.session.flush()


def comes_later(person: Person | None, resource: Resource, start: datetime, agreed: Quote) -> datetime | None:
    """When the allowance is granted that may cover this booking, where it lies in a period that has not begun."""
    if person is None or not agreed.total:
        return None
    company = sa.select(Seat.company_id).where(Seat.person_id == person.id, Seat.left_at.is_(None)).scalar_subquery()
    units = [ledger.minutes_of(resource.kind), ledger.ANY_SPACE] + ([ledger.DAY] if resource.kind == Kind.HOT_DESKS.value else [])
    wanted = (
        sa.select(Subscription.period_end, Subscription.ends_on)
        .join(PlanVersion, PlanVersion.id == Subscription.version_id)
        .join(Allowance, Allowance.version_id == PlanVersion.id)
        .where(sa.or_(Subscription.person_id == person.id, Subscription.company_id == company), Subscription.state.in_(RUNNING))
        .where(Allowance.unit.in_(units), Subscription.period_end <= start.date())
        .order_by(Subscription.period_end)
    )
    for period_end, ends_on in db.session.execute(wanted):
        if ends_on is None or ends_on > period_end:
            return midnight(period_end)
    return None
