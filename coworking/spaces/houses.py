"""Houses as visitors need them: where, and when they are open, in words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from babel.dates import get_day_names
from flask_babel import gettext as _

from coworking.core import clock, i18n

from . import hours
from .models import Location

LOOK_AHEAD = 90
"""Days for which other hours and holidays are told."""


@dataclass(frozen=True, slots=True)
class WeekdayHours:
    """One line of the week."""

    name: str
    text: str
    today: bool


@dataclass(frozen=True, slots=True)
class OtherHours:
    """A date that differs from its weekday, and why."""

    day: date
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class House:
    """A location ready to print."""

    location: Location
    is_open: bool
    now: str
    """"Open now, until 20:00", and the like."""
    week: list[WeekdayHours]
    others: list[OtherHours]
    map_url: str


def described(location: Location) -> House:
    """The location with its hours in the reader's language."""
    today = clock.today(location.zone)
    is_open, now = _now(location, today)
    address = f"{location.street}, {location.postcode} {location.city}"
    return House(
        location,
        is_open,
        now,
        _week(location, today),
        _others(location, today),
        f"https://www.openstreetmap.org/search?{urlencode({'query': address})}",
    )


def _now(location: Location, today: date) -> tuple[bool, str]:
    moment = clock.now()
    for stretches in hours.open_stretches(location, today, today + timedelta(days=14)).values():
        for start, end in stretches:
            if start <= moment < end:
                return True, _("Open now, until %(time)s", time=i18n.wall_clock(end, location.zone))
            if moment < start:
                return False, opens_at(start, location.zone, moment)
    return False, opens_at(None, location.zone, moment)


def opens_at(start: datetime | None, zone: str, now: datetime) -> str:
    """ "Closed now, opens tomorrow at 08:00", and the like."""
    if start is None:
        return _("Closed for now")
    time, ahead = i18n.wall_clock(start, zone), (clock.wall_day(start, zone) - clock.wall_day(now, zone)).days
    if ahead == 0:
        return _("Closed now, opens at %(time)s", time=time)
    if ahead == 1:
        return _("Closed now, opens tomorrow at %(time)s", time=time)
    return _("Closed now, opens %(day)s at %(time)s", day=i18n.long_day(clock.wall_day(start, zone)), time=time)


def _week(location: Location, today: date) -> list[WeekdayHours]:
    names = get_day_names("wide", context="stand-alone", locale=i18n.babel_locale())
    texts: dict[int, list[str]] = {}
    for stretch in location.opening_hours:
        texts.setdefault(stretch.weekday, []).append(_span(stretch.opens, stretch.closes))
    return [
        WeekdayHours(names[weekday][:1].upper() + names[weekday][1:], ", ".join(texts.get(weekday, [])) or _("Closed"), weekday == today.weekday())
        for weekday in range(7)
    ]


def _others(location: Location, today: date) -> list[OtherHours]:
    """Dates with hours of their own, and public holidays that close the house on a day when it would be open."""
    exceptions = {exception.day: exception for exception in location.exceptions}
    weekdays = {stretch.weekday for stretch in location.opening_hours}
    others = []
    for offset in range(LOOK_AHEAD):
        day = today + timedelta(days=offset)
        if exception := exceptions.get(day):
            closed = exception.opens is None or exception.closes is None
            text = _("Closed") if closed else _span(exception.opens or 0, exception.closes or 0)
            others.append(OtherHours(day, text, exception.reason or hours.holiday_name(location, day, i18n.language())))
        elif location.closed_on_holidays and day.weekday() in weekdays and hours.is_holiday(location, day):
            others.append(OtherHours(day, _("Closed"), hours.holiday_name(location, day, i18n.language())))
    return others


def _span(opens: int, closes: int) -> str:
    """``08:00–20:00`` from minutes after midnight."""
    return f"{opens // 60:02d}:{opens % 60:02d}–{closes // 60:02d}:{closes % 60:02d}"
