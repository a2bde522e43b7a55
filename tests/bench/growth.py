"""How a room's week and a booking's insert grow with the number of bookings, on both databases.

The databases stand side by side and take turns, so that whatever else the machine does slows all of them alike.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from coworking import create_app
from coworking.bookings.booking import book
from coworking.bookings.week import week
from coworking.config import Config
from coworking.core import clock, tenancy
from coworking.core.db import db, reading
from coworking.demo import scale
from coworking.desk.timeline import board
from coworking.people.models import Person
from coworking.schema import create_all
from coworking.spaces.models import Location, Resource

ROOMS = 50
FEW_ROOMS = 2
"""Where there are too few bookings to fill a week of each of ROOMS."""
REPEATS = 120
WARM_UP = 10


@dataclass(slots=True)
class Grown:
    """One database, and the milliseconds that were seen in it."""

    total: int
    rooms: int
    app: Flask
    operator: UUID
    seen: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in WORK})

    def median(self, work: str) -> float:
        """Milliseconds of one ``work``."""
        return statistics.median(self.seen[work])


def measure(folder: Path, backend: str, totals: list[int]) -> list[Grown]:
    """Fill a database for each of ``totals``, then measure them in turns."""
    grown = [_fill(folder / f"{backend}-{total}", backend, total) for total in totals]
    if backend == "postgresql":
        from tests.support.postgres import make_durable

        make_durable(True)
    try:
        for number in range(-WARM_UP, REPEATS):
            for each in grown:
                _once(each, number)
    finally:
        for each in grown:
            with each.app.app_context():
                db.engine.dispose()
        if backend == "postgresql":
            make_durable(False)
    return grown


def growth(grown: list[Grown], work: str) -> float:
    """How many times as long the last one takes as the first."""
    return grown[-1].median(work) / grown[0].median(work)


def _fill(folder: Path, backend: str, total: int) -> Grown:
    url = ""
    if backend == "postgresql":
        from tests.support.postgres import fresh_database

        url = fresh_database("growth")
    app = create_app(Config(data_dir=folder, database_url=url, secret_key="for measuring only"))
    rooms = ROOMS if total >= 10_000 else FEW_ROOMS
    folder.mkdir(parents=True, exist_ok=True)
    with app.app_context():
        with db.engine.begin() as connection:
            create_all(connection)
        with tenancy.across_operators():
            operator = scale.grow(rooms, total).id
        db.session.remove()
        if backend == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
    return Grown(total, rooms, app, operator)


def _once(grown: Grown, number: int) -> None:
    for name, work in WORK.items():
        start = time.perf_counter()
        work(grown, number)
        if number >= 0:
            grown.seen[name].append((time.perf_counter() - start) * 1000)


def _view(grown: Grown, number: int) -> None:
    with grown.app.app_context(), tenancy.acting_for(grown.operator), reading():
        room, now = _room(grown, number), clock.now()
        today = clock.today(room.zone)
        week(room, today - timedelta(days=today.weekday()), now)


def _page(grown: Grown, number: int) -> None:
    answer = grown.app.test_client().get(f"/rooms/room-{number % grown.rooms + 1}", base_url="http://bench.localhost")
    if answer.status_code != 200:
        raise RuntimeError(f"the week's page answered {answer.status}")


def _day(grown: Grown, number: int) -> None:
    with grown.app.app_context(), tenancy.acting_for(grown.operator), reading():
        house, now = db.session.scalars(select(Location)).one(), clock.now()
        board(house, clock.today(house.zone) + timedelta(days=number % 7), now)


def _insert(grown: Grown, number: int) -> None:
    with grown.app.app_context(), tenancy.acting_for(grown.operator):
        room = _room(grown, number)
        person = db.session.scalars(select(Person).limit(1)).one()
        midnight = clock.now().astimezone(ZoneInfo(room.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        start = midnight + timedelta(days=20, minutes=30 * (number + WARM_UP))
        book(room, person, start, start + timedelta(minutes=30), by=person, by_staff=True)
        db.session.commit()


def _room(grown: Grown, number: int) -> Resource:
    return db.session.scalars(select(Resource).where(Resource.slug == f"room-{number % grown.rooms + 1}")).one()


WORK: dict[str, Callable[[Grown, int], None]] = {"week view": _view, "week page": _page, "day at the desk": _day, "insert": _insert}


def report(folder: Path, backends: list[str], totals: list[int]) -> None:
    """Print milliseconds for each total, and the growth from the first to the last."""
    print("\n| database | bookings | week view ms | week page ms | day at the desk ms | insert and commit ms |\n|---|---|---|---|---|---|")
    for backend in backends:
        grown = measure(folder, backend, totals)
        for each in grown:
            print(f"| {backend} | {each.total:,} in {each.rooms} rooms | " + " | ".join(f"{each.median(work):.2f}" for work in WORK) + " |")
        for first in range(len(grown) - 1):
            ratios = " | ".join(f"x {growth(grown[first:], work):.2f}" for work in WORK)
            print(f"| {backend} | {grown[first].total:,} to {grown[-1].total:,} | {ratios} |", flush=True)
