"""A day and times as people choose them in a form, on the wall of the house."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from coworking.core import clock
from coworking.spaces.models import Resource

from .refusals import Broken, RuleBroken
from .rules import on_wall

LATEST = 2 * 1440
"""Minutes after the chosen midnight. A house that never closes lets a booking end the day after, at 25:30 say."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, as far as it could be read."""

    day: date | None = None
    start: int | None = None
    """Minutes after midnight."""
    end: int | None = None


def read(values: Mapping[str, str]) -> Choice:
    """The choice in ``day``, ``from`` and ``to``; what can't be read is left open."""
    return Choice(a_day(values.get("day", "")), a_clock(values.get("from", "")), a_clock(values.get("to", "")))


def a_day(text: str) -> date | None:
    """A date in ISO 8601, within the years that calendars hold."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day is not None and 2000 <= day.year <= 2200 else None


def a_clock(text: str) -> int | None:
    """Minutes after midnight of ``10:30``; hours from 24 on are of the next day."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if minutes <= LATEST else None


def wall_text(minutes: int) -> str:
    """``10:30`` for 630."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def minutes_of(moment: datetime, day: date, zone: str) -> int:
    """Minutes after the midnight of ``day`` that the wall shows; from 1440 on it is the next day."""
    return (clock.wall_day(moment, zone) - day).days * 1440 + clock.wall_minutes(moment, zone)


def times(resource: Resource, choice: Choice) -> tuple[datetime, datetime]:
    """The chosen moments. Raises RuleBroken at the field that is missing or does not exist on the wall."""
    missing = [
        Broken(field, words)
        for field, value, words in (
            ("day", choice.day, _("Choose a day")),
            ("from", choice.start, _("Choose when it starts")),
            ("to", choice.end, _("Choose when it ends")),
        )
        if value is None
    ]
    if missing or choice.day is None or choice.start is None or choice.end is None:
        raise RuleBroken(*missing)
    return on_wall(resource, choice.day, choice.start, "from"), on_wall(resource, choice.day, choice.end, "to")
