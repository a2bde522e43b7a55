"""The week of a space as the page prints it: every text, position and link of every cell."""

import hashlib
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_interval
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from coworking.bookings import week
from coworking.bookings.availability import Outlook, last_day
from coworking.bookings.choosing import a_day
from coworking.core import clock, i18n
from coworking.spaces.models import Resource

WEEK = timedelta(days=7)
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Choice:
    """The time that the panel beside the grid shows; ``picked`` when the reader chose it."""

    start: datetime
    end: datetime
    picked: bool


@dataclass(slots=True)
class Cell:
    """One item of a day's list."""

    kind: str
    """free, chosen, taken, yours, off"""
    place: str
    """CSS classes of its position."""
    text: str
    name: str
    """What a screen reader says."""
    query: str = ""
    """Where choosing it leads, relative to the page."""


@dataclass(slots=True)
class Day:
    """One column."""

    day: date
    short: str
    long: str
    number: int
    month: str
    is_today: bool
    is_on: bool
    free_text: str
    ribbon: list[tuple[str, int, int]]
    cells: list[Cell]
    query: str


@dataclass(slots=True)
class Grid:
    """Seven days and the way to the weeks beside them."""

    days: list[Day]
    first: int
    last: int
    now: float | None
    title: str
    before: str
    after: str
    fine: bool
    version: str


def first_day(text: str | None, day: date, resource: Resource, now: datetime) -> date:
    """The first of the seven days to show, never in the past and never after the last that can be booked.

    ``text`` asks for it, as a week like ``2026-W48`` or a date; else they are the seven that hold ``day``, counted from today.
    """
    today, last = clock.wall_day(now, resource.zone), last_day(resource, now)
    wanted = _read(text or "")
    if wanted is not None and wanted <= last:
        return max(wanted, today)
    ahead = (min(max(wanted or day, today), last) - today).days
    return today + timedelta(days=ahead // 7 * 7)


def _read(text: str) -> date | None:
    if found := _WEEK.fullmatch(text):
        with suppress(ValueError):
            return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    return a_day(text)


def grid(resource: Resource, first_shown: date, now: datetime, seen: Outlook, choice: Choice | None, on: date) -> Grid:
    """Seven days from ``first_shown``; ``on`` is the day that the phone shows."""
    views = [week.day_view(resource, first_shown + timedelta(days=offset), now, seen) for offset in range(7)]
    first, last = week.span(views)
    today = clock.wall_day(now, resource.zone)
    has_today = first_shown <= today <= views[-1].day
    return Grid(
        days=[_day(resource, view, first, last, choice, on) for view in views],
        first=first,
        last=last,
        now=(clock.wall_minutes(now, resource.zone) / 15 - first) * 10 if has_today else None,
        title=format_interval(first_shown, views[-1].day, "MMMd", locale=i18n.babel_locale()).replace("\u202f", "\u00a0"),
        before="" if first_shown <= today else max(first_shown - WEEK, today).isoformat(),
        after="" if first_shown + WEEK > last_day(resource, now) else (first_shown + WEEK).isoformat(),
        fine=resource.granularity < 30,
        version=_version(views),
    )


def _version(views: Iterable[week.DayView]) -> str:
    seen = ";".join(f"{view.day}:" + ",".join(f"{cell.kind}{cell.quarter}+{cell.length}x{cell.left}" for cell in view.cells) for view in views)
    return hashlib.blake2s(seen.encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class _Column:
    """What the cells of one day have in common."""

    resource: Resource
    day: date
    cells: list[week.Cell]
    chosen: range
    """Quarter hours of the wall that the choice covers on that day."""
    extends: bool
    """Whether a later pick on that day sets the end."""

    def alike(self, position: int, is_chosen: bool) -> bool:
        """Whether the cell at ``position`` is free too, and chosen or not alike."""
        if not 0 <= position < len(self.cells):
            return False
        cell = self.cells[position]
        return cell.kind == week.FREE and (cell.quarter in self.chosen) == is_chosen


def _day(resource: Resource, view: week.DayView, first: int, last: int, choice: Choice | None, on: date) -> Day:
    shown = [cell for cell in view.cells if cell.quarter + cell.length > first and cell.quarter < last]
    extends = choice is not None and choice.picked and clock.wall_day(choice.start, resource.zone) == view.day
    column = _Column(resource, view.day, shown, _quarters(choice, view.day, resource.zone), extends)
    return Day(
        day=view.day,
        short=format_date(view.day, "EEE"),
        long=format_date(view.day, "EEEE"),
        number=view.day.day,
        month=format_date(view.day, "MMMM"),
        is_today=view.is_today,
        is_on=view.day == on,
        free_text=ngettext("%(num)d free time", "%(num)d free times", view.free) if view.is_open else _("Closed"),
        ribbon=_ribbon(view, first, last),
        cells=[_cell(column, position, first, last) for position in range(len(shown))],
        query=f"?day={view.day.isoformat()}",
    )


def _ribbon(view: week.DayView, first: int, last: int) -> list[tuple[str, int, int]]:
    """(class, x, width) within the hours that the grid shows."""
    classes = {week.TAKEN: "t", week.YOURS: "y"}
    cut = [(kind, max(start, first), min(start + length, last)) for kind, start, length in view.ribbon]
    return [(classes.get(kind, "c"), start - first, end - start) for kind, start, end in cut if end > start]


def _quarters(choice: Choice | None, day: date, zone: str) -> range:
    if choice is None or not clock.wall_day(choice.start, zone) <= day <= clock.wall_day(choice.end, zone):
        return range(0)
    start = clock.wall_minutes(choice.start, zone) // 15 if clock.wall_day(choice.start, zone) == day else 0
    end = -(-clock.wall_minutes(choice.end, zone) // 15) if clock.wall_day(choice.end, zone) == day else 96
    return range(start, end)


def _cell(column: _Column, position: int, first: int, last: int) -> Cell:
    cell = column.cells[position]
    start, end = max(cell.quarter, first), min(cell.quarter + cell.length, last)
    place = f"s{start} n{end - start}"
    if cell.kind == week.FREE:
        return _free_cell(column, position, place)
    if cell.kind in {week.TAKEN, week.YOURS}:
        text = _("Taken") if cell.kind == week.TAKEN else _("Yours")
        return Cell(cell.kind, place, text, f"{week.wall_label(start)}–{week.wall_label(end)}")
    text = _("Past") if cell.kind == week.PAST else _("Not open for booking yet") if cell.kind == week.LATER else _("Closed")
    return Cell("off", place, text, "")


def _free_cell(column: _Column, position: int, place: str) -> Cell:
    cell = column.cells[position]
    is_chosen = cell.quarter in column.chosen
    place += ("" if column.alike(position - 1, is_chosen) else " a") + ("" if column.alike(position + 1, is_chosen) else " z")
    if is_chosen:
        name = _("%(time)s, your choice", time=cell.label)
    elif column.resource.is_area:
        name = ngettext("%(time)s, %(num)d desk free", "%(time)s, %(num)d desks free", cell.left, time=cell.label)
    else:
        name = _("%(time)s, free", time=cell.label)
    return Cell("chosen" if is_chosen else "free", place, cell.label, name, _query(column, position))


def _query(column: _Column, position: int) -> str:
    """A first pick sets the start. A later one on the same day, with nothing in between, sets the end."""
    cell, chosen = column.cells[position], column.chosen
    if column.extends and chosen and cell.quarter >= chosen.stop:
        between = [each for each in column.cells[:position] if each.quarter >= chosen.start]
        minutes = (cell.quarter + cell.length - chosen.start) * 15
        if all(each.kind == week.FREE for each in between) and minutes <= column.resource.longest:
            return f"?day={column.day.isoformat()}&from={week.wall_label(chosen.start)}&to={cell.end_label}"
    return f"?day={column.day.isoformat()}&from={cell.label}"
