"""The benchmarks' operator has as many bookings as asked, and a week looks the same whatever the total."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from coworking.bookings.models import Booking
from coworking.core import tenancy
from coworking.core.db import db
from coworking.demo.scale import DAYS_AHEAD, grow
from coworking.spaces.models import Resource


def _bookings_of_a_week(room: Resource) -> int:
    newest = sa.select(sa.func.max(Booking.starts_at)).scalar_subquery()
    last = db.session.execute(sa.select(newest)).scalar_one()
    wanted = sa.select(sa.func.count()).select_from(Booking).where(Booking.resource_id == room.id, Booking.starts_at > last - timedelta(days=7))
    return db.session.execute(wanted).scalar_one()


def test_grows_backwards_in_time(app: Flask) -> None:
    with app.app_context():
        operator = grow(4, 4 * 8 * (DAYS_AHEAD + 30) + 5)
        with tenancy.acting_for(operator.id):
            rooms = db.session.scalars(sa.select(Resource)).all()
            assert len(rooms) == 4
            assert {_bookings_of_a_week(room) for room in rooms} == {56}
            assert db.session.execute(sa.select(sa.func.count()).select_from(Booking)).scalar_one() == 4 * 8 * (DAYS_AHEAD + 30) + 5


def test_a_full_day_holds_forty_eight_half_hours(app: Flask) -> None:
    with app.app_context():
        operator = grow(1, 48 * 3, per_day=48)
        with tenancy.acting_for(operator.id):
            assert db.session.execute(sa.select(sa.func.count()).select_from(Booking)).scalar_one() == 144
