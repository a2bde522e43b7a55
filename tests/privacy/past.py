"""A past for tests of forgetting: people, and what they booked long ago."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from coworking.bookings.models import Booking, BookingGuest
from coworking.core import clock
from coworking.core.db import db
from coworking.people.models import Person
from coworking.spaces.models import Resource
from tests.cast import House


def people(house: House, count: int) -> list[Person]:
    """So many more members."""
    made = [Person(email=f"member{n}@kvartal.example", name=f"Member {n}", email_confirmed_at=clock.now()) for n in range(count)]
    db.session.add_all(made)
    db.session.flush()
    return made


def booked(house: House, person: Person, day: date, hour: int = 9, *, room: Resource | None = None, unit: int = 0, came: bool = True) -> Booking:
    """An hour of ``person`` on ``day``, in the desks unless ``room`` says otherwise."""
    start = clock.at_wall(day, hour * 60, house.location.zone)
    return booking(room or house.desks, person, start, unit=unit, came=came)


def booking(room: Resource, person: Person, start: datetime, *, unit: int = 0, came: bool = True, guest: str = "") -> Booking:
    """An hour from ``start``, as it stands in the database long after; with a guest where an address is given."""
    end = start + timedelta(hours=1)
    made = Booking(
        resource_id=room.id, person_id=person.id, booked_by_id=person.id, unit=unit, starts_at=start, ends_at=end, held_until=end, created_at=start,
        currency="NOK", checked_in_at=start if came else None, title="Board", guests=[BookingGuest(email=guest, name="Guest")] if guest else [],
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def count(table: str) -> int:
    """How many rows a table has, of all operators in force."""
    return int(db.session.connection().scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)
