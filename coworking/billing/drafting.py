"""Working on a draft: lines by hand, lines taken off, a note. Everything goes through charges, so each line stays explained."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.core.db import db
from coworking.core.money import Money
from coworking.tax.rates import VatClass

from . import charging, invoicing
from .charging import MANUAL
from .models import Account, Charge, Invoice, InvoiceLine

TAKEN_OFF = "Taken off a draft"


def charge_by_hand(
    account: Account, key: UUID, text: str, amount: Money, day: date, *, tax_included: bool = True, vat_class: VatClass = VatClass.SPACE
) -> Charge:
    """A charge that the desk writes itself; ``key`` makes a form that is sent twice count once. Raises ValueError for nothing or less."""
    if amount.minor <= 0:
        raise ValueError("what is charged by hand is more than nothing")
    facts: dict[str, Any] = {"text": text}
    return charging.charge(
        account, source_kind=MANUAL, source_id=None, source_key=f"{MANUAL}:{key}", rule=MANUAL, facts=facts, amount=amount,
        period_start=day, period_end=day, due_from=day, tax_included=tax_included, vat_class=vat_class,
    )  # fmt: skip


def add_line(invoice: Invoice, charge: Charge) -> None:
    """Put an open charge of the same payer and currency on a draft. Raises AlreadyIssued, or ValueError for another's charge."""
    invoicing.refuse_issued(invoice)
    if (charge.account_id, charge.currency) != (invoice.account_id, invoice.currency):
        raise ValueError("another payer's or another currency's charge")
    if charge.invoice_id is None and charge.waived_at is None:
        charge.invoice_id = invoice.id
        db.session.flush()
    invoicing.redraw(invoice)


def take_off(invoice: Invoice, line: InvoiceLine) -> None:
    """Take a line off a draft: what was written by hand is dropped, anything else is open again. Raises AlreadyIssued."""
    invoicing.refuse_issued(invoice)
    charge = db.session.scalar(sa.select(Charge).where(Charge.id == line.charge_id, Charge.invoice_id == invoice.id))
    if charge is not None:
        charge.invoice_id = None
        db.session.flush()
        if charge.source_kind == MANUAL:
            charging.waive(charge, TAKEN_OFF)
    invoicing.redraw(invoice)


def say(invoice: Invoice, note: str) -> None:
    """Print a note on the paper. Raises AlreadyIssued."""
    invoicing.refuse_issued(invoice)
    invoice.note = note[:500]
    db.session.flush()
