"""The worker keeps its word on both databases: nothing without a commit, and every effect exactly once."""

import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import clock, i18n, jobs, tenancy
from coworking.core.db import db
from coworking.core.jobs import recurring, registry
from coworking.core.jobs.postgresql import JobDone
from coworking.core.jobs.sqlite import QueuedJob
from tests.cast import House

from . import work


def enqueue(app: Flask, name: str, **args: Any) -> None:
    """Ask for a job and commit, as a request would."""
    with app.app_context():
        jobs.enqueue(name, **args)
        db.session.commit()


def waiting(app: Flask) -> int:
    """How many jobs of these tests are in the queue, whatever their state. Recurring ones come by the clock."""
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            return db.session.connection().exec_driver_sql("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'test.%%'").scalar_one()
        return db.session.scalar(sa.select(sa.func.count()).select_from(QueuedJob).where(QueuedJob.name.startswith("test."))) or 0


def test_a_refused_request_leaves_no_job(app: Flask) -> None:
    with app.app_context():
        jobs.enqueue("test.effect", kind="refused")
        db.session.flush()
        db.session.rollback()
    assert waiting(app) == 0


def test_a_job_is_done_once_and_leaves_the_queue(app: Flask) -> None:
    for _ in range(5):
        enqueue(app, "test.effect", kind="once")
    with work.worker(app), work.worker(app):
        work.until(lambda: waiting(app) == 0)
    assert work.effects(app, "once") == 5


def test_a_failing_job_is_tried_again_and_its_failures_write_nothing(app: Flask, tmp_path: Path) -> None:
    enqueue(app, "test.fails_twice", folder=str(tmp_path))
    with work.worker(app):
        work.until(lambda: waiting(app) == 0)
    assert len(list(tmp_path.iterdir())) == 3
    assert work.effects(app, "retry") == 1


def test_a_hopeless_job_is_given_up_and_kept_for_us_to_see(app: Flask, tmp_path: Path) -> None:
    enqueue(app, "test.hopeless", folder=str(tmp_path))
    with work.worker(app):
        work.until(lambda: failed(app) == 1)
    assert len(list(tmp_path.iterdir())) == 2
    assert work.effects(app, "hopeless") == 0


def failed(app: Flask) -> int:
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            return db.session.connection().exec_driver_sql("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'").scalar_one()
        return db.session.scalar(sa.select(sa.func.count()).where(QueuedJob.state == "failed")) or 0


def test_a_killed_worker_loses_no_job_and_doubles_no_effect(app: Flask, tmp_path: Path) -> None:
    process = work.worker_process(app)
    try:
        enqueue(app, "test.dies", folder=str(tmp_path))
        work.until((tmp_path / "started").exists)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert work.effects(app, "crash") == 0
    with work.worker(app):
        work.until(lambda: waiting(app) == 0)
    assert work.effects(app, "crash") == 1


def test_a_worker_that_wakes_up_late_writes_nothing(app: Flask, tmp_path: Path) -> None:
    outlive(app, tmp_path)
    assert work.effects(app, "outlives") == 1


def test_without_the_fence_the_late_worker_writes_too(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: it shows that the test above would see a missing fence."""
    for module in ("sqlite", "postgresql"):
        monkeypatch.setattr(f"coworking.core.jobs.{module}._finish", lambda _claim: None)
    outlive(app, tmp_path)
    assert work.effects(app, "outlives") >= 2


def outlive(app: Flask, folder: Path) -> None:
    """One job in the hands of two workers at once."""
    enqueue(app, "test.outlives", folder=str(folder))
    with work.worker(app):
        work.until((folder / "started").exists)
        with app.app_context():
            if db.engine.dialect.name == "postgresql":
                # What another worker does once heartbeats stop coming, as on a machine that was asleep.
                db.session.connection().exec_driver_sql("UPDATE procrastinate_jobs SET status = 'todo'")
                db.session.commit()
        with work.worker(app):
            work.until((folder / "second").exists)
            work.until(lambda: work.effects(app, "outlives") > 0)


def test_a_worker_outlives_a_restart_of_the_database(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("an embedded database does not go away")
    with work.worker(app):
        enqueue(app, "test.effect", kind="before")
        work.until(lambda: waiting(app) == 0)
        with app.app_context():
            everybody_else = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            db.session.connection().exec_driver_sql(everybody_else)
        enqueue(app, "test.effect", kind="after")
        work.until(lambda: work.effects(app, "after") == 1)


def test_two_workers_ask_for_a_recurring_job_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.CRONS, "test.cron", registry.Cron("test.cron", timedelta(minutes=1440), None))
    monkeypatch.setitem(registry.JOBS, "test.cron", registry.Job("test.cron", lambda: work.leave_effect("cron"), 3, timedelta(seconds=1)))
    with work.worker(app), work.worker(app):
        work.until(lambda: work.effects(app, "cron") > 0)
        with app.app_context():
            first = recurring.last_alive()
        work.until(lambda: alive_since(app) != first)
        work.until(lambda: waiting(app) == 0)
    assert work.effects(app, "cron") == 1


def alive_since(app: Flask) -> object:
    with app.app_context():
        return recurring.last_alive()


def test_a_job_runs_for_the_operator_and_in_the_language_of_its_request(app: Flask, nantes: House, tmp_path: Path) -> None:
    with app.app_context(), tenancy.acting_for(nantes.operator.id), i18n.speaking("fr"):
        jobs.enqueue("test.who_and_how", folder=str(tmp_path))
        db.session.commit()
    seen = tmp_path / "seen"
    with work.worker(app):
        work.until(lambda: waiting(app) == 0)
    operator_id, language, people, _words = seen.read_text().split("\n")
    assert (operator_id, language, people) == (str(nantes.operator.id), "fr", "6")


def test_an_argument_that_is_not_json_is_refused_at_once(app: Flask) -> None:
    with app.app_context(), pytest.raises(TypeError):
        jobs.enqueue("test.effect", kind=object())


def test_what_is_done_or_given_up_is_forgotten_in_time(app: Flask, tmp_path: Path) -> None:
    enqueue(app, "test.effect", kind="tidy")
    enqueue(app, "test.hopeless", folder=str(tmp_path))
    with work.worker(app):
        work.until(lambda: failed(app) == 1 and work.effects(app, "tidy") == 1)
    for days, kept in ((29, 1), (31, 0)):
        with app.app_context(), time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            jobs.tidy()
            db.session.commit()
            assert db.session.scalar(sa.select(sa.func.count()).select_from(JobDone)) == 0
        assert waiting(app) == kept


def test_backoff_doubles_up_to_an_hour_and_ends() -> None:
    job = registry.Job("x", lambda: None, retries=12, wait=timedelta(seconds=10))
    waits = [job.backoff(failures) for failures in range(1, 14)]
    seconds = [wait.total_seconds() if wait else None for wait in waits]
    assert seconds[:4] == [10, 20, 40, 80]
    assert seconds[11:] == [3600, None]
