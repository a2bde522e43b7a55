"""When a house is open: weekly hours, dates with other hours, and the country's public holidays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays

from coworking.core import clock

from .models import Location

Stretch = tuple[datetime, datetime]
"""Half-open, in UTC."""

MOST_DAYS = 1500
_HOLIDAY_LANGUAGES = {"nb": ("nb", "no"), "fr": ("fr",), "en": ("en_GB", "en_US", "en")}


def open_stretches(location: Location, first_day: date, last_day: date) -> dict[date, list[Stretch]]:
    """The open time of each day from ``first_day`` to ``last_day``, both included, on the wall of the house's zone.

    A date of its own hours wins over a holiday, a holiday over the weekday. A closed day has an empty list.
    Stretches that touch are one; none crosses midnight, so a house open all night has one that ends at the
    midnight where the next day's begins.
    """
    known = _calendar(
        location.zone,
        (location.country, location.subdivision) if location.closed_on_holidays else None,
        tuple((hours.weekday, hours.opens, hours.closes) for hours in location.opening_hours),
        tuple((exception.day, exception.opens, exception.closes) for exception in location.exceptions),
    )
    return {day: list(known.opens(day)) for day in (first_day + timedelta(days=offset) for offset in range((last_day - first_day).days + 1))}


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The rules by which a house opens, and the days that were worked out by them."""

    zone: str
    holidays_of: tuple[str, str] | None
    """Country and part of it, where public holidays close the house."""
    weekly: dict[int, list[tuple[int, int]]]
    exceptions: dict[date, list[tuple[int, int]]]
    days: dict[date, tuple[Stretch, ...]]

    def opens(self, day: date) -> tuple[Stretch, ...]:
        """The open time of that day: pages ask for the same days again and again."""
        if day not in self.days:
            if len(self.days) > MOST_DAYS:
                self.days.clear()
            self.days[day] = tuple(
                joined((clock.at_wall(day, opening, self.zone), clock.at_wall(day, closing, self.zone)) for opening, closing in self._walls(day))
            )
        return self.days[day]

    def _walls(self, day: date) -> list[tuple[int, int]]:
        if day in self.exceptions:
            return self.exceptions[day]
        if self.holidays_of and day in _year(*self.holidays_of, day.year, ""):
            return []
        return self.weekly.get(day.weekday(), [])


# Kept under the rules themselves: other rules are another calendar.
@lru_cache(maxsize=256)
def _calendar(
    zone: str,
    holidays_of: tuple[str, str] | None,
    hours: tuple[tuple[int, int, int], ...],
    exceptions: tuple[tuple[date, int | None, int | None], ...],
) -> _Calendar:
    weekly: dict[int, list[tuple[int, int]]] = {}
    for weekday, opens, closes in hours:
        weekly.setdefault(weekday, []).append((opens, closes))
    others = {day: [] if opens is None or closes is None else [(opens, closes)] for day, opens, closes in exceptions}
    return _Calendar(zone, holidays_of, weekly, others, {})


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
