"""What somebody is likely to book next: the spaces that they book, at the time of day when they do, when next free."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from coworking.bookings import covering, pricing, words
from coworking.bookings.availability import Outlook, earliest_start, is_free, last_day, next_free, taken
from coworking.bookings.choosing import minutes_of, wall_text
from coworking.bookings.models import Booking, BookingKind, State
from coworking.bookings.week import TAKEN, YOURS, day_view, span
from coworking.core import clock, i18n
from coworking.core.db import db
from coworking.people.models import Person
from coworking.spaces import known
from coworking.spaces.hours import Stretch, open_stretches
from coworking.spaces.models import Location, Resource

SHOWN = 3
LOOK_BACK = 60
"""Bookings that tell what somebody usually does."""
LOOK_AHEAD = 7
"""Days in which the next free time is looked for."""


@dataclass(frozen=True, slots=True)
class Habit:
    """A space, for how long, and at what time of day. Minutes."""

    resource_id: UUID
    length: int
    minute: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A booking that one press makes, ready to print."""

    slug: str
    name: str
    length: str
    when: str
    price: str
    """Empty when nothing is charged."""
    day: str
    start: str
    end: str
    ribbon: list[tuple[str, int, int]]
    """(class, x, width) in quarter hours from the left edge."""
    quarters: int


def suggestions(person: Person, locations: Sequence[Location], mine: Sequence[Booking], now: datetime) -> list[Suggestion]:
    """Up to SHOWN bookings that could be made now, at times when the person has nothing else: five queries.

    ``mine`` are the bookings that they have. The form finds out whether a suggestion is still free.
    """
    habits = usual(person, {location.id: location.zone for location in locations}, now)
    if not habits:
        return []
    spaces = known.spaces()
    resources = {habit.resource_id: spaces[habit.resource_id] for habit in habits if habit.resource_id in spaces}
    seen = _outlook(list(resources.values()), locations, now, person)
    given = covering.benefits(person)
    made = []
    for habit in habits:
        resource = resources.get(habit.resource_id)
        time = _next_time(resource, habit, mine, now, seen) if resource else None
        if resource and time:
            made.append(_suggestion(resource, time, person, given, now, seen))
    return made[:SHOWN]


def usual(person: Person, zones: dict[UUID, str], now: datetime) -> list[Habit]:
    """The person's habits, the most frequent first, one for each space."""
    past = (
        select(Booking.resource_id, Resource.location_id, Booking.starts_at, Booking.ends_at)
        .join(Resource, Booking.resource_id == Resource.id)
        .where(
            Booking.person_id == person.id,
            Booking.state == State.CONFIRMED.value,
            Booking.kind == BookingKind.BOOKING.value,
            Booking.starts_at <= now,
        )
        .order_by(Booking.starts_at.desc())
        .limit(LOOK_BACK)
    )
    done: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for resource_id, location_id, starts_at, ends_at in db.session.execute(past):
        done[resource_id].append((int((ends_at - starts_at).total_seconds() // 60), clock.wall_minutes(starts_at, zones[location_id])))
    frequent = sorted(done.items(), key=lambda each: -len(each[1]))[: SHOWN + 2]
    return [Habit(resource_id, *Counter(times).most_common(1)[0][0]) for resource_id, times in frequent]


def _outlook(resources: Sequence[Resource], locations: Sequence[Location], now: datetime, person: Person) -> Outlook:
    opens = {}
    for location in locations:
        today = clock.wall_day(now, location.zone)
        opens[location.id] = open_stretches(location, today, today + timedelta(days=LOOK_AHEAD))
    start = now - timedelta(days=1)
    return Outlook(opens, taken(resources, start, start + timedelta(days=LOOK_AHEAD + 3), viewer=person.id))


def _suggestion(resource: Resource, time: Stretch, person: Person, given: covering.Benefits, now: datetime, seen: Outlook) -> Suggestion:
    day = clock.wall_day(time[0], resource.zone)
    quote = pricing.quote(resource, *time, person, given)
    ribbon, quarters = _ribbon(resource, day, time, now, seen)
    return Suggestion(
        slug=resource.slug,
        name=resource.name,
        length=i18n.length(int((time[1] - time[0]).total_seconds() // 60)),
        when=words.when(*time, resource.zone),
        price=i18n.money(quote.to_pay) if quote.to_pay else "",
        day=day.isoformat(),
        start=wall_text(minutes_of(time[0], day, resource.zone)),
        end=wall_text(minutes_of(time[1], day, resource.zone)),
        ribbon=ribbon,
        quarters=quarters,
    )


def _next_time(resource: Resource, habit: Habit, mine: Sequence[Booking], now: datetime, seen: Outlook) -> Stretch | None:
    """The usual time of day on the first day that has it, else the first time of that length."""
    if not resource.shortest <= habit.length <= resource.longest or habit.length % resource.granularity:
        return None
    times = [*_usual_times(resource, habit, now, seen), *next_free(resource, habit.length, now, seen, count=LOOK_AHEAD, one_a_day=True)]
    return next((time for time in times if not any(booking.starts_at < time[1] and time[0] < booking.ends_at for booking in mine)), None)


def _usual_times(resource: Resource, habit: Habit, now: datetime, seen: Outlook) -> Iterator[Stretch]:
    if habit.minute % resource.granularity:
        return
    for day in seen.opens[resource.location_id]:
        start = clock.at_wall(day, habit.minute, resource.zone)
        end = start + timedelta(minutes=habit.length)
        if day <= last_day(resource, now) and start >= earliest_start(resource, now) and is_free(resource, start, end, seen):
            yield start, end


def _ribbon(resource: Resource, day: date, time: Stretch, now: datetime, seen: Outlook) -> tuple[list[tuple[str, int, int]], int]:
    view = day_view(resource, day, now, seen)
    first, last = span([view])
    classes = {TAKEN: "t", YOURS: "y"}
    cut = [(classes.get(kind, "c"), max(start, first), min(start + length, last)) for kind, start, length in view.ribbon]
    chosen = minutes_of(time[0], day, resource.zone) // 15, -(-minutes_of(time[1], day, resource.zone) // 15)
    return [(kind, start - first, end - start) for kind, start, end in [*cut, ("y", *chosen)] if end > start], last - first
