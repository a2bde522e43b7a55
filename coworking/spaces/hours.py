"""When a house is open: weekly hours, dates with other hours, and the country's public holidays."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays

from coworking.core import clock

from .models import Location

Stretch = tuple[datetime, datetime]
"""Half-open, in UTC."""

_HOLIDAY_LANGUAGES = {"nb": ("nb", "no"), "fr": ("fr",), "en": ("en_GB", "en_US", "en")}


def open_stretches(location: Location, first_day: date, last_day: date) -> dict[date, list[Stretch]]:
    """The open time of each day from ``first_day`` to ``last_day``, both included, on the wall of the house's zone.

    A date of its own hours wins over a holiday, a holiday over the weekday. A closed day has an empty list.
    Stretches that touch are one; none crosses midnight, so a house open all night has one that ends at the
    midnight where the next day's begins.
    """
    exceptions = {exception.day: exception for exception in location.exceptions}
    weekly: dict[int, list[tuple[int, int]]] = {}
    for hours in location.opening_hours:
        weekly.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
    opens: dict[date, list[Stretch]] = {}
    for offset in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=offset)
        exception = exceptions.get(day)
        if exception is not None:
            walls = [] if exception.opens is None or exception.closes is None else [(exception.opens, exception.closes)]
        elif location.closed_on_holidays and is_holiday(location, day):
            walls = []
        else:
            walls = weekly.get(day.weekday(), [])
        opens[day] = joined((clock.at_wall(day, opening, location.zone), clock.at_wall(day, closing, location.zone)) for opening, closing in walls)
    return opens


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in order, with stretches that touch or overlap made one and empty ones left out."""
    whole: list[Stretch] = []
    for start, end in sorted(stretches):
        if start >= end:
            continue
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def is_open(location: Location, start: datetime, end: datetime) -> bool:
    """Whether the house is open all the time from ``start`` to ``end``, through midnight too if it never closes."""
    first = clock.wall_day(start, location.zone)
    last = clock.wall_day(end, location.zone)
    days = open_stretches(location, first, last)
    return any(opening <= start and end <= closing for opening, closing in joined(stretch for day in days.values() for stretch in day))


def is_holiday(location: Location, day: date) -> bool:
    """Whether the house's country, or its part of it, has a public holiday."""
    return day in _year(location.country, location.subdivision, day.year, "")


def holiday_name(location: Location, day: date, language: str) -> str:
    """Name of the public holiday in the reader's language where it is known, else in the country's own; empty if none."""
    return _year(location.country, location.subdivision, day.year, language).get(day, "")


@lru_cache(maxsize=256)
def _year(country: str, subdivision: str, year: int, language: str) -> dict[date, str]:
    options = holidays.list_supported_countries(include_aliases=False)
    if country not in options:
        return {}
    subdivision_known = subdivision if subdivision in options[country] else None
    spoken = holidays.list_localized_countries().get(country, [])
    # Without a language the library would take the server's; the country's own is its default_language.
    own = holidays.country_holidays(country).default_language
    chosen = next((code for code in _HOLIDAY_LANGUAGES.get(language, ()) if code in spoken), own)
    return dict(holidays.country_holidays(country, subdiv=subdivision_known, years=year, language=chosen))
