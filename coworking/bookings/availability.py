"""What is free. Reads the times that are held, and never who holds them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from coworking.core import clock
from coworking.core.db import db
from coworking.spaces.hours import Stretch, joined, open_stretches
from coworking.spaces.models import Location, Resource

from .models import Booking, BookingKind, State

LONGEST_BOOKING = 1440
"""Minutes. No booking of a person is longer, so a look at a day need not search the whole past."""
LOOK_BACK = timedelta(minutes=LONGEST_BOOKING + 300)
"""How long before a moment a booking of a person that still holds it may have begun, its buffer included."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Time that one unit is held, its buffer included; ``yours`` when the viewer holds it."""

    start: datetime
    end: datetime
    unit: int = 0
    yours: bool = False


Taken = dict[UUID, list[Interval]]


@dataclass(slots=True)
class Outlook:
    """What is open and what is held for some spaces between two days: read once, asked many times."""

    opens: dict[UUID, dict[date, list[Stretch]]]
    """By location."""
    taken: Taken
    """By resource."""
    _joined: dict[UUID, list[Stretch]] = field(default_factory=dict)

    def open(self, resource: Resource) -> list[Stretch]:
        """Open time of the house of ``resource``, joined through midnight where it stays open."""
        house = resource.location_id
        if house not in self._joined:
            self._joined[house] = joined(stretch for day in self.opens[house].values() for stretch in day)
        return self._joined[house]

    def held(self, resource: Resource) -> list[Interval]:
        """What is held, in order of start."""
        return self.taken[resource.id]


def taken(resources: Iterable[Resource], start: datetime, end: datetime, *, viewer: UUID | None = None, except_for: UUID | None = None) -> Taken:
    """The holds of each resource that touch ``[start, end)``, in order of start, in one query.

    ``viewer`` marks that person's own; ``except_for`` leaves one booking out, the one about to move.
    """
    found: Taken = {resource.id: [] for resource in resources}
    if not found:
        return found
    # Written out, not bound: a partial index serves only a query that says its condition.
    confirmed = Booking.state == sa.literal_column(f"'{State.CONFIRMED.value}'")
    block = Booking.kind == sa.literal_column(f"'{BookingKind.BLOCK.value}'")
    held = [Booking.resource_id.in_(found), confirmed, Booking.held_until > start, Booking.starts_at < end]
    if except_for is not None:
        held.append(Booking.id != except_for)
    columns: list[Any] = [Booking.resource_id, Booking.starts_at, Booking.held_until, Booking.unit]
    if viewer is not None:
        columns.append(Booking.person_id == viewer)
    lately = sa.select(*columns).where(*held, Booking.starts_at >= start - LOOK_BACK)
    # A block may have begun long ago. Blocks are few, and naming no start here keeps the planner to their own index.
    blocks = sa.select(*columns).where(*held, block)
    # No two hold one unit at one time, so a row that comes twice is a block that both found.
    for resource_id, starts_at, held_until, unit, *yours in dict.fromkeys(db.session.execute(sa.union_all(lately, blocks))):
        found[resource_id].append(Interval(starts_at, held_until, unit, bool(yours and yours[0])))
    for intervals in found.values():
        intervals.sort(key=lambda interval: interval.start)
    return found


def outlook(resources: Sequence[Resource], first_day: date, last_day: date, *, viewer: UUID | None = None, except_for: UUID | None = None) -> Outlook:
    """What is open and held from ``first_day`` to ``last_day``, both included, for many spaces in few queries."""
    locations = _locations(resources)
    # Held in a name meanwhile: the session itself keeps only what somebody holds.
    opens = {location.id: open_stretches(location, first_day, last_day) for location in locations}
    zones = {location.zone for location in locations} or {"UTC"}
    start = min(clock.at_wall(first_day, 0, zone) for zone in zones)
    end = max(clock.at_wall(last_day, 1440, zone) for zone in zones)
    return Outlook(opens, taken(resources, start, end, viewer=viewer, except_for=except_for))


def _locations(resources: Sequence[Resource]) -> Sequence[Location]:
    """The houses of the spaces, with their hours. Whoever loaded all of that already is not asked again."""
    if not any("location" in sa.inspect(resource).unloaded for resource in resources):
        loaded = {resource.location_id: resource.location for resource in resources}
        if not any({"opening_hours", "exceptions"} & sa.inspect(location).unloaded for location in loaded.values()):
            return list(loaded.values())
    wanted = {resource.location_id for resource in resources}
    query = sa.select(Location).where(Location.id.in_(wanted)).options(selectinload(Location.opening_hours), selectinload(Location.exceptions))
    return db.session.scalars(query).all()


def lowest_free_unit(resource: Resource, held: Iterable[Interval], start: datetime, end: datetime) -> int | None:
    """The first unit with nothing in the way from ``start`` to ``end`` and its buffer; None when all are held."""
    until = end + timedelta(minutes=resource.buffer)
    busy = {interval.unit for interval in held if interval.start < until and start < interval.end}
    return next((unit for unit in range(resource.units) if unit not in busy), None)


def units_free(resource: Resource, held: Iterable[Interval], start: datetime, end: datetime) -> int:
    """How many units have nothing in the way from ``start`` to ``end`` and its buffer."""
    until = end + timedelta(minutes=resource.buffer)
    return resource.units - len({interval.unit for interval in held if interval.start < until and start < interval.end})


def is_free(resource: Resource, start: datetime, end: datetime, seen: Outlook | None = None) -> bool:
    """Whether the house is open and a unit is free all the time from ``start`` to ``end``."""
    if seen is None:
        seen = outlook([resource], clock.wall_day(start, resource.zone), clock.wall_day(end, resource.zone))
    opened = any(opening <= start and end <= closing for opening, closing in seen.open(resource))
    return opened and lowest_free_unit(resource, seen.held(resource), start, end) is not None


def free_stretches(resource: Resource, opens: Sequence[Stretch], held: Sequence[Interval]) -> list[list[Stretch]]:
    """For each unit, the open time that a booking may fill, room for its buffer left before what is held."""
    buffer = timedelta(minutes=resource.buffer)
    units: list[list[Stretch]] = []
    for unit in range(resource.units):
        busy = joined((interval.start - buffer, interval.end) for interval in held if interval.unit == unit)
        units.append(list(_without(opens, busy)))
    return units


def _without(opens: Sequence[Stretch], busy: Sequence[Stretch]) -> Iterator[Stretch]:
    for opening, closing in opens:
        at = opening
        for start, end in busy:
            if end <= at or start >= closing:
                continue
            if start > at:
                yield at, start
            at = max(at, end)
        if at < closing:
            yield at, closing


def earliest_start(resource: Resource, now: datetime) -> datetime:
    """The first moment that a booking made now may begin: after the notice, or in the step that is running."""
    if resource.notice:
        return now + timedelta(minutes=resource.notice)
    return now - timedelta(minutes=resource.granularity) + timedelta(microseconds=1)


def next_free(resource: Resource, minutes: int, now: datetime, seen: Outlook, count: int = 3, *, one_a_day: bool = False) -> list[Stretch]:
    """The next ``count`` times of that length that could be booked, on the steps of the wall, without overlap.

    Only looks at the days that ``seen`` covers. ``one_a_day`` spreads them over different days.
    """
    last, length = last_day(resource, now), timedelta(minutes=minutes)
    # Desks of an area are often free at the same times: each stretch is looked at once.
    free = sorted({stretch for unit in free_stretches(resource, seen.open(resource), seen.held(resource)) for stretch in unit})
    found: list[Stretch] = []
    at = earliest_start(resource, now)
    while len(found) < count:
        start = _first_start(resource, free, length, at)
        if start is None or clock.wall_day(start, resource.zone) > last:
            break
        found.append((start, start + length))
        at = start + length
        if one_a_day:
            at = max(at, clock.at_wall(clock.wall_day(start, resource.zone), 1440, resource.zone))
    return found


def _first_start(resource: Resource, free: Sequence[Stretch], length: timedelta, earliest: datetime) -> datetime | None:
    """The first step of the wall from ``earliest`` on that has ``length`` of free time after it."""
    best: datetime | None = None
    for opening, closing in free:
        if best is not None and opening >= best:
            break
        if closing - length < earliest:
            continue
        start = on_step(resource, max(opening, earliest))
        if start + length <= closing and (best is None or start < best):
            best = start
    return best


def last_day(resource: Resource, now: datetime) -> date:
    """The last date that may be booked, on the wall of the house."""
    return clock.wall_day(now, resource.zone) + timedelta(days=resource.horizon)


def on_step(resource: Resource, moment: datetime) -> datetime:
    """The first moment from ``moment`` on at which the wall shows a multiple of the space's granularity."""
    whole = moment.replace(second=0, microsecond=0)
    if whole < moment:
        whole += timedelta(minutes=1)
    step = resource.granularity
    over = clock.wall_minutes(whole, resource.zone) % step
    return whole + timedelta(minutes=step - over) if over else whole
