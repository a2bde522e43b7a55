"""Monday, eight o'clock in Bergen, and bookings that were made before."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
import time_machine
from flask import Flask

from coworking.bookings.models import Booking
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.spaces.models import Resource
from tests.cast import MONDAY, House

Book = Callable[..., None]
TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def eight_on_monday() -> Iterator[None]:
    """Time stands still."""
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def booked(app: Flask, bergen: House) -> Book:
    """Writes a booking: ``booked(bergen.fjord, bergen.bob, 10, 12)``, hours of the wall, this Monday unless said."""

    def write(resource: Resource, person: Person, start: float, end: float, day: date = TODAY, unit: int = 0) -> None:
        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            starts_at, ends_at = (clock.at_wall(day, int(hour * 60), "Europe/Oslo") for hour in (start, end))
            db.session.add(
                Booking(
                    resource_id=resource.id, person_id=person.id, unit=unit, starts_at=starts_at, ends_at=ends_at, held_until=ends_at, currency="NOK"
                )
            )
            db.session.commit()

    return write
