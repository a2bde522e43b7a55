"""What else is free when a time is gone: the nearest times and spaces that would work."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain, zip_longest

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from coworking.core import clock
from coworking.core.db import db
from coworking.spaces.models import Audience, Resource

from .availability import Outlook, earliest_start, free_stretches, is_free, last_day, on_step, outlook
from .refusals import Alternative

DAYS_AHEAD = 7


def nearest(resource: Resource, start: datetime, end: datetime, attendees: int, now: datetime, *, count: int = 3) -> list[Alternative]:
    """Up to ``count`` that are free: the same space that day, another space then, the same space another day."""
    day = clock.wall_day(start, resource.zone)
    others = _comparable(resource, attendees)
    seen = outlook([resource, *others], day, day + timedelta(days=DAYS_AHEAD))
    kinds = (
        _same_day(resource, start, end, now, seen),
        (Alternative(other, start, end) for other in others if _may_be_booked(other, start, end, now) and is_free(other, start, end, seen)),
        _other_days(resource, start, end, now, seen),
    )
    found: list[Alternative] = []
    for alternative in chain.from_iterable(zip_longest(*kinds)):
        if alternative is not None and all(alternative != other for other in found):
            found.append(alternative)
        if len(found) == count:
            break
    return found


def comparable(resource: Resource, start: datetime, end: datetime, attendees: int, now: datetime, *, count: int = 3) -> list[Resource]:
    """Other spaces of the house that are free at that time, the most alike first."""
    others = _comparable(resource, attendees)
    day = clock.wall_day(start, resource.zone)
    seen = outlook(others, day, clock.wall_day(end, resource.zone))
    free = [other for other in others if _may_be_booked(other, start, end, now) and is_free(other, start, end, seen)]
    return free[:count]


def _comparable(resource: Resource, attendees: int) -> list[Resource]:
    query = (
        sa.select(Resource)
        .where(
            Resource.location_id == resource.location_id,
            Resource.kind == resource.kind,
            Resource.id != resource.id,
            Resource.retired.is_(False),
            Resource.capacity >= attendees,
            Resource.who_may_book != Audience.STAFF.value,
        )
        .options(selectinload(Resource.rates))
    )
    return sorted(db.session.scalars(query), key=lambda other: (abs(other.capacity - resource.capacity), other.position, other.name))


def _may_be_booked(resource: Resource, start: datetime, end: datetime, now: datetime) -> bool:
    minutes = (end - start).total_seconds() / 60
    return (
        start >= earliest_start(resource, now)
        and clock.wall_day(start, resource.zone) <= last_day(resource, now)
        and resource.shortest <= minutes <= resource.longest
        and all(clock.wall_minutes(moment, resource.zone) % resource.granularity == 0 for moment in (start, end))
    )


def _same_day(resource: Resource, start: datetime, end: datetime, now: datetime, seen: Outlook) -> Iterator[Alternative]:
    day = clock.wall_day(start, resource.zone)
    starts = _starts(resource, day, end - start, now, seen)
    for other in sorted(starts, key=lambda moment: (abs(moment - start), moment)):
        yield Alternative(resource, other, other + (end - start))


def _other_days(resource: Resource, start: datetime, end: datetime, now: datetime, seen: Outlook) -> Iterator[Alternative]:
    wanted = clock.wall_minutes(start, resource.zone)
    day = clock.wall_day(start, resource.zone)
    for later in (day + timedelta(days=offset) for offset in range(1, DAYS_AHEAD + 1)):
        starts = _starts(resource, later, end - start, now, seen)
        if starts:
            best = min(starts, key=lambda moment: (abs(clock.wall_minutes(moment, resource.zone) - wanted), moment))
            yield Alternative(resource, best, best + (end - start))


def _starts(resource: Resource, day: date, length: timedelta, now: datetime, seen: Outlook) -> set[datetime]:
    opens = seen.opens[resource.location_id].get(day, [])
    starts: set[datetime] = set()
    for opening, closing in chain.from_iterable(free_stretches(resource, opens, seen.held(resource))):
        at = on_step(resource, max(opening, earliest_start(resource, now)))
        while at + length <= closing:
            if _may_be_booked(resource, at, at + length, now):
                starts.add(at)
            at = on_step(resource, at + timedelta(minutes=resource.granularity))
    return starts
