"""What a person's plans give towards a booking: time or days from an allowance, and a discount on the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db
from coworking.memberships import ledger
from coworking.memberships.models import Grant, LedgerEntry, PlanVersion, Subscription, SubscriptionState
from coworking.people.company import Seat
from coworking.people.models import Person
from coworking.spaces.models import Kind, Resource

from .models import Booking

RUNNING = (SubscriptionState.ACTIVE.value, SubscriptionState.TRIAL.value)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one grant."""

    grant_id: UUID
    unit: str
    quantity: int
    valid_from: datetime
    expires_at: datetime | None

    def is_good(self, at: datetime) -> bool:
        """Whether it can be used at a moment."""
        return self.valid_from <= at and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True)
class Cover:
    """The part of a booking that an allowance pays for."""

    units: tuple[str, ...]
    """Which units it is taken from, in this order."""
    quantity: int
    """Minutes, or days where the unit is ``day``."""
    minutes: int
    """How much of the booking needs no money."""

    @property
    def days(self) -> int:
        """Days it takes, nothing where it takes minutes."""
        return self.quantity if self.units == (ledger.DAY,) else 0


@dataclass(frozen=True, slots=True)
class Benefits:
    """Everything that a person's plans, and their company's, give at the moment."""

    left: tuple[Left, ...] = ()
    discount: int = 0
    """Basis points off what a booking costs members."""

    def cover(self, resource: Resource, start: datetime, end: datetime) -> Cover | None:
        """What pays for ``[start, end)``: minutes for all of it, else days for all of it, else minutes for a part."""
        minutes = int((end - start).total_seconds() // 60)
        units = (ledger.minutes_of(resource.kind), ledger.ANY_SPACE)
        have = self._of(units, start)
        if resource.kind == Kind.HOT_DESKS.value and have < minutes:
            days = (clock.wall_day(end, resource.zone) - clock.wall_day(start, resource.zone)).days + (clock.wall_minutes(end, resource.zone) > 0)
            if 0 < days <= self._of((ledger.DAY,), start):
                return Cover((ledger.DAY,), days, minutes)
        return Cover(units, min(have, minutes), min(have, minutes)) if have > 0 and minutes > 0 else None

    def with_back(self, entries: Iterable[LedgerEntry]) -> "Benefits":
        """As if these spends were given back."""
        back: dict[UUID, int] = {}
        for entry in entries:
            back[entry.grant_id] = back.get(entry.grant_id, 0) - entry.quantity
        missing = set(back) - {each.grant_id for each in self.left}
        more = [_left(grant) for grant in db.session.scalars(sa.select(Grant).where(Grant.id.in_(missing)))] if missing else []
        return replace(self, left=tuple(replace(each, quantity=each.quantity + back.get(each.grant_id, 0)) for each in (*self.left, *more)))

    def _of(self, units: tuple[str, ...], at: datetime) -> int:
        return sum(each.quantity for each in self.left if each.unit in units and each.is_good(at))


NOTHING = Benefits()


def benefits(person: Person | None) -> Benefits:
    """What a person's plans give now: one query, whatever is asked of it afterwards."""
    if person is None:
        return NOTHING
    company = sa.select(Seat.company_id).where(Seat.person_id == person.id, Seat.left_at.is_(None)).scalar_subquery()
    discount = (
        sa.select(sa.func.max(PlanVersion.discount))
        .join(Subscription, Subscription.version_id == PlanVersion.id)
        .where(sa.or_(Subscription.person_id == person.id, Subscription.company_id == company), Subscription.state.in_(RUNNING))
        .scalar_subquery()
    )
    good = sa.and_(
        sa.or_(Grant.person_id == person.id, Grant.company_id == company),
        Grant.remaining > 0,
        sa.or_(Grant.expires_at.is_(None), Grant.expires_at > clock.now()),
    )
    # From the person, so that there is a row with the discount even where nothing is left of any grant.
    wanted = sa.select(discount, Grant).select_from(Person).outerjoin(Grant, good).where(Person.id == person.id)
    rows = db.session.execute(wanted.execution_options(populate_existing=True)).all()
    return Benefits(tuple(_left(grant) for _discount, grant in rows if grant is not None), rows[0][0] or 0 if rows else 0)


def _left(grant: Grant) -> Left:
    return Left(grant.id, grant.unit, grant.remaining, grant.valid_from, grant.expires_at)


def source(booking: Booking) -> ledger.Source:
    """Under which key the ledger knows what the booking, as it was last agreed, takes."""
    return ledger.Source("booking", booking.id, f"booking:{booking.id}:{booking.agreement}")
