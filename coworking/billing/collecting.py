"""Charging a saved card or account for an invoice when nobody is there. Always from a job: a request never waits for it."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db, keep
from coworking.core.jobs import enqueue
from coworking.core.links import operator_in_force
from coworking.payments.failures import Failure, ProviderUnavailable
from coworking.payments.port import Offer, Outcome, State

from . import balance, gateways, methods, overdue, paying, settling
from .models import Account, Allocation, Arrears, Invoice, InvoiceKind, InvoiceState, Payment, PaymentMethod, PaymentState

FIRST = "due"
LOOK_BACK = timedelta(days=60)
"""For so long after its due day an invoice is found that nobody looked at, as after a long outage."""


def collect(invoice_id: UUID, attempt: str) -> Payment | None:
    """Charge what an invoice still owes to the payer's default method; None when there is nothing to do or to charge.

    One attempt has one idempotency key, so however often a killed job is begun again, it charges once. Raises
    ProviderUnavailable when nobody knows what happened: the job is repeated with the same key.
    """
    key = f"collect:{invoice_id}:{attempt}"
    port = gateways.payments()
    if Offer.SAVED_METHODS not in port.offers:
        return None
    payment = _known(key)
    if payment is None:
        try:
            paying.clear_the_way(port, purpose_of(invoice_id))
        except paying.InTheWay:
            return None
        payment = _wish(invoice_id, key)
    if payment is None or payment.state != PaymentState.PENDING.value or payment.provider_ref or paying.is_old(payment):
        return payment
    invoice = db.session.get_one(Invoice, invoice_id)
    method = db.session.get_one(PaymentMethod, payment.method_id)
    account = db.session.get_one(Account, payment.account_id)
    payment_id, amount, customer, token, description = (
        payment.id,
        payment.money,
        account.provider_customer,
        method.token,
        paying.described(invoice.label),
    )
    keep()
    outcome = port.charge_saved(
        customer=customer, method=token, amount=amount, description=description, idempotency_key=key,
        metadata={"payment": str(payment_id), "purpose": purpose_of(invoice_id)},
    )  # fmt: skip
    if outcome.failure is Failure.KEY_REUSED:
        raise ProviderUnavailable("a key was used for something else")
    if outcome.state is State.NEEDS_ACTION and outcome.ref:
        # Nobody is there to approve it; they pay on the page instead, so this one must never go through as well.
        outcome = _nobody_there(port.cancel(outcome.ref))
    payment = db.session.get_one(Payment, payment_id)
    settling.settle(payment, outcome)
    return payment


def purpose_of(invoice_id: UUID) -> str:
    """What a payment of that invoice is for."""
    return f"invoice:{invoice_id}"


def due_now() -> list[UUID]:
    """Invoices to charge: due, not paid, their payer's method is charged by itself, and not tried yet."""
    today = clock.today(operator_in_force().zone)
    wanted = (
        _unpaid(Invoice.due_on <= today, Invoice.due_on > today - LOOK_BACK)
        .join(Account, sa.and_(Account.id == Invoice.account_id, Account.operator_id == Invoice.operator_id))
        .where(Account.collect_by == methods.BY_SAVED)
    )
    return [each for each in db.session.scalars(wanted) if _known(f"collect:{each}:{FIRST}") is None]


def overdue_now() -> list[UUID]:
    """Invoices past their due day that are not paid, not on their way, and have no case yet."""
    today = clock.today(operator_in_force().zone)
    case = sa.select(Arrears.id).where(Arrears.invoice_id == Invoice.id).exists()
    coming = set(db.session.scalars(sa.select(Payment.purpose).where(Payment.state == PaymentState.PROCESSING.value)))
    wanted = _unpaid(Invoice.due_on < today, Invoice.due_on > today - LOOK_BACK, ~case)
    return [each for each in db.session.scalars(wanted) if purpose_of(each) not in coming]


def _unpaid(*more: sa.ColumnElement[bool]) -> sa.Select[UUID]:
    paid = (
        sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0)).where(Allocation.invoice_id == Invoice.id).correlate(Invoice).scalar_subquery()
    )
    issued = (Invoice.kind == InvoiceKind.INVOICE.value, Invoice.state == InvoiceState.ISSUED.value)
    return sa.select(Invoice.id).where(*issued, *more, Invoice.gross > paid).order_by(Invoice.due_on, Invoice.id)


def _known(key: str) -> Payment | None:
    return db.session.scalar(sa.select(Payment).where(Payment.idempotency_key == key))


def _wish(invoice_id: UUID, key: str) -> Payment | None:
    invoice = db.session.get(Invoice, invoice_id)
    if invoice is None or not invoice.is_issued or invoice.is_credit_note:
        return None
    account = db.session.get_one(Account, invoice.account_id, with_for_update={"key_share": True})
    owed, method = balance.open_amount(invoice), methods.default_of(account)
    if owed.minor <= 0 or method is None or not account.provider_customer:
        return None
    payment = paying.wish(account, purpose_of(invoice_id), owed, key=key, method_id=method.id)
    payment.how = method.kind
    return payment


def _nobody_there(cancelled: Outcome) -> Outcome:
    if cancelled.state is not State.FAILED:
        return cancelled
    return Outcome(State.FAILED, cancelled.ref, cancelled.amount, Failure.NEEDS_AUTHENTICATION, metadata=cancelled.metadata)


def ask_for(invoice_id: UUID, attempt: str = FIRST) -> None:
    """Have the invoice charged after this transaction."""
    enqueue(overdue.COLLECT, invoice_id=str(invoice_id), attempt=attempt)
