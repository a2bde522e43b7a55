"""Which money settles which invoice: the one it was sent for, then the oldest. What is left stays as credit on the account."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from coworking.core.db import db
from coworking.core.money import Money

from .balance import left_of_note, open_amounts, open_invoices, spare_notes, spare_of, spare_payments
from .models import Account, Allocation, Invoice, Payment


def allocate(payment: Payment, to: Invoice | None = None) -> list[Allocation]:
    """Let a payment that succeeded settle ``to``, else the invoice of its purpose, then what is due first.

    Only invoices of its account and currency. Doing it again takes only what is left.
    """
    account = _held(payment.account_id)
    named = to.id if to is not None else _named(payment)
    return _settle(account, spare_of(payment).minor, payment.currency, named, payment=payment)


def allocate_credit(note: Invoice) -> list[Allocation]:
    """Let a credit note settle the invoice that it credits, then what is due first."""
    account = _held(note.account_id)
    return _settle(account, left_of_note(note).minor, note.currency, note.credits_id, note=note)


def settle_from_credit(invoice: Invoice) -> list[Allocation]:
    """Let what the account has left over, credit notes first, settle a new invoice."""
    account = _held(invoice.account_id)
    made: list[Allocation] = []
    for note, left in spare_notes(account, invoice.currency):
        made += _put([invoice], left, note=note)
    for payment, left in spare_payments(account, invoice.currency):
        made += _put([invoice], left, payment=payment)
    return made


def spare(account_id: UUID, currency: str) -> Money:
    """What the account has left over in a currency, held for this transaction: nobody else can spend it meanwhile."""
    account = _held(account_id)
    left = sum(minor for _note, minor in spare_notes(account, currency)) + sum(minor for _payment, minor in spare_payments(account, currency))
    return Money(left, currency)


def _held(account_id: UUID) -> Account:
    # Two payments for one invoice wait for each other here, so that none is counted twice.
    return db.session.scalars(sa.select(Account).where(Account.id == account_id).with_for_update(key_share=True)).one()


def _named(payment: Payment) -> UUID | None:
    kind, _colon, key = payment.purpose.partition(":")
    try:
        return UUID(key) if kind == "invoice" else None
    except ValueError:
        return None


def _settle(
    account: Account, left: int, currency: str, named: UUID | None, payment: Payment | None = None, note: Invoice | None = None
) -> list[Allocation]:
    if left <= 0:
        return []
    invoices = sorted(open_invoices(account, currency), key=lambda invoice: invoice.id != named)
    return _put(invoices, left, payment=payment, note=note)


def _put(invoices: Iterable[Invoice], left: int, payment: Payment | None = None, note: Invoice | None = None) -> list[Allocation]:
    made = []
    for invoice in invoices:
        part = min(left, open_amounts([invoice.id]).get(invoice.id, 0))
        if part <= 0:
            continue
        made.append(
            Allocation(payment_id=payment.id if payment else None, credit_note_id=note.id if note else None, invoice_id=invoice.id, amount=part)
        )
        db.session.add(made[-1])
        db.session.flush()
        left -= part
        if not left:
            break
    return made
