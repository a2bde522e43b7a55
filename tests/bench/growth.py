"""How the week view and a booking's insert grow with the number of bookings, on both databases."""

import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from coworking import create_app
from coworking.bookings.booking import book
from coworking.bookings.week import week
from coworking.config import Config
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.demo import scale
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.schema import create_all
from coworking.spaces.models import Resource

ROOMS = 50
REPEATS = 60


def compare(folder: Path, totals: list[int]) -> None:
    """Print milliseconds for each total, and the growth from the first to the last."""
    print("\n| database | bookings | week view ms | insert and commit ms |\n|---|---|---|---|")
    for backend in os.environ.get("BENCH_DATABASES", "sqlite,postgresql").split(","):
        seen = []
        for total in totals:
            week_ms, insert_ms = _measure(folder / f"{backend}-{total}", backend, total)
            seen.append((week_ms, insert_ms))
            print(f"| {backend} | {total:,} | {week_ms:.2f} | {insert_ms:.2f} |", flush=True)
        print(f"| {backend} | growth | x{seen[-1][0] / seen[0][0]:.2f} | x{seen[-1][1] / seen[0][1]:.2f} |", flush=True)


def _measure(folder: Path, backend: str, total: int) -> tuple[float, float]:
    url = ""
    if backend == "postgresql":
        from tests.support.postgres import fresh_database, make_durable

        make_durable(True)
        url = fresh_database("growth")
    app = create_app(Config(data_dir=folder, database_url=url, secret_key="for measuring only"))
    with app.app_context():
        with db.engine.begin() as connection:
            create_all(connection)
        with tenancy.across_operators():
            operator: Operator = scale.grow(ROOMS, total)
        if backend == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        db.session.remove()
        with tenancy.acting_for(operator.id):
            return _timed(_one_week), _timed(_one_insert)


def _timed(once: Callable[[int], None]) -> float:
    times = []
    for number in range(REPEATS):
        start = time.perf_counter()
        once(number)
        times.append((time.perf_counter() - start) * 1000)
        db.session.remove()
    return statistics.median(times[5:])


def _room(number: int) -> Resource:
    rooms = db.session.scalars(select(Resource).order_by(Resource.slug).offset(number % ROOMS).limit(1))
    return rooms.one()


def _one_week(number: int) -> None:
    room, now = _room(number), clock.now()
    monday = clock.today(room.zone) - timedelta(days=clock.today(room.zone).weekday())
    week(room, monday, now)


def _one_insert(number: int) -> None:
    room = _room(number)
    person = db.session.scalars(select(Person).limit(1)).one()
    midnight = clock.now().astimezone(ZoneInfo(room.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + timedelta(days=30 + number // ROOMS, hours=10)
    book(room, person, start, start + timedelta(minutes=30), by=person, by_staff=True)
    db.session.commit()
