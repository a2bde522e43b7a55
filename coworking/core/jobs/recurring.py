"""Recurring jobs, and the worker's sign of life. One row a name, moved forward by whoever comes first."""

from datetime import datetime

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from .. import clock
from ..db import Base, db, reading
from ..labels import not_personal
from .registry import CRONS

WORKER = "worker"


class JobClock(Base):
    """When a recurring job was last due and asked for; under ``worker``, when a worker was last alive."""

    __tablename__ = "job_clock"

    name: Mapped[str] = mapped_column(sa.String(120), primary_key=True, info=not_personal("name of a job"))
    moment: Mapped[datetime] = mapped_column(info=not_personal("when a machine worked"))


def tick(app: Flask) -> None:
    """Give a sign of life, and ask for each recurring job that is due, in one transaction."""
    from . import enqueue

    now = clock.now()
    with app.app_context():
        _forward(WORKER, now)
        for cron in CRONS.values():
            if _forward(cron.name, cron.due(now)):
                enqueue(cron.name)
        db.session.commit()


def last_alive() -> datetime | None:
    """When a worker last gave a sign of life."""
    with reading():
        return db.session.scalar(sa.select(JobClock.moment).where(JobClock.name == WORKER))


def _forward(name: str, moment: datetime) -> bool:
    """Move a clock forward; False when it stood there already. Two workers can't both get True for one moment."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(JobClock).values(name=name, moment=moment)
    statement = statement.on_conflict_do_update(index_elements=["name"], set_={"moment": moment}, where=JobClock.moment < moment)
    return bool(db.session.execute(statement.returning(JobClock.name)).first())
