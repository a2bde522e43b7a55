"""The bookings of a day as a list: what the figures of the day lead to, and one room's day on the phone."""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, request

from coworking.bookings.models import Booking, BookingKind
from coworking.bookings.words import times
from coworking.core import clock
from coworking.core.forms import one_line
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.spaces.models import Resource

from .blueprint import blueprint
from .timeline import Day, Gap, board, is_late
from .today import all_houses, chosen, is_expected

EXPECTED, LATE = "expected", "late"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: a booking or block, or free time of the room that the list is about."""

    times: str
    resource: Resource
    booking: Booking | None = None
    gap: Gap | None = None
    late: bool = False


@blueprint.get("/bookings")
@requires(Permission.SEE_DAY)
def agenda() -> Response:
    """A day's bookings of a house, or of one ``room`` with its free times; ``show`` narrows to those expected or late."""
    houses = all_houses() or abort(404)
    house, day, here = chosen(houses)
    now, slug, show = clock.now(), one_line(request.args.get("room")), request.args.get("show", "")
    seen = board(house, day, now)
    room = next((row.resource for _name, rows in seen.groups for row in rows if row.resource.slug == slug), None)
    if slug and room is None:
        abort(404)
    entries = _of_room(seen, room, now) if room is not None else _of_house(seen, show, now)
    return page("desk/agenda.html", house=house, day=day, today=here, room=room, show=show, entries=entries, counts=_counts(seen, now))


def _of_house(seen: Day, show: str, now: datetime) -> list[Entry]:
    spaces = {row.resource.id: row.resource for _name, rows in seen.groups for row in rows}
    people = [each for each in seen.bookings if each.kind == BookingKind.BOOKING.value]
    if show == EXPECTED:
        people = [each for each in people if is_expected(each, now)]
    elif show == LATE:
        people = [each for each in people if is_late(each, now)]
    return [_entry(each, spaces[each.resource_id], now) for each in people if each.resource_id in spaces]


def _of_room(seen: Day, room: Resource, now: datetime) -> list[Entry]:
    gaps = [cell for _name, rows in seen.groups for row in rows if row.resource is room for cell in row.cells if isinstance(cell, Gap)]
    found = [(each.starts_at, _entry(each, room, now)) for each in seen.bookings if each.resource_id == room.id]
    free = [(clock.at_wall(seen.day, gap.start * 15, room.zone), Entry(f"{gap.begins}–{gap.ends}", room, gap=gap)) for gap in gaps]
    return [entry for _start, entry in sorted([*found, *free], key=lambda pair: pair[0])]


def _entry(booking: Booking, resource: Resource, now: datetime) -> Entry:
    return Entry(times(booking.starts_at, booking.ends_at, resource.zone), resource, booking, late=is_late(booking, now))


def _counts(seen: Day, now: datetime) -> dict[str, int]:
    """How many lines each tab has."""
    people = [each for each in seen.bookings if each.kind == BookingKind.BOOKING.value]
    return {"": len(people), EXPECTED: sum(is_expected(each, now) for each in people), LATE: sum(is_late(each, now) for each in people)}
