"""Money that came without a provider: a transfer or cash, noted by staff or read from the bank's file."""

from datetime import date
from uuid import UUID

from coworking.core import clock
from coworking.core.db import db
from coworking.core.links import operator_in_force
from coworking.core.money import Money
from coworking.core.once import add

from . import gateways, settling
from .models import Account, Payment, PaymentState

BY_HAND = ("transfer", "cash", "other")
NOON = 12 * 60


class NotReceived(ValueError):
    """Nothing, less than nothing, or money of a day that has not come."""


def record(
    account: Account, amount: Money, how: str, received_on: date, *, payment_id: UUID, purpose: str = "", note: str = "", by: UUID | None = None
) -> Payment:
    """Write down money that is there: invoices are paid oldest first, or the one of ``purpose``; the rest is credit.

    ``received_on`` is a day on the operator's wall. The same ``payment_id`` counts once. Raises NotReceived.
    """
    zone = operator_in_force().zone
    if amount.minor <= 0 or received_on > clock.today(zone) or how not in BY_HAND:
        raise NotReceived
    known = db.session.get(Payment, payment_id)
    if known is not None:
        return known
    row = Payment(
        id=payment_id, account_id=account.id, how=how, provider=gateways.MANUAL, purpose=purpose or f"account:{account.id}",
        idempotency_key=f"manual:{payment_id}", state=PaymentState.SUCCEEDED.value, amount=amount.minor, currency=amount.currency,
        note=note[:240], recorded_by_id=by, received_at=clock.at_wall(received_on, NOON, zone),
    )  # fmt: skip
    payment = add(row)
    if payment is row:
        settling.arrived(payment)
    return payment
