"""The queue on PostgreSQL: procrastinate, put to on the request's own connection."""

import asyncio
import logging
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import procrastinate
import sqlalchemy as sa
from flask import Flask
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as TheirJob
from procrastinate.jobs import Status
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from .. import clock
from ..db import Base, db
from ..labels import not_personal
from ..tenancy import current_operator_id
from .recurring import tick
from .registry import JOBS, Job, Order, Pace
from .running import Superseded, carry_out

log = logging.getLogger(__name__)

AT_ONCE = 4
KEEP_DONE = timedelta(days=7)
KEEP_FAILED_HOURS = 30 * 24
PRIMARY_KEY = "pk_job_done"


class JobDone(Base):
    """A job of procrastinate whose effect is in the database, written in the same transaction as the effect."""

    __tablename__ = "job_done"

    job_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False, info=not_personal("number of a job"))
    at: Mapped[datetime] = mapped_column(default=clock.now, index=True, info=not_personal("when a machine worked"))


def install(connection: Connection) -> None:
    """Create procrastinate's tables and functions."""
    # Many statements at once: that needs the driver itself, called without parameters.
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101
    driver.execute(procrastinate.schema.SchemaManager.get_schema())


class Queue:
    """Procrastinate as a queue."""

    def __init__(self) -> None:
        # Never opened: it only writes, on connections lent by requests.
        self._writer = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())

    def put(self, order: Order, run_at: datetime | None) -> None:
        """Add a job to the transaction at hand."""
        connection = db.session.connection().connection.driver_connection
        deferrer = self._writer.configure_task(order.name, schedule_at=run_at, connection=connection, allow_unknown=True)
        deferrer.defer(args=order.args, operator_id=str(order.operator_id) if order.operator_id else None, locale=order.locale)

    def work(self, app: Flask, stop: threading.Event, pace: Pace) -> None:
        """Do jobs, a few at a time, until ``stop`` is set. A database that goes away is waited for."""
        with app.app_context():
            conninfo = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while not stop.is_set():
            try:
                asyncio.run(_work(app, conninfo, stop, pace))
            except Exception:
                log.exception("the worker met an error and starts again")
            if not stop.is_set():
                stop.wait(pace.tick.total_seconds())

    def forget(self, mark: str) -> None:
        """Drop jobs of the operator in force that wait or failed and name ``mark``."""
        db.session.connection().exec_driver_sql(
            "DELETE FROM procrastinate_jobs WHERE status IN ('todo', 'failed', 'aborted', 'cancelled') "
            "AND args->>'operator_id' = %s AND strpos((args->'args')::text, %s) > 0",
            (str(current_operator_id()), mark),
        )

    def tidy(self, now: datetime) -> None:
        """Forget what failed a month ago, and what was done a week ago."""
        db.session.execute(sa.delete(JobDone).where(JobDone.at < now - KEEP_DONE))
        old = now - timedelta(hours=KEEP_FAILED_HOURS)
        db.session.connection().exec_driver_sql(
            "DELETE FROM procrastinate_jobs WHERE status IN ('failed', 'aborted', 'cancelled') AND id NOT IN "
            "(SELECT job_id FROM procrastinate_events WHERE at >= %s)",
            (old,),
        )


class _Backoff(BaseRetryStrategy):
    def __init__(self, job: Job) -> None:
        self.job = job

    def get_retry_decision(self, *, exception: BaseException, job: TheirJob) -> RetryDecision | None:
        wait = self.job.backoff(job.attempts + 1)
        return None if wait is None else RetryDecision(retry_at=clock.now() + wait)


async def _work(app: Flask, conninfo: str, stop: threading.Event, pace: Pace) -> None:
    worker = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))
    for job in JOBS.values():
        worker.task(name=job.name, pass_context=True, retry=_Backoff(job))(_task(app, job))
    lease = pace.lease.total_seconds()
    async with worker.open_async():
        working = asyncio.create_task(
            worker.run_worker_async(
                concurrency=AT_ONCE,
                fetch_job_polling_interval=pace.poll.total_seconds(),
                update_heartbeat_interval=lease / 4,
                stalled_worker_timeout=lease,
                install_signal_handlers=False,
                delete_jobs="successful",
            )
        )
        minding = asyncio.create_task(_mind(app, worker, pace))
        ended = threading.Event()
        stopping = asyncio.create_task(asyncio.to_thread(_until_either, stop, ended))
        await asyncio.wait((stopping, working, minding), return_when=asyncio.FIRST_COMPLETED)
        ended.set()
        for task in (minding, working):
            task.cancel()
        for task in (minding, working):
            with suppress(asyncio.CancelledError):
                await task


def _until_either(one: threading.Event, other: threading.Event) -> None:
    while not one.wait(0.2) and not other.is_set():
        pass


def _task(app: Flask, job: Job) -> Any:
    def run(context: procrastinate.JobContext, args: dict[str, Any], operator_id: str | None, locale: str) -> None:
        number = context.job.id
        assert number is not None  # noqa: S101
        order = Order(job.name, args, UUID(operator_id) if operator_id else None, locale)
        with suppress(Superseded):
            with app.app_context():
                if db.session.get(JobDone, number) is not None:
                    raise Superseded
            carry_out(app, order, lambda: _finish(number))

    return run


def _finish(number: int) -> None:
    # The fence: when two workers hold one job, the second to come here fails on the key, and its writes with it.
    try:
        db.session.flush()
        db.session.execute(sa.insert(JobDone).values(job_id=number, at=clock.now()))
    except IntegrityError as error:
        if PRIMARY_KEY in str(error.orig):
            raise Superseded from error
        raise


async def _mind(app: Flask, worker: procrastinate.App, pace: Pace) -> None:
    """Give signs of life, ask for recurring jobs, and take over the jobs of workers that died."""
    while True:
        try:
            await asyncio.to_thread(tick, app)
            await _take_over(worker, pace.lease.total_seconds())
        except Exception:
            log.exception("the worker met an error and goes on")
        await asyncio.sleep(pace.tick.total_seconds())


async def _take_over(worker: procrastinate.App, lease: float) -> None:
    manager = worker.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=lease):
        known = JOBS.get(job.task_name)
        # Another worker may be quicker; then the job is no longer ours to take.
        with suppress(ConnectorException):
            if known is None or job.attempts > known.retries:
                await manager.finish_job(job, status=Status.FAILED, delete_job=False)
            else:
                await manager.retry_job(job, retry_at=clock.now())
