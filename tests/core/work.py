"""Jobs that only tests know, a worker in a thread, and a worker process that can be killed."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext

from coworking.core import clock, i18n, jobs, tenancy
from coworking.core.db import db, new_id
from coworking.core.jobs.recurring import JobClock
from coworking.people.models import Person

QUICK = jobs.Pace(poll=timedelta(milliseconds=50), lease=timedelta(seconds=1), tick=timedelta(milliseconds=100))
ROOT = Path(__file__).resolve().parents[2]


def leave_effect(kind: str) -> None:
    """Write one row more: effects can be counted."""
    db.session.execute(sa.insert(JobClock).values(name=f"effect:{kind}:{new_id()}", moment=clock.now()))


def effects(app: Flask, kind: str) -> int:
    """How many effects of that kind the database holds."""
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).where(JobClock.name.like(f"effect:{kind}:%"))) or 0


@jobs.job("test.effect")
def effect(kind: str) -> None:
    leave_effect(kind)


@jobs.job("test.fails_twice", retries=3, wait=timedelta(milliseconds=100))
def fails_twice(folder: str) -> None:
    """Writes, then fails, at its first two attempts."""
    leave_effect("retry")
    attempt = Path(folder, str(new_id()))
    attempt.touch()
    if len(list(Path(folder).iterdir())) <= 2:
        raise RuntimeError("not yet")


@jobs.job("test.hopeless", retries=1, wait=timedelta(milliseconds=50))
def hopeless(folder: str) -> None:
    Path(folder, str(new_id())).touch()
    leave_effect("hopeless")
    raise RuntimeError("never")


@jobs.job("test.dies", retries=3, wait=timedelta(milliseconds=100))
def dies(folder: str) -> None:
    """Writes, then hangs at its first attempt, until somebody kills its process."""
    leave_effect("crash")
    marker = Path(folder, "started")
    if not marker.exists():
        marker.touch()
        time.sleep(60)


@jobs.job("test.outlives", retries=3)
def outlives(folder: str) -> None:
    """At its first attempt, works until another worker has done the job."""
    marker = Path(folder, "started")
    if not marker.exists():
        marker.touch()
        until(lambda: Path(folder, "second").exists())
        time.sleep(0.5)
    else:
        Path(folder, "second").touch()
    leave_effect("outlives")


@jobs.job("test.who_and_how")
def who_and_how(folder: str) -> None:
    """Note what the job sees: the people of its operator only, and its language."""
    people = db.session.scalars(sa.select(Person.email).order_by(Person.email)).all()
    lines = [str(tenancy.current_operator_id()), i18n.language(), str(len(people)), gettext("Sign in")]
    Path(folder, "seen").write_text("\n".join(lines))


def until(true: Callable[[], bool], seconds: float = 45) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.03)


@contextmanager
def worker(app: Flask, pace: jobs.Pace = QUICK) -> Iterator[None]:
    """A worker in a thread for a block."""
    stop = threading.Event()
    thread = threading.Thread(target=jobs.run_worker, args=(app, stop, pace))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        # The first tick asks for every recurring job there is, and the one in hand is finished.
        thread.join(90)
        assert not thread.is_alive()


def worker_process(app: Flask) -> subprocess.Popen[bytes]:
    """A worker in a process of its own, on the same database."""
    config = app.extensions["coworking.config"]
    env = os.environ | {"DATABASE_URL": config.database_url, "DATA_DIR": str(config.data_dir), "SECRET_KEY": "for tests only", "SMTP_URL": ""}
    return subprocess.Popen([sys.executable, "-m", "tests.core.work"], env=env, cwd=ROOT)


if __name__ == "__main__":
    from coworking import create_app

    jobs.run_worker(create_app(), threading.Event(), QUICK)
