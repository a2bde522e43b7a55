"""Giving back on paper when there is nothing to take it off: credit notes for what exceeds the next invoice."""

from datetime import date

import sqlalchemy as sa

from coworking.core import i18n
from coworking.core.db import db
from coworking.core.money import Money

from . import crediting
from .charging import GIVEN_BACK
from .explaining import explain
from .models import Account, Charge, Invoice, InvoiceLine, InvoiceState


def credit_given_back(account: Account, currency: str, until: date, on: date) -> list[Invoice]:
    """Credit notes for open charges that give back what was billed, on the invoices where it was billed."""
    wanted = sa.select(Charge).where(
        Charge.account_id == account.id, Charge.currency == currency, Charge.source_kind == GIVEN_BACK,
        Charge.invoice_id.is_(None), Charge.waived_at.is_(None), Charge.due_from <= until,
    )  # fmt: skip
    notes = [_credit(charge, on) for charge in db.session.scalars(wanted.order_by(Charge.id).with_for_update())]
    return [note for note in notes if note is not None]


def _credit(charge: Charge, on: date) -> Invoice | None:
    line = db.session.scalar(
        sa.select(InvoiceLine)
        .join(Invoice, sa.and_(Invoice.id == InvoiceLine.invoice_id, Invoice.operator_id == InvoiceLine.operator_id))
        .where(InvoiceLine.charge_id == charge.source_id, InvoiceLine.credits_line_id.is_(None), Invoice.state == InvoiceState.ISSUED.value)
    )
    if line is None:
        return None
    rest = crediting.left(line.invoice)[line.id].gross
    back = _gross(charge, line)
    if min(back.minor, rest.minor) <= 0:
        return None
    with i18n.speaking(line.invoice.locale):
        reason = explain(charge).title
    note = crediting.credit(line.invoice, {line.id: back if back.minor < rest.minor else None}, reason, on)
    charge.invoice_id = note.id
    db.session.flush()
    return note


def _gross(charge: Charge, line: InvoiceLine) -> Money:
    """What the payer gets back, VAT included, at the line's own rate."""
    back = Money(-charge.amount, charge.currency)
    base = line.gross if charge.tax_included else line.net
    return back.share(line.gross, base) if base else back
