"""One day of one house as the desk sees it: a row for each space, what is booked in it, and the gaps that are free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import literal_column, select, union
from sqlalchemy.orm import joinedload

from coworking.bookings.models import Booking, BookingKind, State
from coworking.bookings.words import times
from coworking.core import clock
from coworking.core.db import db
from coworking.spaces.hours import Stretch, open_stretches
from coworking.spaces.models import Kind, Location, Resource

QUARTER = 15
LOOK_BACK = timedelta(days=2)
LATE_AFTER = timedelta(minutes=15)
"""Whoever has not checked in this long after the start needs a look."""
GROUPS = (
    (_l("Rooms"), (Kind.MEETING_ROOM, Kind.EVENT_SPACE, Kind.OFFICE)),
    (_l("Studios and booths"), (Kind.STUDIO, Kind.PHONE_BOOTH)),
    (_l("Desks"), (Kind.HOT_DESKS, Kind.DESK)),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A booking or block in a row: where it begins and how long it is, in quarter hours of the day."""

    id: UUID
    kind: str
    start: int
    length: int
    name: str
    initials: str
    times: str
    icon: str
    state: object
    past: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time to come that can be booked from here."""

    start: int
    length: int
    begins: str
    ends: str
    until: str
    """An end to propose: an hour on, or the shortest booking, within the gap."""


@dataclass(slots=True)
class Row:
    """One space's day."""

    resource: Resource
    cells: list[Block | Gap] = field(default_factory=list)
    now: Block | None = None
    next: Block | None = None
    hourly: list[tuple[int, int]] = field(default_factory=list)
    """For an area: quarter of the hour's start, and how many desks are taken in it at most."""
    taken_now: int = 0
    sold: int = 0
    """Share of the open time that is booked, in per cent."""


@dataclass(slots=True)
class Day:
    """The whole board."""

    day: date
    house: Location
    from_quarter: int
    to_quarter: int
    now_quarter: float | None
    opens: list[tuple[int, int]]
    groups: list[tuple[object, list[Row]]]
    bookings: list[Booking]

    @property
    def hours(self) -> range:
        """Quarters at which a full hour begins."""
        return range(self.from_quarter, self.to_quarter, 4)


def board(house: Location, day: date, now: datetime) -> Day:
    """The day of ``house``, in few queries whatever the number of spaces."""
    start, end = clock.at_wall(day, 0, house.zone), clock.at_wall(day, 1440, house.zone)
    resources = db.session.scalars(
        select(Resource)
        .where(Resource.location_id == house.id, Resource.retired.is_(False))
        .order_by(Resource.position, Resource.name)
        .options(joinedload(Resource.location))
    ).all()
    bookings = _bookings(resources, start, end)
    opens = open_stretches(house, day, day)[day]
    open_quarters = [(_quarter(begin, day, house.zone), _quarter(finish, day, house.zone)) for begin, finish in opens]
    by_resource: dict[UUID, list[Booking]] = {resource.id: [] for resource in resources}
    for booking in bookings:
        by_resource[booking.resource_id].append(booking)
    rows = {resource.id: _row(resource, by_resource[resource.id], opens, day, now) for resource in resources}
    groups = [(name, [rows[each.id] for each in resources if Kind(each.kind) in kinds]) for name, kinds in GROUPS]
    first, last = _span(open_quarters, bookings, day, house.zone)
    now_quarter = clock.wall_minutes(now, house.zone) / QUARTER if start <= now < end else None
    return Day(day, house, first, last, now_quarter, open_quarters, [(name, found) for name, found in groups if found], bookings)


def is_late(booking: Booking, now: datetime) -> bool:
    """Begun a while ago, not over, and nobody has checked in."""
    waits = booking.checked_in_at is None and booking.kind == BookingKind.BOOKING.value and booking.is_confirmed
    return waits and booking.starts_at + LATE_AFTER <= now < booking.ends_at


def _bookings(resources: Sequence[Resource], start: datetime, end: datetime) -> list[Booking]:
    # Two roads, each with its own index: one question with an "or" walks through all there ever was. Written out, not
    # bound: a partial index serves only a query that says its condition.
    block = Booking.kind == literal_column(f"'{BookingKind.BLOCK.value}'")
    held = (Booking.resource_id.in_([resource.id for resource in resources]), Booking.state == literal_column(f"'{State.CONFIRMED.value}'"))
    # No booking of a person is longer than a day; a block may last for months.
    lately = select(Booking.id).where(*held, Booking.starts_at > start - LOOK_BACK, Booking.starts_at < end)
    blocks = select(Booking.id).where(*held, block, Booking.held_until > start)
    query = (
        select(Booking)
        .where(Booking.id.in_(union(lately, blocks)), Booking.starts_at < end, Booking.ends_at > start)
        .options(joinedload(Booking.person))
        .order_by(Booking.starts_at)
    )
    return list(db.session.scalars(query))


def _quarter(moment: datetime, day: date, zone: str) -> int:
    """Quarter hours after the midnight of ``day``, within that day."""
    days = (clock.wall_day(moment, zone) - day).days
    return max(0, min(96, (days * 1440 + clock.wall_minutes(moment, zone)) // QUARTER))


def _span(opens: Iterable[tuple[int, int]], bookings: Iterable[Booking], day: date, zone: str) -> tuple[int, int]:
    """Full hours that hold the open time, with one more at each end, and every booking."""
    firsts = [begin - 4 for begin, _end in opens]
    lasts = [finish + 4 for _begin, finish in opens]
    for booking in bookings:
        if booking.kind == BookingKind.BOOKING.value:
            firsts.append(_quarter(booking.starts_at, day, zone))
            lasts.append(_quarter(booking.ends_at + timedelta(minutes=14), day, zone))
    first, last = min(firsts, default=32), max(lasts, default=72)
    return max(0, first // 4 * 4), min(96, -(-last // 4) * 4)


def _row(resource: Resource, bookings: list[Booking], opens: list[Stretch], day: date, now: datetime) -> Row:
    row = Row(resource, sold=_sold(resource, bookings, opens))
    if resource.is_area:
        row.hourly = _hourly(resource, bookings, opens, day)
        row.taken_now = sum(1 for booking in bookings if booking.starts_at <= now < booking.ends_at)
        return row
    blocks = [_block(booking, day, resource.zone, now) for booking in bookings]
    row.now = next((block for block, booking in zip(blocks, bookings, strict=True) if booking.starts_at <= now < booking.ends_at), None)
    row.next = next((block for block, booking in zip(blocks, bookings, strict=True) if booking.starts_at > now), None)
    row.cells = sorted([*blocks, *_gaps(resource, bookings, opens, day, now)], key=lambda cell: cell.start)
    return row


def _block(booking: Booking, day: date, zone: str, now: datetime) -> Block:
    start, end = _quarter(booking.starts_at, day, zone), _quarter(booking.ends_at + timedelta(minutes=14), day, zone)
    name = booking.title if booking.kind == BookingKind.BLOCK.value else (booking.person.name if booking.person else "")
    kind, icon, state = _state(booking, now)
    initials = booking.person.initials if booking.person else ""
    spoken = times(booking.starts_at, booking.ends_at, zone)
    return Block(booking.id, kind, start, max(1, end - start), name, initials, spoken, icon, state, booking.ends_at <= now)


def _state(booking: Booking, now: datetime) -> tuple[str, str, object]:
    if booking.kind == BookingKind.BLOCK.value:
        return "block", "wrench", _l("blocked")
    if booking.checked_in_at:
        return "member", "check", _l("checked in")
    if is_late(booking, now):
        return "bad", "triangle-alert", _l("late")
    return "member", "", ""


def _gaps(resource: Resource, bookings: list[Booking], opens: list[Stretch], day: date, now: datetime) -> Iterable[Gap]:
    shortest = max(1, -(-resource.shortest // QUARTER))
    earliest = _quarter(now + timedelta(minutes=14), day, resource.zone) if clock.wall_day(now, resource.zone) == day else 0
    if clock.wall_day(now, resource.zone) > day:
        return
    busy = [
        (_quarter(each.starts_at, day, resource.zone), _quarter(each.held_until + timedelta(minutes=14), day, resource.zone)) for each in bookings
    ]
    for begin, finish in opens:
        at, last = max(earliest, _quarter(begin, day, resource.zone)), _quarter(finish, day, resource.zone)
        for taken_from, taken_to in [*busy, (last, last)]:
            if min(taken_from, last) - at >= shortest:
                until = min(taken_from, last)
                yield Gap(at, until - at, _wall(at), _wall(until), _wall(min(until, at + max(4, shortest))))
            at = max(at, taken_to)


def _hourly(resource: Resource, bookings: list[Booking], opens: list[Stretch], day: date) -> list[tuple[int, int]]:
    spans = [(_quarter(each.starts_at, day, resource.zone), _quarter(each.ends_at + timedelta(minutes=14), day, resource.zone)) for each in bookings]
    first = min((_quarter(begin, day, resource.zone) for begin, _end in opens), default=32) // 4 * 4
    last = max((_quarter(end, day, resource.zone) for _begin, end in opens), default=72)
    return [(hour, min(resource.units, max(sum(1 for a, b in spans if a <= q < b) for q in range(hour, hour + 4)))) for hour in range(first, last, 4)]


def _sold(resource: Resource, bookings: list[Booking], opens: list[Stretch]) -> int:
    open_time = sum((end - start for start, end in opens), timedelta()) * resource.units
    booked = sum((each.ends_at - each.starts_at for each in bookings if each.kind == BookingKind.BOOKING.value), timedelta())
    return min(100, round(100 * booked / open_time)) if open_time else 0


def _wall(quarter: int) -> str:
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"
