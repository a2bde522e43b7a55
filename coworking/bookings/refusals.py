"""Why a booking can't be made, in words that the person who asked can act on."""

from dataclasses import dataclass
from datetime import datetime

from coworking.spaces.models import Resource


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that the wish breaks, and the field of the form where it shows."""

    field: str
    """day, from, to, attendees, guests, or empty when it is about all of it."""
    message: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another time or space that could be booked instead."""

    resource: Resource
    start: datetime
    end: datetime


class RuleBroken(Exception):
    """The house's rules don't allow it. ``broken`` has every reason; ``field`` and ``message`` are the first."""

    def __init__(self, *broken: Broken) -> None:
        super().__init__("; ".join(each.message for each in broken))
        self.broken = broken
        self.field = broken[0].field
        self.message = broken[0].message


class SlotTaken(Exception):
    """Somebody else has the time. ``alternatives`` are the nearest that were free a moment ago."""

    def __init__(self, resource: Resource, start: datetime, end: datetime, alternatives: list[Alternative]) -> None:
        super().__init__(f"{resource.slug} {start.isoformat()}")
        self.resource, self.start, self.end = resource, start, end
        self.alternatives = alternatives
