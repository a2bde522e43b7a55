"""What is done about policies without anybody asking: the first version, versions that follow the software, and telling people."""

from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.jobs import cron, enqueue, job
from coworking.core.links import operator_in_force
from coworking.operators.models import Operator

from ..models import PolicyVersion
from . import notices, publishing, versions

FOLLOW = "privacy.policy.follow"


@cron("privacy.policy.first", every=60)
def first() -> None:
    """Give every operator that has no version its first one."""
    with tenancy.across_operators():
        having = sa.select(PolicyVersion.operator_id).distinct()
        without = list(db.session.scalars(sa.select(Operator.id).where(Operator.id.not_in(having))))
    _for_each(without)


@cron("privacy.policy.daily", at="01:20")
def daily() -> None:
    """Look at every operator's policy: whether the software still does what it says, and whether newcomers know what is coming."""
    _for_each(list(db.session.scalars(sa.select(Operator.id))))


@job(FOLLOW)
def follow() -> None:
    """The same for one operator."""
    operator = operator_in_force()
    # Two workers may come at once: the second one sees what the first one published.
    db.session.refresh(operator, with_for_update=True)
    publishing.follow(operator)
    coming = versions.coming(operator.id, clock.today(operator.zone))
    if coming is not None and coming.material and db.session.scalar(notices.untold(coming.id).limit(1)) is not None:
        enqueue(publishing.TELL, version_id=str(coming.id))


@job(publishing.TELL)
def tell(version_id: str) -> None:
    """Tell a batch of people of a version that comes."""
    notices.tell(UUID(version_id))


@job(publishing.TELL_WITHDRAWN)
def tell_withdrawn(version_id: str, after: str | None = None) -> None:
    """Tell a batch of people of a version that does not come."""
    notices.tell_withdrawn(UUID(version_id), UUID(after) if after else None)


def _for_each(operators: list[UUID]) -> None:
    for operator_id in operators:
        with tenancy.acting_for(operator_id):
            enqueue(FOLLOW)
