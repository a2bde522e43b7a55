"""The bookings being made: in memory first, because asking the database 20,000 times would take minutes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from coworking.bookings.models import BookingKind, State
from coworking.bookings.pricing import audience_of, quote
from coworking.core import clock
from coworking.people.models import Person
from coworking.spaces.hours import Stretch, open_stretches
from coworking.spaces.models import Audience, Location, Resource

from .locations import WINDOW
from .world import World

Row = dict[str, Any]


class Diary:
    """What is open and what is held, and the rows that say so."""

    def __init__(self, world: World, locations: Sequence[Location], spaces: Sequence[Resource]) -> None:
        self.world = world
        self.spaces: Mapping[str, Resource] = {space.slug: space for space in spaces}
        self.rows: list[Row] = []
        self.guests: list[Row] = []
        self.today = clock.wall_day(world.now, world.data["zone"])
        first, last = self.today - timedelta(days=WINDOW), self.today + timedelta(days=WINDOW)
        self._opens = {location.id: open_stretches(location, first, last) for location in locations}
        self._held: dict[tuple[UUID, int, date], list[Stretch]] = defaultdict(list)
        self._prices: dict[tuple[UUID, Audience, timedelta], Row] = {}

    def opens(self, space: Resource, day: date) -> list[Stretch]:
        """When the house of ``space`` is open on ``day``; nothing outside the six months."""
        return self._opens[space.location.id].get(day, [])

    def is_free(self, space: Resource, unit: int, start: datetime, end: datetime) -> bool:
        """Whether nothing is in the way, buffers included."""
        until = end + timedelta(minutes=space.buffer)
        return all(until <= since or held <= start for since, held in self._held[space.id, unit, clock.wall_day(start, space.zone)])

    def free_unit(self, space: Resource, start: datetime, end: datetime) -> int | None:
        """The first unit with nothing in the way."""
        return next((unit for unit in range(space.units) if self.is_free(space, unit, start, end)), None)

    def book(self, space: Resource, unit: int, time: Stretch, person: Person, made_at: datetime, **also: Any) -> Row:
        """Write a person's booking. ``also`` are further columns; a cancelled one holds nothing."""
        row = self._row(space, unit, time, made_at, also)
        row |= {"person_id": person.id, "booked_by_id": row["booked_by_id"] or person.id, **self._price(space, time, person)}
        return row

    def block(self, space: Resource, time: Stretch, reason: str, by: Person, made_at: datetime) -> Row:
        """Write time that staff took out of use, in every unit."""
        rows = [
            self._row(space, unit, time, made_at, {"kind": BookingKind.BLOCK.value, "title": reason, "booked_by_id": by.id})
            for unit in range(space.units)
        ]
        return rows[0]

    def invite(self, row: Row, name: str, email: str) -> None:
        """Write a guest of a booking."""
        self.guests.append(
            {"id": self.world.new_id(row["created_at"]), "booking_id": row["id"], "name": name, "email": email, "invited_at": row["created_at"]}
        )

    def _price(self, space: Resource, time: Stretch, person: Person) -> Row:
        # A price depends on nothing but these three, and the same ones come up thousands of times.
        key = (space.id, audience_of(person), time[1] - time[0])
        if key not in self._prices:
            found = quote(space, *time, person)
            self._prices[key] = {
                "amount": found.total.minor,
                "vat_amount": found.vat.minor,
                "vat_rate": found.vat_rate,
                "price_lines": [line.stored() for line in found.lines],
            }
        return self._prices[key]

    def _row(self, space: Resource, unit: int, time: Stretch, made_at: datetime, also: Mapping[str, Any]) -> Row:
        start, end = time
        row: Row = {
            "id": self.world.new_id(made_at), "resource_id": space.id, "unit": unit, "person_id": None, "booked_by_id": None,
            "kind": BookingKind.BOOKING.value, "state": State.CONFIRMED.value, "starts_at": start, "ends_at": end,
            "held_until": end + timedelta(minutes=space.buffer), "title": "", "attendees": 1, "amount": 0, "vat_amount": 0, "vat_rate": 0,
            "currency": self.world.data["currency"], "price_lines": [], "created_at": made_at, "cancelled_at": None, "cancelled_by_id": None, "checked_in_at": None,
        } | dict(also)  # fmt: skip
        if row["kind"] == BookingKind.BLOCK.value:
            row["held_until"] = end
        if row["state"] == State.CONFIRMED.value:
            self._held[space.id, unit, clock.wall_day(start, space.zone)].append((start, row["held_until"]))
        self.rows.append(row)
        return row
