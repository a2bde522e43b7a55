"""Jobs: work that happens after the answer. One port, with a queue for SQLite and one for PostgreSQL behind it.

``enqueue`` joins the transaction of whoever calls it, so that a refused request leaves no job behind. The worker
runs a job for the operator and in the language of the request that asked for it, in one transaction which also
records that the job is done: whatever a job writes, it writes exactly once.
"""

import json
import threading
from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy.engine import Connection

from .. import clock, i18n, tenancy
from ..db import db
from . import postgresql, sqlite
from .registry import Order, Pace, cron, job

__all__ = ["Pace", "cron", "enqueue", "forget", "init_app", "install_postgresql", "job", "run_worker"]


def init_app(app: Flask) -> None:
    """Choose the queue that fits the database."""
    with app.app_context():
        postgres = db.engine.dialect.name == "postgresql"
    app.extensions["coworking.jobs"] = postgresql.Queue() if postgres else sqlite.Queue()


def enqueue(name: str, delay: timedelta = timedelta(0), **args: Any) -> None:
    """Ask for the job ``name`` once this transaction commits, no sooner than after ``delay``.

    ``args`` are plain JSON, so ids travel as strings; raises TypeError for anything else. They should be ids,
    never what a person typed: the job reads that from its own table.
    """
    json.dumps(args)
    order = Order(name, args, tenancy.operator_id_in_force(), i18n.language())
    _queue().put(order, clock.now() + delay if delay else None)


def forget(mark: str) -> None:
    """Drop the jobs of the operator in force that wait or failed and name ``mark``, such as a person's number, among their args."""
    _queue().forget(mark)


def run_worker(app: Flask, stop: threading.Event, pace: Pace | None = None) -> None:
    """Do jobs until ``stop`` is set; the job in hand is finished first. Any number of workers may run."""
    with app.app_context():
        queue = _queue()
    queue.work(app, stop, pace or Pace())


def install_postgresql(connection: Connection) -> None:
    """Create procrastinate's tables and functions. Run once, by the first migration."""
    postgresql.install(connection)


def _queue() -> postgresql.Queue | sqlite.Queue:
    queue: postgresql.Queue | sqlite.Queue = current_app.extensions["coworking.jobs"]
    return queue


@cron("jobs.tidy", at="03:30")
def tidy() -> None:
    """Forget jobs that failed a month ago, and which jobs were done a week ago; renew what SQLite knows of its indexes."""
    _queue().tidy(clock.now())
    if db.engine.dialect.name == "sqlite":
        # Without statistics SQLite looks bookings up by their operator, and reads all its history to find one day.
        db.session.connection().exec_driver_sql("PRAGMA analysis_limit=1000")
        db.session.connection().exec_driver_sql("PRAGMA optimize=0x10002")
