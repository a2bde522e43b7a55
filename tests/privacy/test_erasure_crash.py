"""Kill -9 in the midst of an erasure: it is finished by whoever comes next, and nothing of the person is left over.

Cycles: CRASH_CYCLES on each database, 3 without it, 200 in `make test-heavy`.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pysqlite3.dbapi2
import pytest
import sqlalchemy as sa
from flask import Flask

from coworking import create_app
from coworking.bookings.models import Booking
from coworking.config import Config
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.jobs.sqlite import QueuedJob
from coworking.core.outbox import OutboxMail
from coworking.people.models import Person
from coworking.privacy.erasing import asking, doing, receipts, replaying
from coworking.privacy.finding import Subject
from coworking.schema import create_all
from tests import cast as standing
from tests.cast import House
from tests.support import server

from . import life, past
from .test_erasure import _gone

pytestmark = pytest.mark.repeated

CYCLES = int(os.environ.get("CRASH_CYCLES", "3"))
SECRET = "for tests only, never anywhere else"
PATIENCE = 60
BOOKINGS = 360


@pytest.fixture
def own_app(backend: str, tmp_path: Path) -> Iterator[Flask]:
    """An app on a database of its own, which processes beside it use too."""
    url = ""
    if backend == "postgresql":
        from tests.support.postgres import fresh_database

        url = fresh_database("erasure_crash")
    app = create_app(Config(data_dir=tmp_path, database_url=url, secret_key=SECRET, demo=True))
    with app.app_context(), db.engine.begin() as connection:
        create_all(connection)
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def _inside(app: Flask, house: House) -> Iterator[None]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        yield
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _worker(app: Flask) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of jobs, killed at the latest when the block ends."""
    config = app.extensions["coworking.config"]
    url = config.database_url
    env = server._settings(config.data_dir, url.replace("postgresql+psycopg", "postgresql"), 1, 0) | {"DEMO": "1"}
    with (config.data_dir / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "worker"], cwd=server.ROOT, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _asked(house: House, tag: str) -> tuple[life.Life, str]:
    """Somebody with a long history, who asked to be erased: a job will do it."""
    lived = life.lived(house, tag)
    person = db.session.get_one(Person, lived.person_id)
    for number in range(BOOKINGS):
        past.booking(house.desks, person, life.BEGAN + timedelta(days=-1 - number // 8, hours=number % 8), unit=len(tag) % 3)
    db.session.commit()
    asked = asking.ask(Subject.of(person), "signed_in")
    assert doing.has_begun(asked)
    return lived, doing.receipt_number(asked)


def _let_go_of_jobs() -> None:
    """What the dead worker had in hand is free, as it is once its lease ends."""
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql("UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE status = 'doing'")
    else:
        db.session.execute(sa.update(QueuedJob).values(leased_until=clock.now()), execution_options={"synchronize_session": False})


def _until(app: Flask, lived: life.Life, bookings: int) -> None:
    """Wait until no more than so many bookings of hers are left. Looked at from outside, often enough to fall between two chunks."""
    with app.app_context():
        engine = sa.create_engine(db.engine.url, module=pysqlite3.dbapi2) if db.engine.dialect.name == "sqlite" else sa.create_engine(db.engine.url)
        left = sa.select(sa.func.count()).select_from(Booking.__table__).where(Booking.__table__.c.person_id == lived.person_id)
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT set_config('app.operator_id', '*', true)")
            if connection.execute(left).scalar_one() <= bookings:
                break
        time.sleep(0.005)
    engine.dispose()


@pytest.mark.proves("CWL-44")
def test_an_erasure_that_is_killed_is_finished(own_app: Flask) -> None:
    dice = random.Random()
    with own_app.app_context():
        house = standing.gather().bergen
        db.session.expunge_all()
    cut_short = 0
    for cycle in range(CYCLES):
        tag = f"Zor{'v' * (cycle % 7 + 1)}ane{cycle}"
        with _inside(own_app, house):
            lived, number = _asked(house, tag)
        with _worker(own_app):
            _until(own_app, lived, BOOKINGS - dice.randrange(1, BOOKINGS * 3 // 4))
            time.sleep(dice.random() * 0.05)
        with _inside(own_app, house):
            done = receipts.find(number) is not None
            cut_short += not done
            # All or nothing, as far as anybody can tell: no receipt before the end, and no person after it.
            assert (db.session.get(Person, lived.person_id) is None) is done
            _let_go_of_jobs()
        # What the next start would do first.
        with own_app.app_context():
            assert replaying.missing() == []
        with _worker(own_app):
            patience = time.monotonic() + PATIENCE
            while time.monotonic() < patience:
                with _inside(own_app, house):
                    if receipts.find(number) is not None and not _queued():
                        break
                time.sleep(0.1)
        with _inside(own_app, house):
            # The last mail, as if it had been sent.
            db.session.execute(sa.delete(OutboxMail).where(OutboxMail.vanishes.is_(True)))
            assert _gone(lived, number) == {}, f"after kill {cycle + 1}"
    print(f"{cut_short} of {CYCLES} were cut short")


def _queued() -> bool:
    if db.engine.dialect.name == "postgresql":
        left = db.session.connection().exec_driver_sql("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'files.delete'")
        return bool(left.scalar())
    return bool(db.session.scalar(sa.select(sa.func.count()).select_from(QueuedJob).where(QueuedJob.name == "files.delete")))
