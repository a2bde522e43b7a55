"""A day of a space as the rectangles of one line: closed and past, taken, chosen, now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from coworking.bookings.availability import Interval
from coworking.core import clock
from coworking.spaces.hours import Stretch, joined
from coworking.spaces.models import Resource

Rectangle = tuple[str, str, str]
"""CSS class, x and width, in quarter hours from the left edge."""
CLOSED, TAKEN, YOURS, NOW = "c", "t", "y", "n"


@dataclass(frozen=True, slots=True)
class Wall:
    """A date on the wall of a zone, and the hours of it that the line shows."""

    day: date
    zone: str
    first: int
    last: int

    def quarter(self, moment: datetime) -> float:
        """Quarter hours from the left edge to ``moment``, kept within the line."""
        wall = moment.astimezone(ZoneInfo(self.zone))
        day = wall.date()
        minutes = 0 if day < self.day else 1440 if day > self.day else wall.hour * 60 + wall.minute
        return min(max(minutes / 15 - self.first * 4, 0), self.width)

    @property
    def width(self) -> int:
        """Quarter hours from edge to edge."""
        return (self.last - self.first) * 4


def ribbon(
    resource: Resource, wall: Wall, now: datetime, opens: Sequence[Stretch], held: Sequence[Interval], chosen: Stretch | None = None
) -> list[Rectangle]:
    """What is not free on that day, in order; then the chosen time; then now."""
    at = 0.0
    rectangles: list[Rectangle] = []
    past = wall.quarter(now)
    for start, end in opens:
        opening = max(wall.quarter(start), past)
        rectangles += _rectangle(CLOSED, at, opening)
        at = wall.quarter(end)
    rectangles += _rectangle(CLOSED, at if opens else 0, wall.width)
    for start, end in full_stretches(resource, held):
        rectangles += _rectangle(TAKEN, max(wall.quarter(start), past), wall.quarter(end))
    if chosen:
        rectangles += _rectangle(YOURS, wall.quarter(chosen[0]), wall.quarter(chosen[1]))
    if 0 < past < wall.width:
        rectangles.append((NOW, f"{past - 0.15:.2f}", ".3"))
    return rectangles


def full_stretches(resource: Resource, held: Sequence[Interval]) -> list[Stretch]:
    """When nothing of the space is left: all of its units are held."""
    if resource.units == 1:
        return joined((interval.start, interval.end) for interval in held)
    # A unit is never held twice at once, so counting the holds counts the units.
    changes = sorted([(interval.start, 1) for interval in held] + [(interval.end, -1) for interval in held])
    full: list[Stretch] = []
    count, since = 0, None
    for moment, change in changes:
        count += change
        if count >= resource.units and since is None:
            since = moment
        elif count < resource.units and since is not None:
            full.append((since, moment))
            since = None
    return joined(full)


def hours(stretches: Sequence[Stretch], zone: str) -> tuple[int, int]:
    """First and last whole hour on the wall that the stretches of one day span; 8 to 20 without any."""
    if not stretches:
        return 8, 20
    first = min(clock.wall_minutes(start, zone) for start, _end in stretches)
    last = max(clock.wall_minutes(end, zone) or 1440 for _start, end in stretches)
    return first // 60, -(-last // 60)


def _rectangle(kind: str, start: float, end: float) -> list[Rectangle]:
    return [(kind, f"{start:g}", f"{end - start:g}")] if end > start else []
