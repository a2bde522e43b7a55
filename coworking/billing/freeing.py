"""Money that went back no longer pays anything: what it paid is owed again, unless a credit note covers it."""

import sqlalchemy as sa

from coworking.core.db import db

from . import overdue
from .models import Allocation, Invoice, InvoiceKind, Payment, PaymentState, Refund

GOING_BACK = (PaymentState.SUCCEEDED.value, PaymentState.PROCESSING.value, PaymentState.PENDING.value)
GONE = (PaymentState.SUCCEEDED.value, PaymentState.PROCESSING.value)


def refunded(payment: Payment, states: tuple[str, ...] = GONE) -> int:
    """Minor units that went back of it, or are on their way."""
    wanted = sa.select(sa.func.coalesce(sa.func.sum(Refund.amount), 0)).where(Refund.payment_id == payment.id, Refund.state.in_(states))
    return int(db.session.scalar(wanted) or 0)


def kept(payment: Payment) -> int:
    """Minor units of it that are still with the operator."""
    return payment.amount - refunded(payment) if payment.state == PaymentState.SUCCEEDED.value else 0


def allocated(payment: Payment) -> int:
    """Minor units of it that pay invoices."""
    return int(db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0)).where(Allocation.payment_id == payment.id)) or 0)


def free(payment: Payment) -> None:
    """Take from the invoices that it paid, the newest first, whatever it can no longer pay."""
    too_much = allocated(payment) - kept(payment)
    owed_again = []
    for invoice_id, paid in _paid_by(payment):
        if too_much <= 0:
            break
        part = min(paid, too_much)
        db.session.add(Allocation(payment_id=payment.id, invoice_id=invoice_id, amount=-part))
        too_much -= part
        owed_again.append(invoice_id)
    db.session.flush()
    for invoice_id in owed_again:
        invoice = db.session.get_one(Invoice, invoice_id)
        _pay_by_credit(invoice)
        overdue.owed_again(invoice)


def _paid_by(payment: Payment) -> list[tuple[object, int]]:
    paid = sa.func.sum(Allocation.amount)
    wanted = sa.select(Allocation.invoice_id, paid).where(Allocation.payment_id == payment.id).group_by(Allocation.invoice_id).having(paid > 0)
    return [(row[0], int(row[1])) for row in db.session.execute(wanted.order_by(sa.func.max(Allocation.created_at).desc()))]


def _pay_by_credit(invoice: Invoice) -> None:
    """Let credit notes of this very invoice cover what a refund of theirs took away."""
    notes = sa.select(Invoice).where(Invoice.credits_id == invoice.id, Invoice.kind == InvoiceKind.CREDIT_NOTE.value, Invoice.number.is_not(None))
    for note in db.session.scalars(notes.order_by(Invoice.number)):
        used = sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0)).where(Allocation.credit_note_id == note.id)
        owed = sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0)).where(Allocation.invoice_id == invoice.id)
        part = min(note.gross - int(db.session.scalar(used) or 0), invoice.gross - int(db.session.scalar(owed) or 0))
        if part > 0:
            db.session.add(Allocation(credit_note_id=note.id, invoice_id=invoice.id, amount=part))
            db.session.flush()
