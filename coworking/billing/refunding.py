"""Giving money back: to the card by the provider, or by hand. Never more than came."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db, keep
from coworking.core.jobs import enqueue
from coworking.core.money import CurrencyMismatch, Money
from coworking.payments.failures import NotPossible, ProviderUnavailable

from . import differences, freeing, gateways, paying, settling
from .models import Invoice, Payment, PaymentState, ReconciliationDifference, Refund

FINISH = "billing.finish_refund"
NEXT_LOOK = timedelta(minutes=2)


class TooMuch(ValueError):
    """More than what is left of the payment. ``left`` says how much that is."""

    def __init__(self, left: Money) -> None:
        super().__init__("more than is left")
        self.left = left


def left_of(payment: Payment) -> Money:
    """What can still be given back."""
    came = payment.amount if payment.state == PaymentState.SUCCEEDED.value else 0
    return Money(max(came - freeing.refunded(payment, freeing.GOING_BACK), 0), payment.currency)


def refund(payment: Payment, amount: Money, reason: str, *, by: UUID, refund_id: UUID, credit_note: Invoice | None = None) -> Refund:
    """Give back ``amount``: at once on the books for money that came by hand, else asked of the provider.

    The same ``refund_id`` gives back once. Commits before the provider is asked; a refund that nobody answered for stays
    under way, and a job asks again. Raises TooMuch, CurrencyMismatch, or NotPossible when the provider refuses.
    """
    db.session.flush()
    db.session.refresh(payment, with_for_update=True)
    known = db.session.get(Refund, refund_id)
    if known is not None:
        return known
    if amount.currency != payment.currency:
        raise CurrencyMismatch(f"{amount.currency} and {payment.currency}")
    if not 0 < amount.minor <= left_of(payment).minor:
        raise TooMuch(left_of(payment))
    by_hand = payment.provider != gateways.STRIPE
    row = Refund(
        id=refund_id, payment_id=payment.id, amount=amount.minor, reason=reason[:240], made_by_id=by, idempotency_key=f"refund:{refund_id}",
        credit_note_id=credit_note.id if credit_note is not None else None,
        state=(PaymentState.SUCCEEDED if by_hand else PaymentState.PENDING).value,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    if by_hand:
        freeing.free(payment)
        return row
    enqueue(FINISH, delay=NEXT_LOOK, refund_id=str(refund_id))
    with suppress(ProviderUnavailable):
        finish(refund_id)
    return db.session.get_one(Refund, refund_id)


def finish(refund_id: UUID) -> None:
    """Ask the provider for a refund that has no answer yet, with the key it always had. Commits before it asks."""
    row = db.session.get(Refund, refund_id)
    if row is None or row.state != PaymentState.PENDING.value or row.provider_ref or row.created_at < clock.now() - paying.KEY_HOLDS:
        return
    payment = db.session.get_one(Payment, row.payment_id)
    port, ref, amount, key = gateways.payments(), payment.provider_ref or "", Money(row.amount, payment.currency), row.idempotency_key
    keep()
    try:
        outcome = port.refund(ref, amount, idempotency_key=key, metadata={"refund": str(refund_id)})
    except NotPossible as refused:
        row = db.session.get_one(Refund, refund_id, with_for_update=True)
        row.state, row.failure = PaymentState.FAILED.value, refused.failure.value
        keep()
        raise
    settling.settle_refund(db.session.get_one(Refund, refund_id), outcome)


def look_again(refund_id: UUID) -> None:
    """Ask how a refund stands that is under way. Commits before it asks."""
    row = db.session.get(Refund, refund_id)
    if row is None or not row.provider_ref or row.idempotency_key.startswith("dispute:"):
        return
    port, ref = gateways.payments(), row.provider_ref
    keep()
    outcome = port.fetch(ref)
    settling.settle_refund(db.session.get_one(Refund, refund_id), outcome)


def adopt(difference: ReconciliationDifference, by: UUID) -> Refund:
    """Write down a refund that staff made on the provider's own page; raises TooMuch when it does not fit the payment."""
    payment = db.session.get_one(Payment, difference.payment_id, with_for_update=True)
    amount = difference.theirs or 0
    if not 0 < amount <= left_of(payment).minor:
        raise TooMuch(left_of(payment))
    row = Refund(
        payment_id=payment.id, amount=amount, state=PaymentState.SUCCEEDED.value, provider_ref=difference.provider_ref, made_by_id=by,
        idempotency_key=f"adopted:{difference.provider_ref}",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    freeing.free(payment)
    differences.close(difference)
    return row


def refunds_of(payment: Payment) -> list[Refund]:
    """What went back of a payment, the newest first."""
    return list(db.session.scalars(sa.select(Refund).where(Refund.payment_id == payment.id).order_by(Refund.created_at.desc())))


def refundable(payment: Payment) -> bool:
    """Whether anything of it can be given back now."""
    return left_of(payment).minor > 0 and payment.dispute_state not in {"open", "lost"}
