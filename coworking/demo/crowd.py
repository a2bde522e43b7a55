"""Who comes: some people are here every day, most now and then, and nobody is in two rooms at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from random import Random
from uuid import UUID

from coworking.people.models import Person
from coworking.spaces.hours import Stretch

_TRIES = 12


class Crowd:
    """The people who book, picked by seeded dice."""

    def __init__(self, people: Sequence[Person], dice: Random) -> None:
        self._people = [person for person in people if person.email_confirmed_at and not person.closed_at and not person.is_staff]
        self._dice = dice
        self._cumulative = list(accumulate(dice.paretovariate(1.3) for _ in self._people))
        self._busy: dict[UUID, list[Stretch]] = defaultdict(list)

    def pick(self, start: datetime, end: datetime) -> Person | None:
        """Somebody who had joined by then and is in no other room; None when nobody came up after some tries."""
        for person in self._dice.choices(self._people, cum_weights=self._cumulative, k=_TRIES):
            if person.joined_at < start and self.is_away(person, start, end):
                self.keep(person, start, end)
                return person
        return None

    def is_away(self, person: Person, start: datetime, end: datetime) -> bool:
        """Whether the person is nowhere else from ``start`` to ``end``."""
        return all(until <= start or end <= since for since, until in self._busy[person.id])

    def keep(self, person: Person, start: datetime, end: datetime) -> None:
        """Remember that the person is somewhere from ``start`` to ``end``."""
        self._busy[person.id].append((start, end))
