"""Papers and payments that belong together: they go together, once the last of them has had its time and nobody owes anything.

Taking an invoice away but not the payment that settled it would leave the payer with credit that they don't have.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.billing.models import Allocation, Charge, Invoice, InvoiceLine, InvoiceState, Payment, PaymentState, Refund
from coworking.core import clock
from coworking.core.db import db

MOST = 2000
"""Papers and payments in one settlement. A longer chain stays until it is shorter."""
_BACK = (PaymentState.SUCCEEDED.value, PaymentState.PROCESSING.value, PaymentState.PENDING.value)
_MOVING = (PaymentState.PROCESSING.value,)


@dataclass(slots=True)
class Settlement:
    """Invoices, credit notes and payments that settle one another, with the charges on them."""

    invoices: dict[UUID, Invoice] = field(default_factory=dict)
    payments: dict[UUID, Payment] = field(default_factory=dict)
    charges: dict[UUID, Charge] = field(default_factory=dict)
    allocations: dict[UUID, Allocation] = field(default_factory=dict)
    refunds: dict[UUID, Refund] = field(default_factory=dict)

    def last_day(self, zone: str) -> date:
        """The day, on the wall of ``zone``, of the last thing that happened in it."""
        moments: Iterable[datetime | None] = [
            *(moment for payment in self.payments.values() for moment in (payment.created_at, payment.received_at)),
            *(each.created_at for each in self.allocations.values()),
            *(each.created_at for each in self.refunds.values()),
        ]
        days = [clock.wall_day(moment, zone) for moment in moments if moment is not None]
        return max([*days, *(invoice.issued_on for invoice in self.invoices.values() if invoice.issued_on is not None)])

    @property
    def is_settled(self) -> bool:
        """Whether everything is issued and paid, nothing is on its way, and nothing is left over."""
        if len(self.invoices) + len(self.payments) > MOST:
            return False
        if any(invoice.state != InvoiceState.ISSUED.value for invoice in self.invoices.values()):
            return False
        if any(payment.state in _MOVING for payment in self.payments.values()):
            return False
        return not any(self._left().values())

    def _left(self) -> dict[UUID, int]:
        """Minor units that each invoice still owes, and that each credit note and payment has left."""
        left: dict[UUID, int] = defaultdict(int)
        for invoice in self.invoices.values():
            left[invoice.id] += invoice.gross
        for payment in self.payments.values():
            left[payment.id] += payment.amount if payment.state == PaymentState.SUCCEEDED.value else 0
        for each in self.allocations.values():
            left[each.invoice_id] -= each.amount
            left[each.payment_id or each.credit_note_id or each.invoice_id] -= each.amount
        for refund in self.refunds.values():
            left[refund.payment_id] -= refund.amount if refund.state in _BACK else 0
        return left


def around(invoice: Invoice | None = None, payment: Payment | None = None) -> Settlement:
    """Everything that hangs together with an invoice or a payment."""
    found, read = Settlement(), set[UUID]()
    papers, moneys = _ids(invoice), _ids(payment)
    while (papers or moneys) and len(read) <= MOST:
        _read(found, papers, moneys)
        read |= papers | moneys
        papers, moneys = (named - read for named in _named(found))
    return found


def _ids(row: Invoice | Payment | None) -> set[UUID]:
    return {row.id} if row is not None else set()


def _read(found: Settlement, papers: Collection[UUID], moneys: Collection[UUID]) -> None:
    """Papers and payments by their ids, and what hangs on them."""
    found.invoices |= _rows(Invoice, sa.or_(Invoice.id.in_(papers), Invoice.credits_id.in_(papers)))
    found.payments |= _rows(Payment, Payment.id.in_(moneys))
    mine = (Allocation.invoice_id.in_(papers), Allocation.credit_note_id.in_(papers), Allocation.payment_id.in_(moneys))
    found.allocations |= _rows(Allocation, sa.or_(*mine))
    found.refunds |= _rows(Refund, sa.or_(Refund.payment_id.in_(moneys), Refund.credit_note_id.in_(papers)))
    lines = sa.select(InvoiceLine.charge_id).where(InvoiceLine.invoice_id.in_(papers), InvoiceLine.charge_id.is_not(None))
    found.charges |= _rows(Charge, sa.or_(Charge.invoice_id.in_(papers), Charge.id.in_(lines)))


def _named(found: Settlement) -> tuple[set[UUID], set[UUID]]:
    """Ids of papers and of payments that the rows found so far name."""
    papers = {each.invoice_id for each in found.allocations.values()} | {each.credit_note_id for each in found.allocations.values()}
    papers |= {invoice.credits_id for invoice in found.invoices.values()} | {refund.credit_note_id for refund in found.refunds.values()}
    papers |= {charge.invoice_id for charge in found.charges.values()} | _billed_on(found.charges.keys()) | found.invoices.keys()
    moneys = {each.payment_id for each in found.allocations.values()} | {refund.payment_id for refund in found.refunds.values()}
    return {each for each in papers if each is not None}, {each for each in moneys if each is not None}


def _billed_on(charges: Collection[UUID]) -> set[UUID]:
    return set(db.session.scalars(sa.select(InvoiceLine.invoice_id).where(InvoiceLine.charge_id.in_(charges))))


def _rows(model: Any, condition: sa.ColumnElement[bool]) -> dict[UUID, Any]:
    return {row.id: row for row in db.session.scalars(sa.select(model).where(condition))}
