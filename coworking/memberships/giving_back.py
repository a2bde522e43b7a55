"""When a plan is over and more was charged than used: a credit note over what was billed, and after a withdrawal the money itself."""

from dataclasses import dataclass
from uuid import UUID, uuid5

import sqlalchemy as sa
from flask_babel import gettext as _

from coworking.billing import balance, crediting, deposits, refunding, taxing
from coworking.billing.charging import waive
from coworking.billing.models import Account, Allocation, Charge, Deposit, Invoice, InvoiceKind, InvoiceLine, InvoiceState, Payment
from coworking.core import i18n
from coworking.core.db import db
from coworking.core.money import Money
from coworking.core.texts import Texts
from coworking.tax.computing import compute

PAY_BACK = "memberships.pay_back"


@dataclass(frozen=True, slots=True)
class Bought:
    """A subscription or a pass, by its charges."""

    kind: str
    id: UUID
    account: Account
    name: Texts

    @property
    def charges(self) -> tuple[sa.ColumnElement[bool], ...]:
        """Which charges are its own."""
        return Charge.source_kind == self.kind, Charge.source_id == self.id


def credit_what_is_left(bought: Bought) -> list[Invoice]:
    """Turn open charges that together are below nothing into credit notes: no invoice would ever take them.

    Where what was billed does not cover it, they stay open for the account's next invoice.
    """
    rows = list(db.session.scalars(sa.select(Charge).where(*bought.charges, Charge.invoice_id.is_(None), Charge.waived_at.is_(None))))
    if sum(row.amount for row in rows) >= 0:
        return []
    sums = compute([taxing.priced(row, taxing.treatment_of(row, bought.account)) for row in rows], rows[0].currency)
    parts, missing = _parts(bought, -sums.gross.minor)
    if missing:
        return []
    with i18n.speaking(bought.account.locale):
        reason = _("%(plan)s ended before what was billed: unused days", plan=i18n.words(bought.name))
    notes = [crediting.credit(invoice, amounts, reason) for invoice, amounts in parts]
    for row in rows:
        waive(row, f"credited: {', '.join(note.label for note in notes)}")
    return notes


def _parts(bought: Bought, owed: int) -> tuple[list[tuple[Invoice, dict[UUID, Money | None]]], int]:
    """What to credit of which invoice, the latest first; and how many minor units nothing covers."""
    billed = (
        sa.select(InvoiceLine)
        .join(Charge, Charge.id == InvoiceLine.charge_id)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(*bought.charges, InvoiceLine.gross > 0)
        .where(Invoice.kind == InvoiceKind.INVOICE.value, Invoice.state == InvoiceState.ISSUED.value)
        .order_by(Invoice.issued_on.desc(), Invoice.number.desc(), InvoiceLine.gross.desc())
    )
    found: dict[UUID, tuple[Invoice, dict[UUID, Money | None]]] = {}
    for line in db.session.scalars(billed):
        invoice = db.session.get_one(Invoice, line.invoice_id)
        part = min(owed, crediting.left(invoice)[line.id].gross.minor)
        if part > 0:
            found.setdefault(invoice.id, (invoice, {}))[1][line.id] = Money(part, invoice.currency)
            owed -= part
    return list(found.values()), owed


def pay_back(bought: Bought, by: UUID) -> None:
    """Give back by the way it came what credit notes over it left, and its deposit (directive 2011/83/EU, article 13)."""
    for note in _notes(bought):
        _refund(note, by)
    held = db.session.scalar(sa.select(Deposit).where(Deposit.source_key == f"{bought.kind}:{bought.id}", Deposit.returned_at.is_(None)))
    if held is not None:
        deposits.finish(held, Money(0, held.currency), "", by=by)


def _notes(bought: Bought) -> list[Invoice]:
    mine = sa.select(InvoiceLine.invoice_id).join(Charge, Charge.id == InvoiceLine.charge_id).where(*bought.charges)
    wanted = sa.select(Invoice).where(Invoice.id.in_(mine), Invoice.kind == InvoiceKind.CREDIT_NOTE.value, Invoice.state == InvoiceState.ISSUED.value)
    return list(db.session.scalars(wanted.order_by(Invoice.number)))


def _refund(note: Invoice, by: UUID) -> None:
    paid = sa.select(Payment).join(Allocation, Allocation.payment_id == Payment.id).where(Allocation.invoice_id == note.credits_id).distinct()
    for payment in db.session.scalars(paid).all():
        part = min(balance.left_of_note(note).minor, refunding.left_of(payment).minor)
        if part > 0:
            refunding.refund(payment, Money(part, note.currency), note.note, by=by, refund_id=uuid5(note.id, str(payment.id)), credit_note=note)
