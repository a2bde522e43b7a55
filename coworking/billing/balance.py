"""What is owed and what is left over, always counted from papers and allocations: no figure is kept that could go stale."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from coworking.core.db import db
from coworking.core.money import Money

from .models import Account, Allocation, Invoice, InvoiceKind, InvoiceState, Payment, PaymentState, Refund

EARMARKED = frozenset({"deposit"})
"""First words of purposes whose money never pays invoices by itself."""
_GOING_BACK = (PaymentState.SUCCEEDED.value, PaymentState.PROCESSING.value, PaymentState.PENDING.value)
_PAID = sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0)).where(Allocation.invoice_id == Invoice.id).scalar_subquery()
_USED = sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0)).where(Allocation.credit_note_id == Invoice.id).scalar_subquery()
OPEN = Invoice.gross - _PAID
"""SQL: minor units that an issued invoice still owes."""


def open_amount(invoice: Invoice) -> Money:
    """What the invoice still owes; nothing for drafts and credit notes."""
    return Money(open_amounts([invoice.id]).get(invoice.id, 0), invoice.currency)


def open_amounts(invoice_ids: Collection[UUID]) -> dict[UUID, int]:
    """Minor units that each of the issued invoices still owes."""
    wanted = sa.select(Invoice.id, OPEN).where(Invoice.id.in_(invoice_ids), *_issued(InvoiceKind.INVOICE))
    return {row[0]: int(row[1]) for row in db.session.execute(wanted)}


def open_invoices(account: Account, currency: str = "") -> list[Invoice]:
    """Issued invoices that still owe something, what is due first before the rest."""
    wanted = sa.select(Invoice).where(Invoice.account_id == account.id, *_issued(InvoiceKind.INVOICE), OPEN > 0)
    if currency:
        wanted = wanted.where(Invoice.currency == currency)
    return list(db.session.scalars(wanted.order_by(Invoice.due_on, Invoice.issued_on, Invoice.number)))


def left_of_note(note: Invoice) -> Money:
    """What of a credit note settles no invoice yet."""
    used = sa.select(Invoice.gross - _USED).where(Invoice.id == note.id, *_issued(InvoiceKind.CREDIT_NOTE))
    return Money(int(db.session.scalar(used) or 0), note.currency)


def spare_notes(account: Account, currency: str) -> list[tuple[Invoice, int]]:
    """Credit notes with something left, oldest first, and how many minor units that is."""
    left = Invoice.gross - _USED
    mine = (Invoice.account_id == account.id, Invoice.currency == currency, *_issued(InvoiceKind.CREDIT_NOTE))
    wanted = sa.select(Invoice, left).where(*mine, left > 0).order_by(Invoice.issued_on, Invoice.number)
    return [(row[0], int(row[1])) for row in db.session.execute(wanted)]


def spare_payments(account: Account, currency: str) -> list[tuple[Payment, int]]:
    """Payments with something left that pays no invoice, oldest first, and how many minor units that is."""
    left = _spare()
    mine = (Payment.account_id == account.id, Payment.currency == currency, Payment.state == PaymentState.SUCCEEDED.value)
    wanted = sa.select(Payment, left).where(*mine, left > 0).order_by(Payment.received_at, Payment.id)
    return [(row[0], int(row[1])) for row in db.session.execute(wanted) if row[0].purpose.partition(":")[0] not in EARMARKED]


def spare_of(payment: Payment) -> Money:
    """What of a payment pays no invoice and is not on its way back."""
    wanted = sa.select(_spare()).where(Payment.id == payment.id, Payment.state == PaymentState.SUCCEEDED.value)
    return Money(max(0, int(db.session.scalar(wanted) or 0)), payment.currency)


def credit_left(account: Account) -> dict[str, Money]:
    """What the account has paid or got credited beyond its invoices, by currency."""
    sums: dict[str, int] = defaultdict(int)
    for currency in _currencies(account):
        sums[currency] += sum(left for _note, left in spare_notes(account, currency))
        sums[currency] += sum(left for _payment, left in spare_payments(account, currency))
    return {currency: Money(minor, currency) for currency, minor in sums.items() if minor}


def balance(account: Account) -> dict[str, Money]:
    """What the account owes by currency, less what it has left over; negative where it has more than it owes."""
    sums: dict[str, int] = defaultdict(int)
    invoices = open_invoices(account)
    owed = open_amounts([invoice.id for invoice in invoices])
    for invoice in invoices:
        sums[invoice.currency] += owed[invoice.id]
    for currency, credit in credit_left(account).items():
        sums[currency] -= credit.minor
    return {currency: Money(minor, currency) for currency, minor in sums.items()}


def _spare() -> sa.ColumnElement[int]:
    used = sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0)).where(Allocation.payment_id == Payment.id).scalar_subquery()
    back = sa.select(sa.func.coalesce(sa.func.sum(Refund.amount), 0)).where(Refund.payment_id == Payment.id, Refund.state.in_(_GOING_BACK))
    return Payment.amount - used - back.scalar_subquery()


def _currencies(account: Account) -> list[str]:
    papers = sa.select(Invoice.currency).where(Invoice.account_id == account.id, Invoice.state == InvoiceState.ISSUED.value)
    return sorted(set(db.session.scalars(papers.union(sa.select(Payment.currency).where(Payment.account_id == account.id)))))


def _issued(kind: InvoiceKind) -> tuple[sa.ColumnElement[bool], ...]:
    return Invoice.state == InvoiceState.ISSUED.value, Invoice.kind == kind.value
