"""The queue inside an embedded database: a table, claimed with a lease and fenced by the number of attempts."""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Mapped, mapped_column

from .. import clock
from ..db import Base, Identified, db, reading
from ..labels import not_personal, personal
from ..tenancy import current_operator_id
from .recurring import tick
from .registry import JOBS, Order, Pace
from .running import Superseded, carry_out

log = logging.getLogger(__name__)

WAITING, RUNNING, FAILED = "waiting", "running", "failed"
KEEP_FAILED = timedelta(days=30)
QUEUE = not_personal("how the work gets done")


class QueuedJob(Identified, Base):
    """A job that waits, runs or failed for good. A job that is done leaves the table."""

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_due", "state", "run_at"),)

    name: Mapped[str] = mapped_column(sa.String(120), info=QUEUE)
    args: Mapped[dict[str, Any]] = mapped_column(info=personal("job.args"))
    operator_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("operator.id", ondelete="CASCADE"), info=QUEUE)
    locale: Mapped[str] = mapped_column(sa.String(8), info=QUEUE)
    state: Mapped[str] = mapped_column(sa.String(10), default=WAITING, info=QUEUE)
    attempts: Mapped[int] = mapped_column(default=0, info=QUEUE)
    run_at: Mapped[datetime] = mapped_column(info=QUEUE)
    leased_until: Mapped[datetime | None] = mapped_column(info=QUEUE)
    last_error: Mapped[str] = mapped_column(sa.String(120), default="", info=not_personal("class of the error, never its text"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=QUEUE)


@dataclass(frozen=True, slots=True)
class _Claim:
    id: UUID
    attempt: int
    order: Order


class Queue:
    """The table as a queue."""

    def put(self, order: Order, run_at: datetime | None) -> None:
        """Add a job to the transaction at hand."""
        row = QueuedJob(name=order.name, args=order.args, operator_id=order.operator_id, locale=order.locale, run_at=run_at or clock.now())
        db.session.add(row)

    def work(self, app: Flask, stop: threading.Event, pace: Pace) -> None:
        """Do one job after the other until ``stop`` is set."""
        next_tick = 0.0
        while not stop.is_set():
            busy = False
            try:
                if time.monotonic() >= next_tick:
                    tick(app)
                    next_tick = time.monotonic() + pace.tick.total_seconds()
                busy = work_once(app, pace)
            except Exception:
                # A locked or missing database passes; the worker outlives it.
                log.exception("the worker met an error and goes on")
            if not busy:
                stop.wait(pace.poll.total_seconds())

    def forget(self, mark: str) -> None:
        """Drop jobs of the operator in force that wait or failed and name ``mark``."""
        named = sa.cast(QueuedJob.args, sa.Text).contains(mark, autoescape=True)
        idle = QueuedJob.state.in_((WAITING, FAILED))
        db.session.execute(
            sa.delete(QueuedJob).where(QueuedJob.operator_id == current_operator_id(), idle, named), execution_options={"synchronize_session": False}
        )

    def tidy(self, now: datetime) -> None:
        """Forget what failed a month ago."""
        db.session.execute(sa.delete(QueuedJob).where(QueuedJob.state == FAILED, QueuedJob.run_at < now - KEEP_FAILED))


def work_once(app: Flask, pace: Pace) -> bool:
    """Do the job that waits longest; False when none is due."""
    with app.app_context():
        claim = _claim(pace.lease)
    if claim is None:
        return False
    try:
        if claim.attempt > JOBS[claim.order.name].retries + 1:
            raise RuntimeError("its workers died")
        carry_out(app, claim.order, lambda: _finish(claim))
    except Superseded:
        log.warning("job %s was taken over by another worker", claim.order.name)
    except Exception as error:
        log.warning("job %s failed at attempt %s", claim.order.name, claim.attempt, exc_info=True)
        with app.app_context():
            _postpone(claim, error)
    return True


def _claim(lease: timedelta) -> _Claim | None:
    now = clock.now()
    due = sa.or_(
        sa.and_(QueuedJob.state == WAITING, QueuedJob.run_at <= now),
        sa.and_(QueuedJob.state == RUNNING, QueuedJob.leased_until <= now),
    )
    # Look as a reader first: an idle worker should not take the writer's place every second.
    with reading():
        first = db.session.scalar(sa.select(QueuedJob.id).where(due).order_by(QueuedJob.run_at).limit(1))
    db.session.rollback()
    if first is None:
        return None
    claimed = db.session.execute(
        sa.update(QueuedJob)
        .where(QueuedJob.id == first, due)
        .values(state=RUNNING, attempts=QueuedJob.attempts + 1, leased_until=now + lease)
        .returning(QueuedJob.id, QueuedJob.attempts, QueuedJob.name, QueuedJob.args, QueuedJob.operator_id, QueuedJob.locale),
        execution_options={"synchronize_session": False},
    ).first()
    db.session.commit()
    return _Claim(claimed[0], claimed[1], Order(*claimed[2:])) if claimed else None


def _mine(claim: _Claim) -> sa.ColumnElement[bool]:
    # The fence: once the lease ran out and another worker took the job over, attempts has moved on.
    return sa.and_(QueuedJob.id == claim.id, QueuedJob.attempts == claim.attempt, QueuedJob.state == RUNNING)


def _finish(claim: _Claim) -> None:
    done = sa.delete(QueuedJob).where(_mine(claim)).returning(QueuedJob.id)
    if db.session.execute(done, execution_options={"synchronize_session": False}).first() is None:
        raise Superseded


def _postpone(claim: _Claim, error: Exception) -> None:
    known = JOBS.get(claim.order.name)
    wait = known.backoff(claim.attempt) if known else None
    change: dict[str, Any] = {"last_error": type(error).__name__, "leased_until": None, "state": FAILED if wait is None else WAITING}
    if wait is not None:
        change["run_at"] = clock.now() + wait
    else:
        log.error("job %s is given up", claim.order.name)
    db.session.execute(sa.update(QueuedJob).where(_mine(claim)).values(**change), execution_options={"synchronize_session": False})
    db.session.commit()
