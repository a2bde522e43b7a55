"""The houses: address, opening hours, and dates with other hours."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from coworking.core import clock
from coworking.spaces.hours import is_holiday
from coworking.spaces.models import Location, OpeningException, OpeningHours

from .data import from_to
from .world import World

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WINDOW = 91
"""Days of bookings before today, and after it."""


def make_locations(world: World) -> list[Location]:
    """The operator's houses with their hours, not yet in the database."""
    return [_make(world, position, house) for position, house in enumerate(world.data["locations"])]


def _make(world: World, position: int, house: Mapping[str, Any]) -> Location:
    location = Location(
        id=world.new_id(world.ago(days=890)),
        country=world.data["country"],
        subdivision=house.get("subdivision", ""),
        zone=world.data["zone"],
        description=world.texts(house["description"]),
        directions=world.texts(house["directions"]),
        closed_on_holidays=True,
        position=position,
        **{key: house[key] for key in ("slug", "name", "street", "postcode", "city", "step_free")},
    )
    location.opening_hours = list(_weekly(world, house["hours"]))
    location.exceptions = _exceptions(world, house, location)
    return location


def _weekly(world: World, hours: Mapping[str, str]) -> Iterator[OpeningHours]:
    for number, name in enumerate(WEEKDAYS):
        usual = hours.get("weekday") if number < 5 else None
        wall = hours.get(name, usual)
        if wall:
            opens, closes = from_to(wall)
            yield OpeningHours(id=world.new_id(), weekday=number, opens=opens, closes=closes)


def _exceptions(world: World, house: Mapping[str, Any], location: Location) -> list[OpeningException]:
    today = clock.wall_day(world.now, location.zone)
    days: dict[date, tuple[str | None, str]] = {}
    for exception in house.get("exceptions", ()):
        for day in _days(exception, today):
            days[day] = exception.get("hours"), exception["reason"]
    # The main house opens on the day the demo is made, even on a holiday: an empty day shows nobody anything.
    days.pop(today, None)
    if house.get("always_lively") and is_holiday(location, today):
        days[today] = house["hours"]["saturday"], world.data["open_today"]
    rows = []
    for day, (hours, reason) in sorted(days.items()):
        opens, closes = from_to(hours) if hours else (None, None)
        rows.append(OpeningException(id=world.new_id(), day=day, opens=opens, closes=closes, reason=reason))
    return rows


def _days(exception: Mapping[str, Any], today: date) -> Iterator[date]:
    if "days_ahead" in exception:
        yield today + timedelta(days=exception["days_ahead"])
        return
    month, day = (int(part) for part in exception["date"].split("-"))
    for year in (today.year - 1, today.year, today.year + 1):
        found = date(year, month, day)
        if abs((found - today).days) <= WINDOW:
            yield found
