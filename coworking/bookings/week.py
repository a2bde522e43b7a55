"""A day or a week of a space as people see it: cells on the wall of its house."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from coworking.core import clock
from coworking.spaces.hours import Stretch
from coworking.spaces.models import Resource

from .availability import Interval, Outlook, earliest_start, last_day, lowest_free_unit, outlook, units_free

QUARTER = timedelta(minutes=15)
FREE, TAKEN, YOURS, CLOSED, PAST, LATER = "free", "taken", "yours", "closed", "past", "later"


@dataclass(slots=True)
class Cell:
    """A part of a day. Free ones are one step each; others run as long as they stay the same."""

    kind: str
    """free, taken, yours, closed, past, or later: not open for booking yet."""
    quarter: int
    """Quarter hours after midnight on the wall."""
    length: int
    """In quarter hours."""
    left: int = 0
    """Free units, where several can book."""

    @property
    def label(self) -> str:
        """``10:00``, when it starts on the wall."""
        return wall_label(self.quarter)

    @property
    def end_label(self) -> str:
        """``10:30``, when it ends on the wall."""
        return wall_label(self.quarter + self.length)


@dataclass(slots=True)
class DayView:
    """One day of a space."""

    day: date
    is_today: bool
    is_open: bool
    cells: list[Cell]

    @property
    def free(self) -> int:
        """How many cells are free."""
        return sum(cell.kind == FREE for cell in self.cells)

    @property
    def ribbon(self) -> list[tuple[str, int, int]]:
        """(kind, start, length) in quarter hours, of everything that is not free."""
        return [(CLOSED if cell.kind == LATER else cell.kind, cell.quarter, cell.length) for cell in self.cells if cell.kind != FREE]


@dataclass(slots=True)
class WeekView:
    """Seven days of a space, Monday first, and the hours of the wall that they span."""

    days: list[DayView]
    from_quarter: int
    to_quarter: int
    now_quarter: float | None
    """Where now is on today's wall, if today is among the days."""


@dataclass(slots=True)
class LiveStatus:
    """What a space is right now."""

    state: str
    """free, taken or closed."""
    until: datetime | None
    """When that ends; None when it does not end today."""
    left: int = 0
    """Free units, where several can book."""


def wall_label(quarter: int) -> str:
    """``10:15`` for 41; the midnight that ends the day is ``24:00``."""
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


def week(resource: Resource, monday: date, now: datetime, viewer: UUID | None = None) -> WeekView:
    """Monday to Sunday of ``resource`` as ``viewer`` sees it. Nobody sees who booked."""
    seen = outlook([resource], monday, monday + timedelta(days=6), viewer=viewer)
    days = [day_view(resource, monday + timedelta(days=offset), now, seen) for offset in range(7)]
    from_quarter, to_quarter = span(days)
    today = clock.wall_day(now, resource.zone)
    now_quarter = clock.wall_minutes(now, resource.zone) / 15 if monday <= today <= days[-1].day else None
    return WeekView(days, from_quarter, to_quarter, now_quarter)


def span(days: Sequence[DayView]) -> tuple[int, int]:
    """First and last quarter hour that any of the days is open, to whole hours; 8 to 20 when all are closed."""
    firsts = [day.cells[0].length if day.cells[0].kind == CLOSED else 0 for day in days if day.is_open]
    lasts = [day.cells[-1].quarter if day.cells[-1].kind == CLOSED else 96 for day in days if day.is_open]
    if not firsts:
        return 32, 80
    return min(firsts) // 4 * 4, -(-max(lasts) // 4) * 4


def day_view(resource: Resource, day: date, now: datetime, seen: Outlook) -> DayView:
    """One day of ``resource`` out of what was read for several."""
    opens = seen.opens[resource.location_id].get(day, [])
    cells = list(_merged(_cells(resource, day, now, opens, seen.held(resource))))
    return DayView(day, day == clock.wall_day(now, resource.zone), bool(opens), cells)


def _cells(resource: Resource, day: date, now: datetime, opens: Sequence[Stretch], held: Sequence[Interval]) -> Iterator[Cell]:
    step = max(2, resource.granularity // 15)
    walls = [(_quarter(day, start, resource.zone, up=True), _quarter(day, end, resource.zone, up=False)) for start, end in opens]
    earliest, beyond = earliest_start(resource, now), day > last_day(resource, now)
    midnight = clock.at_wall(day, 0, resource.zone)
    steady = clock.at_wall(day, 1440, resource.zone) - midnight == timedelta(days=1)
    today = [interval for interval in held if interval.end > midnight and interval.start < midnight + timedelta(hours=26)]
    for quarter in range(0, 96, step):
        if not any(opening <= quarter and quarter + step <= closing for opening, closing in walls):
            yield Cell(CLOSED, quarter, step)
            continue
        start = midnight + quarter * QUARTER if steady else clock.at_wall(day, quarter * 15, resource.zone)
        end = start + step * QUARTER
        if not steady and not clock.exists_on_wall(day, quarter * 15, resource.zone):
            yield Cell(CLOSED, quarter, step)
        elif start < earliest:
            yield Cell(PAST, quarter, step)
        elif beyond:
            yield Cell(LATER, quarter, step)
        else:
            yield _open_cell(resource, today, quarter, step, start, end)


def _open_cell(resource: Resource, held: Sequence[Interval], quarter: int, step: int, start: datetime, end: datetime) -> Cell:
    if lowest_free_unit(resource, held, start, end) is not None:
        return Cell(FREE, quarter, step, units_free(resource, held, start, end) if resource.units > 1 else 1)
    yours = any(interval.yours and interval.start < end and start < interval.end for interval in held)
    return Cell(YOURS if yours else TAKEN, quarter, step)


def _merged(cells: Iterator[Cell]) -> Iterator[Cell]:
    last: Cell | None = None
    for cell in cells:
        if last is not None and cell.kind == last.kind and cell.kind != FREE:
            last.length += cell.length
            continue
        if last is not None:
            yield last
        last = cell
    if last is not None:
        yield last


def _quarter(day: date, moment: datetime, zone: str, *, up: bool) -> int:
    minutes = clock.wall_minutes(moment, zone)
    if clock.wall_day(moment, zone) > day:
        minutes += 1440
    return -(-minutes // 15) if up else minutes // 15


def live_status(resource: Resource, now: datetime, seen: Outlook) -> LiveStatus:
    """What ``resource`` is now and until when, out of an outlook that covers today."""
    closing = next((end for start, end in seen.open(resource) if start <= now < end), None)
    if closing is None:
        opening = next((start for start, _end in seen.open(resource) if start > now), None)
        return LiveStatus(CLOSED, opening)
    held = seen.held(resource)
    moment = timedelta(microseconds=1)
    left = units_free(resource, held, now, now + moment)
    changes = sorted({edge for interval in held for edge in (interval.start, interval.end) if now < edge < closing})
    for change in changes:
        then = units_free(resource, held, change, change + moment)
        if (then > 0) != (left > 0):
            return LiveStatus(FREE if left else TAKEN, change, left)
    return LiveStatus(FREE if left else TAKEN, closing, left)
