"""The booking form as it stands on the page: what can be chosen, what is chosen, what it costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain

from flask_babel import gettext as _

from coworking.core import clock, i18n
from coworking.memberships import ledger
from coworking.people.models import Person
from coworking.spaces.hours import Stretch, open_stretches
from coworking.spaces.models import Resource

from . import words
from .availability import LONGEST_BOOKING, Outlook, earliest_start, free_stretches, last_day, next_free, on_step, outlook
from .cancelling import refund
from .choosing import Choice, minutes_of, read, wall_text
from .covering import benefits, source
from .covering_anew import comes_later
from .models import Booking
from .pricing import Quote, quote
from .refusals import Broken, SlotTaken

USUAL = 60
"""Minutes that are proposed when nobody says how long."""
CHIP_DAYS = 6
LISTED_DAYS = 91
"""The list of days ends there; a later day comes from the week that leads to it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a list."""

    value: str
    label: str
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A time to choose with one press."""

    label: str
    slug: str
    day: str
    start: str
    end: str
    chosen: bool = False


@dataclass(slots=True)
class Panel:
    """Everything that the booking form shows."""

    resource: Resource
    choice: Choice
    days: list[Option]
    starts: list[Option]
    ends: list[Option]
    chips: list[Chip]
    start: datetime | None = None
    end: datetime | None = None
    quote: Quote | None = None
    free_until: datetime | None = None
    granted_on: datetime | None = None
    """When the allowance comes that may cover this booking later."""
    moving: Booking | None = None
    kept_price: bool = False
    """Moving late never makes it cheaper."""
    errors: dict[str, str] = field(default_factory=dict)
    clash: SlotTaken | None = None
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def day(self) -> str:
        """The chosen day as the form sends it."""
        return self.choice.day.isoformat() if self.choice.day else ""

    @property
    def from_(self) -> str:
        """The chosen start as the form sends it."""
        return "" if self.choice.start is None else wall_text(self.choice.start)

    @property
    def to(self) -> str:
        """The chosen end as the form sends it."""
        return "" if self.choice.end is None else wall_text(self.choice.end)

    @property
    def when(self) -> str:
        """``Tue 24 Nov, 10:00–11:30``; nothing while something is missing."""
        return words.when(self.start, self.end, self.resource.zone) if self.start and self.end else ""

    @property
    def clash_when(self) -> str:
        """The time that was taken."""
        return words.when(self.clash.start, self.clash.end, self.resource.zone) if self.clash else ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Where the price comes from."""
        return words.quote_lines(self.quote) if self.quote else []

    @property
    def granted_on_text(self) -> str:
        """The day on which that allowance comes."""
        return i18n.short_date(clock.wall_day(self.granted_on, self.resource.zone)) if self.granted_on else ""

    @property
    def free_until_text(self) -> str:
        """Until when cancelling is free."""
        return words.moment(self.free_until, self.resource.zone) if self.free_until else ""

    def alternatives(self) -> list[Chip]:
        """What could be booked in place of the time that is gone."""
        return [] if self.clash is None else [_chip(each.resource, each.start, each.end, self.resource) for each in self.clash.alternatives]


def of(
    resource: Resource, person: Person | None, values: Mapping[str, str], now: datetime, moving: Booking | None = None, seen: Outlook | None = None
) -> Panel:
    """The form for what ``values`` choose (day, from, to), completed to the nearest that is free.

    ``seen`` is what the page has read already, from today on.
    """
    return _priced(unpriced(resource, values, now, moving, seen), person, now)


def priced(panel: Panel, person: Person | None, now: datetime) -> Panel:
    """A copy of an unpriced form with what ``person`` pays."""
    return _priced(replace(panel), person, now)


def unpriced(resource: Resource, values: Mapping[str, str], now: datetime, moving: Booking | None = None, seen: Outlook | None = None) -> Panel:
    """The same form without a price: alike for everybody."""
    choice = read(values)
    if moving is not None and choice.day is None:
        choice = _of_booking(moving)
    today = clock.wall_day(now, resource.zone)
    leave_out = moving.id if moving else None
    if seen is None:
        seen = outlook([resource], today, today + timedelta(days=CHIP_DAYS), except_for=leave_out)
    wanted = choice.end - choice.start if choice.start is not None and choice.end is not None else 0
    length = _length(resource, wanted)
    soon = next_free(resource, length, now, seen, one_a_day=True)
    day = choice.day or (clock.wall_day(soon[0][0], resource.zone) if soon else today)
    if not seen.opens[resource.location_id].keys() >= {day, day + timedelta(days=1)}:
        seen = outlook([resource], day, day + timedelta(days=1), except_for=leave_out)
    complete, free = _complete(resource, Choice(day, choice.start, choice.end), now, seen)
    panel = _filled(resource, complete, free, now)
    panel.moving = moving
    panel.chips = [_chip(resource, start, end, resource, choice=complete) for start, end in soon]
    return panel


def kept(panel: Panel, values: Mapping[str, str], broken: Sequence[Broken], clash: SlotTaken | None, person: Person, now: datetime) -> Panel:
    """The form again with everything as it was typed, and what was wrong with it."""
    typed = read(values)
    panel.choice = typed
    panel.typed = values
    panel.errors = {each.field: each.message for each in reversed(broken)}
    panel.clash = clash
    panel.days = _with(panel.days, panel.day, i18n.brief_day(typed.day) if typed.day else "")
    panel.starts = _with(panel.starts, panel.from_, panel.from_)
    panel.start = panel.end = None
    if typed.day is not None and typed.start is not None and typed.end is not None and typed.start < typed.end:
        zone = panel.resource.zone
        panel.start, panel.end = clock.at_wall(typed.day, typed.start, zone), clock.at_wall(typed.day, typed.end, zone)
        panel.ends = [option for option in panel.ends if option.value != panel.to] + [_end_option(panel.start, typed.day, typed.end, zone)]
        panel.ends.sort(key=lambda option: option.value)
    else:
        panel.ends = _with(panel.ends, panel.to, panel.to)
    return _priced(panel, person, now)


def _of_booking(booking: Booking) -> Choice:
    zone = booking.resource.zone
    day = clock.wall_day(booking.starts_at, zone)
    return Choice(day, minutes_of(booking.starts_at, day, zone), minutes_of(booking.ends_at, day, zone))


def _length(resource: Resource, wanted: int) -> int:
    """A length near the wanted minutes that the space allows, on its steps."""
    minutes = min(max(wanted or USUAL, resource.shortest), resource.longest)
    return max(resource.granularity, minutes // resource.granularity * resource.granularity)


def _complete(resource: Resource, choice: Choice, now: datetime, seen: Outlook) -> tuple[Choice, list[Stretch]]:
    """The choice with its start and end filled in or moved to what is free that day, and that day's free stretches."""
    day = choice.day or clock.wall_day(now, resource.zone)
    units = free_stretches(resource, seen.open(resource), seen.held(resource))
    free = sorted({stretch for stretch in chain.from_iterable(units) if _touches(resource, stretch, day)})
    starts = _start_minutes(resource, day, free, now)
    if not starts:
        return Choice(day), free
    wanted = choice.start if choice.start is not None else starts[0]
    start = min(starts, key=lambda minutes: (abs(minutes - wanted), minutes))
    ends = _end_minutes(resource, day, start, free)
    length = choice.end - choice.start if choice.end is not None and choice.start is not None else _length(resource, 0)
    return Choice(day, start, min(ends, key=lambda minutes: abs(minutes - start - length))), free


def _touches(resource: Resource, stretch: Stretch, day: date) -> bool:
    return clock.wall_day(stretch[0], resource.zone) <= day <= clock.wall_day(stretch[1] - timedelta(microseconds=1), resource.zone)


def _start_minutes(resource: Resource, day: date, free: Sequence[Stretch], now: datetime) -> list[int]:
    zone = resource.zone
    found: set[int] = set()
    if day > last_day(resource, now):
        return []
    for opening, closing in free:
        at = on_step(resource, max(opening, earliest_start(resource, now), clock.at_wall(day, 0, zone)))
        while at + timedelta(minutes=resource.shortest) <= closing and clock.wall_day(at, zone) == day:
            found.add(clock.wall_minutes(at, zone))
            at = on_step(resource, at + timedelta(minutes=resource.granularity))
    return sorted(found)


def _end_minutes(resource: Resource, day: date, start: int, free: Sequence[Stretch]) -> list[int]:
    begins = clock.at_wall(day, start, resource.zone)
    limit = max((closing for opening, closing in free if opening <= begins < closing), default=begins)
    limit = min(limit, begins + timedelta(minutes=min(resource.longest, LONGEST_BOOKING)))
    found: list[int] = []
    at = on_step(resource, begins + timedelta(minutes=resource.shortest))
    while at <= limit:
        minutes = minutes_of(at, day, resource.zone)
        # The hour that a clock shows twice is offered once, as the form means it.
        if clock.at_wall(day, minutes, resource.zone) == at:
            found.append(minutes)
        at = on_step(resource, at + timedelta(minutes=resource.granularity))
    return found


def _filled(resource: Resource, choice: Choice, free: Sequence[Stretch], now: datetime) -> Panel:
    day = choice.day or clock.wall_day(now, resource.zone)
    starts = [Option(wall_text(minutes), wall_text(minutes)) for minutes in _start_minutes(resource, day, free, now)]
    panel = Panel(resource, choice, _days(resource, day, now), starts, [], [])
    if choice.start is None or choice.end is None:
        return panel
    panel.start, panel.end = (clock.at_wall(day, minutes, resource.zone) for minutes in (choice.start, choice.end))
    panel.ends = [_end_option(panel.start, day, minutes, resource.zone) for minutes in _end_minutes(resource, day, choice.start, free)]
    return panel


def _end_option(start: datetime, day: date, minutes: int, zone: str) -> Option:
    length = i18n.length(int((clock.at_wall(day, minutes, zone) - start).total_seconds() // 60))
    ends = wall_text(minutes) if minutes <= 1440 else f"{i18n.brief_day(day + timedelta(days=1))}, {wall_text(minutes - 1440)}"
    return Option(wall_text(minutes), f"{ends} · {length}")


def _days(resource: Resource, chosen: date, now: datetime) -> list[Option]:
    today = clock.wall_day(now, resource.zone)
    last = min(last_day(resource, now), today + timedelta(days=LISTED_DAYS))
    opens = open_stretches(resource.location, today, last)
    options = [
        Option(day.isoformat(), i18n.brief_day(day) if stretches else _("%(day)s, closed", day=i18n.brief_day(day)), not stretches)
        for day, stretches in opens.items()
    ]
    return _with(options, chosen.isoformat(), i18n.brief_day(chosen))


def _with(options: list[Option], value: str, label: str) -> list[Option]:
    """The options, and among them the one that was chosen even if it would not be offered."""
    if not value or any(option.value == value and not option.disabled for option in options):
        return options
    return sorted([*(option for option in options if option.value != value), Option(value, label or value)], key=lambda option: option.value)


def _priced(panel: Panel, person: Person | None, now: datetime) -> Panel:
    panel.quote = panel.free_until = None
    if panel.start is None or panel.end is None:
        return panel
    given = benefits(person)
    if panel.moving is not None:
        given = given.with_back(ledger.spent(source(panel.moving)))
    panel.quote = quote(panel.resource, panel.start, panel.end, person, given)
    panel.granted_on = comes_later(person, panel.resource, panel.start, panel.quote)
    until = panel.start - timedelta(minutes=panel.resource.free_cancellation)
    panel.free_until = until if until > now else None
    if panel.moving is not None:
        panel.kept_price = refund(panel.moving, now).kept.minor > panel.quote.total.minor
    return panel


def _chip(resource: Resource, start: datetime, end: datetime, at: Resource, choice: Choice | None = None) -> Chip:
    zone = resource.zone
    day = clock.wall_day(start, zone)
    begins = minutes_of(start, day, zone)
    label = words.moment(start, zone)
    if resource.id != at.id:
        label = _("%(name)s, %(time)s", name=resource.name, time=label)
    chosen = choice is not None and (choice.day, choice.start) == (day, begins)
    return Chip(label, resource.slug, day.isoformat(), wall_text(begins), wall_text(minutes_of(end, day, zone)), chosen)
