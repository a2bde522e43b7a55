"""What the demo's guests see first: today in the main house, and the days around it of the people they sign in as."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from coworking.bookings.availability import on_step
from coworking.core import clock
from coworking.people.models import Person
from coworking.spaces.hours import Stretch
from coworking.spaces.models import Resource

from .crowd import Crowd
from .data import minute_of_day
from .diary import Diary

_EARLY = timedelta(hours=2)
_LATE = timedelta(hours=3)


def set_scene(diary: Diary, crowd: Crowd, people: Mapping[str, Person]) -> None:
    """Write the bookings and blocks that the data file asks for, where the house is open and nothing is in the way."""
    for entry in diary.world.data["scene"]:
        space = diary.spaces[entry["space"]]
        time = _on_another_day(diary, space, entry) if "days" in entry else _around_now(diary, space, entry)
        if time is None:
            continue
        if "block" in entry:
            diary.block(space, time, entry["block"], people["front_desk"], min(diary.world.ago(hours=5), time[0] - timedelta(days=1)))
        else:
            _book(diary, crowd, people, space, time, entry)


def _around_now(diary: Diary, space: Resource, entry: Mapping[str, Any]) -> Stretch | None:
    stretches = diary.opens(space, diary.today)
    if not stretches:
        return None
    opens, closes = stretches[0]
    # At night there is no now in the house: show the day around an hour when it is open.
    about = min(max(diary.world.now, opens + _EARLY), closes - _LATE) if not opens <= diary.world.now < closes else diary.world.now
    wanted = about + timedelta(minutes=entry["minutes_from_now"])
    start = on_step(space, max(opens, wanted - timedelta(minutes=space.granularity, microseconds=-1)))
    return _within(space, start, entry["minutes"], closes)


def _on_another_day(diary: Diary, space: Resource, entry: Mapping[str, Any]) -> Stretch | None:
    step = 1 if entry["days"] > 0 else -1
    for further in range(7):
        day: date = diary.today + timedelta(days=entry["days"] + step * further)
        start = clock.at_wall(day, minute_of_day(entry["at"]), space.zone)
        for opens, closes in diary.opens(space, day):
            time = _within(space, start, entry["minutes"], closes)
            if opens <= start and time is not None:
                return time
    return None


def _within(space: Resource, start: datetime, minutes: int, closes: datetime) -> Stretch | None:
    end = min(start + timedelta(minutes=minutes), closes)
    whole = (end - start) // timedelta(minutes=space.granularity) * space.granularity
    return (start, start + timedelta(minutes=whole)) if whole >= space.shortest else None


def _book(diary: Diary, crowd: Crowd, people: Mapping[str, Person], space: Resource, time: Stretch, entry: Mapping[str, Any]) -> None:
    unit = diary.free_unit(space, *time)
    person = people[entry["who"]] if "who" in entry else _somebody(crowd, time, company=entry.get("company", False))
    if unit is None or person is None or ("who" in entry and not crowd.is_away(person, *time)):
        return
    crowd.keep(person, *time)
    made_at = min(diary.world.ago(hours=3), time[0] - timedelta(minutes=space.notice)) - timedelta(minutes=diary.world.dice.randrange(10, 3000))
    made_at = max(made_at, person.joined_at)
    checked_in = time[0] - timedelta(minutes=diary.world.dice.randrange(1, 6)) if time[0] <= diary.world.now and not entry.get("late") else None
    attendees = min(entry.get("attendees", 1), space.capacity)
    row = diary.book(space, unit, time, person, made_at, title=entry.get("title", ""), attendees=attendees, checked_in_at=checked_in)
    for guest in entry.get("guests", ()):
        diary.invite(row, *guest.split("|"))


def _somebody(crowd: Crowd, time: Stretch, *, company: bool) -> Person | None:
    found = None
    for _ in range(20):
        found = crowd.pick(*time) or found
        if found is not None and (found.company or not company):
            return found
    return found
