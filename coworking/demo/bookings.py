"""Six months of bookings, made by walking every space through every open day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp
from typing import Any

from coworking.bookings.availability import on_step
from coworking.bookings.models import State
from coworking.core import clock
from coworking.people.models import Person
from coworking.spaces.hours import Stretch
from coworking.spaces.models import Kind, Resource

from .crowd import Crowd
from .data import read
from .diary import Diary, Row
from .locations import WINDOW

_GROUPS = (Kind.MEETING_ROOM, Kind.STUDIO, Kind.EVENT_SPACE)


@dataclass(frozen=True, slots=True)
class Habit:
    """How people use a kind of space."""

    lengths: Mapping[int, float]
    """Minutes, and how often."""
    wanted: float
    """How likely a free moment is taken on an ordinary weekday."""
    pause: int
    """Minutes until somebody else comes by, when nobody took it."""


HABITS: dict[Kind, Habit] = {
    Kind.DESK: Habit({480: 4, 240: 2}, 0.55, 180),
    Kind.HOT_DESKS: Habit({480: 5, 240: 3, 540: 2, 180: 1}, 0.36, 210),
    Kind.MEETING_ROOM: Habit({30: 1, 60: 5, 90: 3, 120: 3, 180: 1, 240: 0.4}, 0.48, 75),
    Kind.OFFICE: Habit({540: 4, 480: 3, 240: 2}, 0.5, 240),
    Kind.PHONE_BOOTH: Habit({15: 2, 30: 5, 45: 2, 60: 2}, 0.34, 90),
    Kind.STUDIO: Habit({120: 4, 180: 3, 240: 2}, 0.3, 120),
    Kind.EVENT_SPACE: Habit({180: 3, 240: 2, 300: 1}, 0.1, 180),
}


def fill_calendar(diary: Diary, crowd: Crowd, front_desk: Person) -> None:
    """Write the bookings of the six months around today, past ones checked in, the far future thin."""
    for space in diary.spaces.values():
        liked = diary.world.dice.uniform(0.75, 1.25)
        for offset in range(-WINDOW, min(WINDOW, space.horizon - 1) + 1):
            day = diary.today + timedelta(days=offset)
            for stretch in diary.opens(space, day):
                for unit in range(space.units):
                    wanted = HABITS[Kind(space.kind)].wanted * liked * demand(offset, day) * (1.4 - unit / space.units)
                    for time in _taken(diary, space, unit, stretch, min(wanted, 0.95)):
                        _book(diary, crowd, front_desk, space, unit, time)


def demand(offset: int, day: date) -> float:
    """How busy a day is against an ordinary past weekday, ``offset`` days from today."""
    if offset == 0:
        return 0.65
    weekend = 0.3 if day.weekday() >= 5 else 1.0
    return weekend * (0.85 + 0.15 * (offset + WINDOW) / WINDOW if offset < 0 else 0.06 + 0.8 * exp(-offset / 16))


def _taken(diary: Diary, space: Resource, unit: int, stretch: Stretch, wanted: float) -> Iterator[Stretch]:
    dice, habit = diary.world.dice, HABITS[Kind(space.kind)]
    opens, closes = stretch
    step = timedelta(minutes=space.granularity)
    at = on_step(space, opens) + dice.randrange(3) * step
    while at + timedelta(minutes=space.shortest) <= closes:
        length = dice.choices(list(habit.lengths), list(habit.lengths.values()))[0]
        end = min(at + timedelta(minutes=length // space.granularity * space.granularity), closes)
        end -= (end - at) % step
        # A visit cut to less than half by closing time isn't worth coming for.
        worth_it = end - at >= timedelta(minutes=max(space.shortest, length // 2))
        if dice.random() < wanted and worth_it and diary.is_free(space, unit, at, end):
            yield at, end
            at = end + dice.choice((0, 0, 1, 2)) * step + -(-timedelta(minutes=space.buffer) // step) * step
        else:
            at += max(step, timedelta(minutes=dice.randrange(habit.pause // 2, habit.pause * 3 // 2)) // step * step)


def _book(diary: Diary, crowd: Crowd, front_desk: Person, space: Resource, unit: int, time: Stretch) -> None:
    dice, now = diary.world.dice, diary.world.now
    person = crowd.pick(*time)
    if person is None:
        return
    made_at = _made_at(diary, space, time[0], person)
    if made_at is None:
        return
    also: Row = {"attendees": _attendees(diary, space), "booked_by_id": front_desk.id if dice.random() < 0.08 else None}
    if Kind(space.kind) in _GROUPS and dice.random() < 0.8:
        also["title"] = dice.choice(diary.world.data["titles"][space.kind])
    if dice.random() < 0.05:
        gone = made_at + (min(time[0], now) - made_at) * dice.uniform(0.2, 0.9)
        also |= {"state": State.CANCELLED.value, "cancelled_at": gone, "cancelled_by_id": person.id, "sequence": 1}
    elif time[0] <= now:
        also["checked_in_at"] = _checked_in_at(diary, time)
    row = diary.book(space, unit, time, person, made_at, **also)
    if also["attendees"] > 2 and dice.random() < 0.1:
        _invite(diary, row)


def _made_at(diary: Diary, space: Resource, start: datetime, person: Person) -> datetime | None:
    # Most people book in the same week; nobody before they joined, or inside the notice, or beyond the horizon.
    dice = diary.world.dice
    latest = min(start - timedelta(minutes=space.notice), diary.world.now) - timedelta(minutes=2)
    earliest = max(person.joined_at, start - timedelta(days=space.horizon - 1))
    if earliest >= latest:
        return None
    return latest - min(timedelta(days=dice.expovariate(1 / 3)), (latest - earliest) * dice.random())


def _attendees(diary: Diary, space: Resource) -> int:
    if space.is_area:
        return 1
    fullest = space.capacity
    return max(1, min(fullest, round(diary.world.dice.triangular(1, fullest + 0.5, fullest * 0.7))))


def _checked_in_at(diary: Diary, time: Stretch) -> datetime | None:
    dice, now = diary.world.dice, diary.world.now
    if clock.wall_day(time[0], diary.world.data["zone"]) != diary.today and dice.random() < 0.05:
        return None
    return min(time[0] + timedelta(minutes=dice.randrange(-8, 9)), now - timedelta(seconds=20))


def _invite(diary: Diary, row: Row) -> None:
    dice, names = diary.world.dice, read("people")[diary.world.slug]
    for number in range(dice.randrange(1, 3)):
        first, last = dice.choice(names["first"]), dice.choice(names["last"])
        diary.invite(row, f"{first} {last}", f"guest{row['id'].hex[-8:]}{number}@example.com")


def in_order(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows as the database likes them: by the time they were made, as their ids sort."""
    return sorted(rows, key=lambda row: row["id"])
