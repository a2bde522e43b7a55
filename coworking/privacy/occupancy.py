"""What stays of bookings whose people are forgotten: counts, so coarse that they lead back to nobody.

A booking is counted in its day when at least ``ENOUGH`` people had booked at that location on that day, else in its ISO
week, else in its month, else nowhere. A period that once had enough people keeps a row that says so, with nought in it if
need be: so the grain is the same in whatever order people and days are forgotten, and nothing is ever counted from ids again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlalchemy.dialects import postgresql, sqlite

from coworking.bookings.models import Booking, BookingKind, State
from coworking.core import clock, tenancy
from coworking.core.db import db, new_id
from coworking.spaces.models import Location, Resource

from .models import Occupancy

ENOUGH = 5
"""People among whom one can't be told."""
DAY, WEEK, MONTH = "day", "week", "month"
GRAINS = (DAY, WEEK, MONTH)
_AT_ONCE = 500

Period = tuple[str, date]
"""Grain, and first day on the wall of the house."""


class NotOver(ValueError):
    """A booking that still holds time to come: it is cancelled first, so that whoever needs to know is told."""


@dataclass(slots=True)
class _Places:
    """Where rooms are, and which periods have enough people, asked for once."""

    rooms: dict[UUID, tuple[UUID, str]]
    enough: dict[tuple[UUID, Period], bool] = field(default_factory=dict)

    def grain(self, booking: Booking) -> Period | None:
        """The finest period with enough people; all three are looked at, so that each is noted while its people are still there."""
        location_id, zone = self.rooms[booking.resource_id]
        day = clock.wall_day(booking.starts_at, zone)
        fitting = [period for period in periods(day) if self._has_enough(location_id, zone, period, booking.resource_id)]
        return fitting[0] if fitting else None

    def _has_enough(self, location_id: UUID, zone: str, period: Period, resource_id: UUID) -> bool:
        key = location_id, period
        if key not in self.enough:
            self.enough[key] = _noted(location_id, period) or _people(location_id, zone, period) >= ENOUGH
            if self.enough[key]:
                _add(resource_id, period, Counter())
        return self.enough[key]


def absorb(bookings: Sequence[Booking]) -> int:
    """Delete bookings, with their guests, and add those that took place to the counts; how many rows went.

    Raises NotOver for a confirmed booking that has not ended. Time taken out of use by staff is nobody's and only deleted.
    """
    now = clock.now()
    if any(each.is_confirmed and each.ends_at > now and each.kind == BookingKind.BOOKING.value for each in bookings):
        raise NotOver
    places, sums = _Places(_rooms(bookings)), dict[tuple[UUID, Period], Counter[str]]()
    for booking in bookings:
        if _took_place(booking) and (period := places.grain(booking)) is not None:
            told = {"bookings": 1, "minutes": booking.minutes, "check_ins": int(booking.checked_in_at is not None)}
            sums.setdefault((booking.resource_id, period), Counter()).update(told)
    for (resource_id, period), counted in sums.items():
        _add(resource_id, period, counted)
    ids = [booking.id for booking in bookings]
    for first in range(0, len(ids), _AT_ONCE):
        db.session.execute(sa.delete(Booking).where(Booking.id.in_(ids[first : first + _AT_ONCE])), execution_options={"synchronize_session": False})
    for booking in bookings:
        db.session.expunge(booking)
    return len(ids)


def periods(day: date) -> tuple[Period, Period, Period]:
    """The day, its ISO week (ISO 8601) and its month."""
    return (DAY, day), (WEEK, day - timedelta(days=day.weekday())), (MONTH, day.replace(day=1))


def _took_place(booking: Booking) -> bool:
    return booking.is_confirmed and booking.kind == BookingKind.BOOKING.value


def _rooms(bookings: Sequence[Booking]) -> dict[UUID, tuple[UUID, str]]:
    wanted = {booking.resource_id for booking in bookings}
    found = db.session.execute(
        sa.select(Resource.id, Location.id, Location.zone).join(Location, Resource.location_id == Location.id).where(Resource.id.in_(wanted))
    )
    return {resource_id: (location_id, zone) for resource_id, location_id, zone in found}


def _noted(location_id: UUID, period: Period) -> bool:
    grain, first = period
    at = sa.select(Occupancy.id).join(Resource, Occupancy.resource_id == Resource.id)
    return (
        db.session.scalar(at.where(Resource.location_id == location_id, Occupancy.grain == grain, Occupancy.starts_on == first).limit(1)) is not None
    )


def _people(location_id: UUID, zone: str, period: Period) -> int:
    """How many people booked at the location in the period, counted no further than ENOUGH."""
    grain, first = period
    after = {DAY: first + timedelta(days=1), WEEK: first + timedelta(weeks=1), MONTH: first + relativedelta(months=1)}[grain]
    somebody = (
        sa.select(Booking.person_id)
        .where(
            Booking.resource_id.in_(sa.select(Resource.id).where(Resource.location_id == location_id)),
            Booking.starts_at >= clock.at_wall(first, 0, zone),
            Booking.starts_at < clock.at_wall(after, 0, zone),
            Booking.state == State.CONFIRMED.value,
            Booking.kind == BookingKind.BOOKING.value,
        )
        .distinct()
        .limit(ENOUGH)
    )
    return len(db.session.execute(somebody).all())


def _add(resource_id: UUID, period: Period, counted: Counter[str]) -> None:
    grain, first = period
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    names = ("bookings", "minutes", "check_ins")
    row = {"id": new_id(), "operator_id": tenancy.current_operator_id(), "resource_id": resource_id, "grain": grain, "starts_on": first}
    statement = dialect.insert(Occupancy).values(**row, **{name: counted[name] for name in names})
    sums = {name: getattr(Occupancy, name) + statement.excluded[name] for name in names}
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["operator_id", "resource_id", "grain", "starts_on"], set_=sums),
        execution_options={"populate_existing": True},
    )
