"""One operator with as many bookings as a measurement wants. For `make bench`, never for the demo."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import sqlalchemy as sa

from coworking.bookings.models import Booking
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.permissions import Role
from coworking.core.texts import Texts
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.people.passwords import hash_password
from coworking.spaces.models import Audience, Kind, Location, OpeningHours, Rate, RateUnit, Resource

from .accounts import PASSWORD
from .data import read
from .world import World

SLUG = "bench"
EMAIL = "member@bench.example"
BATCH = 5000
DAYS_AHEAD = 14
"""Bookings fill these days and then go back in time, as many a day as asked: more bookings are more history."""


def grow(resource_count: int, bookings: int, per_day: int = 8) -> Operator:
    """Write an operator ``bench`` with that many rooms and bookings, in UTC and open at all hours; returns it.

    ``per_day`` half hours (at most 48) are booked in each room each day until ``bookings`` are written, so that a
    week looks the same whatever the total. Its member signs in as EMAIL with the demo's password. Commits.
    """
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    world = World(read("loom") | {"slug": SLUG}, now, Random(SLUG))  # noqa: S311 - seeded on purpose, nothing secret
    operator = _operator(world)
    db.session.add(operator)
    db.session.commit()
    with tenancy.acting_for(operator.id):
        rooms, member = _rooms(world, resource_count), _member(world)
        db.session.add_all([*rooms, member])
        db.session.commit()
        for rows in _batches(world, [room.id for room in rooms], member.id, bookings, per_day):
            db.session.execute(sa.insert(Booking), rows)
            db.session.commit()
        # The planner should know what it has before anybody measures.
        db.session.connection().exec_driver_sql("ANALYZE")
        db.session.commit()
    return operator


def _operator(world: World) -> Operator:
    return Operator(
        id=world.new_id(), slug=SLUG, name="Bench", legal_name="Bench Ltd", street="1 Long Lane", postcode="M1 1AA", city="Manchester", country="GB",
        email="hello@bench.example", default_locale="en", locales=["en", "fr", "nb"], zone="UTC", currency="GBP", tagline=Texts(en="Room to measure in"),
    )  # fmt: skip


def _rooms(world: World, count: int) -> list[Resource]:
    house = Location(
        id=world.new_id(), slug="house", name="House", street="1 Long Lane", postcode="M1 1AA", city="Manchester", country="GB", zone="UTC",
        closed_on_holidays=False,
    )  # fmt: skip
    house.opening_hours = [OpeningHours(id=world.new_id(), weekday=day, opens=0, closes=1440) for day in range(7)]
    db.session.add(house)
    return [_room(world, house, number) for number in range(1, count + 1)]


def _room(world: World, house: Location, number: int) -> Resource:
    room = Resource(
        id=world.new_id(), location_id=house.id, kind=Kind.MEETING_ROOM.value, slug=f"room-{number}", name=f"Room {number}", floor=number % 5,
        capacity=4 + number % 8, area=12 + number % 30, step_free=True, position=number,
        description=Texts(en="A room among many, with a table, chairs and a window."),
    )  # fmt: skip
    prices = ((Audience.PUBLIC, RateUnit.HOUR, 3000), (Audience.MEMBER, RateUnit.HOUR, 2400), (Audience.PUBLIC, RateUnit.DAY, 18000))
    room.rates = [Rate(id=world.new_id(), audience=who.value, unit=unit.value, amount=amount, currency="GBP") for who, unit, amount in prices]
    return room


def _member(world: World) -> Person:
    return Person(
        id=world.new_id(),
        email=EMAIL,
        email_confirmed_at=world.now,
        name="Mary Member",
        role=Role.MEMBER.value,
        password_hash=hash_password(PASSWORD),
    )


def _batches(world: World, rooms: list[UUID], person: UUID, count: int, per_day: int) -> Iterator[list[dict[str, object]]]:
    rows: list[dict[str, object]] = []
    for written, (room, start) in enumerate(_times(world.now, rooms, per_day)):
        if written == count:
            break
        end = start + timedelta(minutes=30)
        rows.append({
            "id": world.new_id(start), "resource_id": room, "unit": 0, "person_id": person, "booked_by_id": person, "starts_at": start, "ends_at": end,
            "held_until": end, "amount": 1200, "vat_amount": 200, "vat_rate": 2000, "currency": "GBP", "created_at": start - timedelta(days=1),
        })  # fmt: skip
        if len(rows) == BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


def _times(now: datetime, rooms: list[UUID], per_day: int) -> Iterator[tuple[UUID, datetime]]:
    # From eight in the morning, around the clock when a day needs more: back and back until somebody has enough.
    day = now.replace(hour=0) + timedelta(days=DAYS_AHEAD)
    while True:
        for number in range(per_day):
            start = day + timedelta(minutes=(480 + number * 1440 // max(per_day, 24)) % 1440 // 30 * 30)
            for room in rooms:
                yield room, start
        day -= timedelta(days=1)
