"""What is erased without anybody asking again: what waited, what was begun, and copies at the payment provider."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.billing import gateways
from coworking.core import clock, tenancy
from coworking.core.db import db, release
from coworking.core.jobs import cron, enqueue, job
from coworking.core.outbox import OutboxMail
from coworking.operators.models import Operator

from . import asking, doing, journal, receipts, running

LAST_MAILS_STAY = timedelta(days=2)
"""How long we try to send a last mail: the outbox gives up after about a day."""


@job(doing.ERASE)
def erase(request_id: str) -> None:
    """Carry on with one erasure: one that waited, or one that is too large for a request."""
    asking.carry_on(UUID(request_id))


@job(running.FORGET_CUSTOMER, retries=40, wait=timedelta(minutes=1))
def forget_customer(customer: str, number: str) -> None:
    """Have the payment provider forget a customer, and note on the receipt that it did."""
    port = gateways.payments()
    release()
    port.delete_customer(customer)
    receipts.confirm(number, running.PROVIDER)


@cron("privacy.erase_due", at="02:40")
def erase_due() -> None:
    """Look at every erasure that waits."""
    with tenancy.across_operators():
        operators = list(db.session.scalars(sa.select(Operator.id)))
    for operator_id in operators:
        with tenancy.acting_for(operator_id):
            for request_id in asking.due():
                enqueue(doing.ERASE, request_id=str(request_id))


@cron("privacy.tidy_erasures", at="02:20")
def tidy() -> None:
    """Forget journal entries that no back-up is old enough for, and last mails that could not be sent."""
    journal.prune()
    old = sa.delete(OutboxMail).where(OutboxMail.vanishes.is_(True), OutboxMail.created_at < clock.now() - LAST_MAILS_STAY)
    with tenancy.across_operators():
        db.session.execute(old, execution_options={"synchronize_session": False})
