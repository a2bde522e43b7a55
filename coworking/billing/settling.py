"""The one place where a payment changes its state. Told once, twice, late or in any order, it ends the same.

What is told is always the provider's present answer, never an event's own words. Success wins over everything told
before or after it; only the bank taking a direct debit back undoes it.
"""

from uuid import UUID

from coworking.core import clock
from coworking.core.db import db
from coworking.core.jobs import enqueue
from coworking.payments.failures import Failure
from coworking.payments.port import Dispute, DisputeState, MethodKind, Outcome, State

from . import allocating, differences, freeing, hooks, overdue
from .models import Invoice, Payment, PaymentState, Refund

TO_INVOICES = frozenset({"invoice", "account"})
"""Purposes whose money pays invoices by itself; a deposit's never does."""
TELL_PAID = "billing.tell_paid"
TELL_DISPUTE = "billing.tell_dispute"


def settle(payment: Payment, outcome: Outcome) -> PaymentState:
    """Write down how the payment stands at the provider, with all that follows from it; returns its state.

    On success invoices are paid, access is restored and hooks run, all in the transaction at hand.
    """
    db.session.flush()
    db.session.refresh(payment, with_for_update=True)
    before = PaymentState(payment.state)
    if outcome.state is State.SUCCEEDED and before is not PaymentState.SUCCEEDED:
        if _differs(payment, outcome):
            return before
        _take_over(payment, outcome)
        _succeed(payment, outcome)
    elif outcome.state is State.SUCCEEDED:
        _take_over(payment, outcome)
    elif outcome.state is State.FAILED:
        _fail(payment, outcome, before)
    elif before is not PaymentState.SUCCEEDED:
        _take_over(payment, outcome)
        _wait(payment, outcome, before)
    db.session.flush()
    return PaymentState(payment.state)


def give_up(payment: Payment, failure: Failure = Failure.ABANDONED) -> None:
    """Nobody will pay this any more: the page was closed, or never opened. Money that comes all the same still counts."""
    db.session.flush()
    db.session.refresh(payment, with_for_update=True)
    if payment.state == PaymentState.PENDING.value:
        payment.state, payment.failure = PaymentState.CANCELLED.value, payment.failure or failure.value
        db.session.flush()
        hooks.after_failure(payment)


def arrived(payment: Payment) -> None:
    """What follows once money is there, by whatever way: invoices are paid, what was bought is given, access is restored."""
    db.session.flush()
    if hooks.prefix_of(payment.purpose) in TO_INVOICES:
        allocating.allocate(payment)
    hooks.after_payment(payment)
    overdue.settled(payment.account_id)


def settle_refund(refund: Refund, outcome: Outcome) -> PaymentState:
    """Write down how a refund stands at the provider. Money on its way back no longer pays invoices."""
    db.session.flush()
    db.session.refresh(refund, with_for_update=True)
    payment = db.session.get_one(Payment, refund.payment_id, with_for_update=True)
    refund.provider_ref = refund.provider_ref or outcome.ref or None
    if outcome.state is State.FAILED:
        if refund.state != PaymentState.FAILED.value:
            refund.state, refund.failure = PaymentState.FAILED.value, (outcome.failure or Failure.REFUSED).value
            db.session.flush()
            # It stays with us, so it pays again.
            arrived(payment)
    elif refund.state == PaymentState.FAILED.value:
        # A refund that failed at the bank never succeeds afterwards: an answer from before is late.
        return PaymentState.FAILED
    elif refund.state != PaymentState.SUCCEEDED.value:
        refund.state = PaymentState.SUCCEEDED.value if outcome.state is State.SUCCEEDED else PaymentState.PROCESSING.value
        db.session.flush()
        freeing.free(payment)
    return PaymentState(refund.state)


def settle_dispute(payment: Payment, dispute: Dispute) -> None:
    """Write down how a payer's complaint at their bank stands. Lost, the money is gone, and the invoice owed again."""
    db.session.flush()
    db.session.refresh(payment, with_for_update=True)
    if payment.dispute_state in {"won", "lost"}:
        return
    payment.disputed_at = payment.disputed_at or clock.now()
    before, payment.dispute_state = payment.dispute_state, {DisputeState.WON: "won", DisputeState.LOST: "lost"}.get(dispute.state, "open")
    if payment.dispute_state != before:
        enqueue(TELL_DISPUTE, payment_id=str(payment.id), state=payment.dispute_state)
    if dispute.state is DisputeState.LOST:
        refund = Refund(
            payment_id=payment.id, amount=min(dispute.amount.minor, payment.amount), state=PaymentState.SUCCEEDED.value,
            provider_ref=dispute.ref, idempotency_key=f"dispute:{dispute.ref}", reason=dispute.reason[:240],
        )  # fmt: skip
        db.session.add(refund)
        db.session.flush()
        freeing.free(payment)


def _differs(payment: Payment, outcome: Outcome) -> bool:
    """Whether something else was paid than was asked for: then a person has to look, and nothing is booked."""
    if outcome.amount.currency != payment.currency:
        differences.name("currency", outcome.ref, payment, ours=payment.amount, theirs=outcome.amount)
        return True
    if outcome.amount.minor != payment.amount:
        differences.name("amount", outcome.ref, payment, ours=payment.amount, theirs=outcome.amount)
        return True
    return False


def _take_over(payment: Payment, outcome: Outcome) -> None:
    payment.provider_ref = payment.provider_ref or outcome.ref or None
    if outcome.fee is not None and outcome.fee.currency == payment.currency:
        payment.fee = outcome.fee.minor
    if outcome.method is not None:
        payment.how = outcome.method.kind.value if outcome.method.kind in {MethodKind.CARD, MethodKind.SEPA_DEBIT} else "other"


def _succeed(payment: Payment, outcome: Outcome) -> None:
    payment.state, payment.failure = PaymentState.SUCCEEDED.value, ""
    payment.received_at = outcome.happened_at or clock.now()
    arrived(payment)
    if hooks.prefix_of(payment.purpose) in TO_INVOICES:
        enqueue(TELL_PAID, payment_id=str(payment.id))


def _wait(payment: Payment, outcome: Outcome, before: PaymentState) -> None:
    if outcome.state is State.PROCESSING:
        payment.state, payment.failure = PaymentState.PROCESSING.value, ""
    elif before is PaymentState.PENDING:
        payment.failure = outcome.failure.value if outcome.failure else ""


def _fail(payment: Payment, outcome: Outcome, before: PaymentState) -> None:
    failure = outcome.failure or Failure.REFUSED
    if before is PaymentState.SUCCEEDED:
        # Any other failure is an earlier try on the same page, told late.
        if failure is Failure.DEBIT_RETURNED:
            _return(payment)
        return
    payment.provider_ref = payment.provider_ref or outcome.ref or None
    if failure is not Failure.ABANDONED or not payment.failure:
        payment.failure = failure.value
    if before in {PaymentState.PENDING, PaymentState.PROCESSING}:
        payment.state = PaymentState.FAILED.value
        db.session.flush()
        hooks.after_failure(payment)
        if payment.idempotency_key.startswith("collect:"):
            invoice_id = UUID(payment.purpose.partition(":")[2])
            overdue.charge_failed(payment, db.session.get_one(Invoice, invoice_id))


def _return(payment: Payment) -> None:
    payment.state, payment.failure = PaymentState.FAILED.value, Failure.DEBIT_RETURNED.value
    db.session.flush()
    freeing.free(payment)
    hooks.after_taking_back(payment)
