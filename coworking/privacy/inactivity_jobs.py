"""The nightly look at accounts that nobody uses."""

from uuid import UUID

import sqlalchemy as sa

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.jobs import cron, enqueue, job
from coworking.operators.models import Operator

from . import inactivity

LOOK = "privacy.look_at_unused"


@cron("privacy.unused", at="02:50")
def look_at_all() -> None:
    """Look at every operator's people."""
    with tenancy.across_operators():
        operators = list(db.session.scalars(sa.select(Operator.id)))
    for operator_id in operators:
        with tenancy.acting_for(operator_id):
            enqueue(LOOK)


@job(LOOK)
def look_at_unused(after: str | None = None) -> None:
    """Warn or erase a batch of people who have not used their account for long, then ask for the next batch."""
    last = inactivity.look(UUID(after) if after is not None else None)
    if last is not None:
        enqueue(LOOK, after=str(last))
