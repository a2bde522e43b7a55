"""When somebody needs a space, and what a space can offer nearest to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coworking.bookings.availability import Interval, earliest_start, free_stretches, last_day, on_step
from coworking.core import clock
from coworking.spaces.hours import Stretch
from coworking.spaces.models import Resource

USUAL_LENGTH = 60
"""Minutes, when nobody says how long."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """When somebody needs a space, on the wall of its house. Without a day: now."""

    day: date | None = None
    minute: int = 0
    length: int = USUAL_LENGTH

    def start(self, zone: str, now: datetime) -> datetime:
        """The moment that it begins."""
        return now if self.day is None else clock.at_wall(self.day, self.minute, zone)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a space can offer: a time to book, or none; and until when it is free if nobody chose a time."""

    time: Stretch | None
    matches: bool
    """Whether it is the time that was wanted."""
    until: datetime | None = None


def booked_length(resource: Resource, length: int) -> int:
    """The wanted minutes as the space can be booked: on its steps and not under its shortest time."""
    steps = -(-max(length, resource.shortest) // resource.granularity)
    return steps * resource.granularity


def fitting(resource: Resource, wanted: Wanted, now: datetime, opens: Sequence[Stretch], held: Sequence[Interval]) -> Offer:
    """The wanted time if the space has it, else its nearest free time of that length among ``opens``."""
    length = resource.shortest if wanted.day is None else booked_length(resource, wanted.length)
    if length > resource.longest:
        return Offer(None, False)
    earliest = earliest_start(resource, now)
    aim = on_step(resource, max(wanted.start(resource.zone, now), earliest) if wanted.day else earliest)
    # Desks of an area are often free at the same times: each stretch is looked at once.
    free = {stretch for unit in free_stretches(resource, opens, held) for stretch in unit}
    starts = [start for stretch in free if (start := _closest(resource, stretch, aim, earliest, length)) is not None]
    start = min(starts, key=lambda start: (abs(start - aim), start), default=None)
    if start is None or clock.wall_day(start, resource.zone) > last_day(resource, now):
        return Offer(None, False)
    until = max(closing for opening, closing in free if opening <= start < closing)
    return Offer((start, start + timedelta(minutes=length)), start == aim, until)


def _closest(resource: Resource, stretch: Stretch, aim: datetime, earliest: datetime, length: int) -> datetime | None:
    """The start nearest to ``aim`` that leaves ``length`` minutes inside ``stretch``."""
    first = on_step(resource, max(stretch[0], earliest))
    last = on_step(resource, stretch[1] - timedelta(minutes=length + resource.granularity - 1))
    return None if first > last else min(max(aim, first), last)
