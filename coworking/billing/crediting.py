"""Credit notes: the only way back from an issued invoice. Whole lines or parts of them, never more than was billed."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.money import Money
from coworking.operators.models import Operator
from coworking.tax.computing import Share, Treatment, part, total
from coworking.tax.rates import Category

from . import allocating, invoicing, numbering, overdue, taxing
from .models import Invoice, InvoiceKind, InvoiceLine
from .settings import settings_of


class NotCreditable(ValueError):
    """A draft, a credit note, or a line of another invoice."""


class TooMuch(ValueError):
    """More would be credited than was billed and is not credited yet."""


def credit(invoice: Invoice, amounts: Mapping[UUID, Money | None] | None, reason: str, on: date | None = None) -> Invoice:
    """Issue a credit note over parts of an invoice: by line id a gross amount, or None for all that is left of the line.

    Without ``amounts``, everything that is left. ``reason`` is printed. It settles the invoice as far as that is open; the
    rest stays as credit on the account. Raises NotCreditable or TooMuch, after which nothing is written.
    """
    db.session.refresh(invoice, with_for_update=True)
    if not invoice.is_issued or invoice.is_credit_note:
        raise NotCreditable
    parts = _parts(invoice, amounts)
    note = _note(invoice, parts, reason)
    counter = numbering.taken(note.series)
    zone = db.session.get_one(Operator, tenancy.current_operator_id()).zone
    invoicing.seal(note, counter, numbering.no_earlier(counter, on or clock.today(zone)), invoice.seller.get("place", ""))
    allocating.allocate_credit(note)
    overdue.settled(invoice.account_id)
    return note


def left(invoice: Invoice) -> dict[UUID, Share]:
    """What of each line is not credited yet."""
    taken = credited(invoice)
    rest = {line.id: (line, taken.get(line.id)) for line in invoice.lines}
    return {key: _minus(_share(line), before) if before else _share(line) for key, (line, before) in rest.items()}


def credited(invoice: Invoice) -> dict[UUID, Share]:
    """What of each line was credited already, by the id of the line."""
    ids = [line.id for line in invoice.lines]
    wanted = (
        sa.select(InvoiceLine.credits_line_id, sa.func.sum(InvoiceLine.net), sa.func.sum(InvoiceLine.gross))
        .where(InvoiceLine.credits_line_id.in_(ids))
        .group_by(InvoiceLine.credits_line_id)
    )
    currency = invoice.currency
    return {UUID(str(row[0])): Share(Money(int(row[1]), currency), Money(int(row[2]), currency)) for row in db.session.execute(wanted)}


def notes_of(invoice: Invoice) -> list[Invoice]:
    """The credit notes over an invoice, oldest first."""
    return list(db.session.scalars(sa.select(Invoice).where(Invoice.credits_id == invoice.id).order_by(Invoice.number)))


def _parts(invoice: Invoice, amounts: Mapping[UUID, Money | None] | None) -> list[tuple[InvoiceLine, Share]]:
    lines = {line.id: line for line in invoice.lines}
    wanted = dict.fromkeys(lines) if amounts is None else amounts
    if not set(wanted) <= set(lines):
        raise NotCreditable
    before, rest = credited(invoice), left(invoice)
    none = Share(Money(0, invoice.currency), Money(0, invoice.currency))
    parts = []
    for key, line in lines.items():
        if key not in wanted or not (rest[key].gross or rest[key].net):
            continue
        asked = wanted[key]
        _refuse_too_much(asked, rest[key])
        parts.append((line, rest[key] if asked is None or asked == rest[key].gross else part(_share(line), asked, before.get(key, none))))
    if not parts or sum(share.gross.minor for _line, share in parts) <= 0:
        raise TooMuch
    return parts


def _refuse_too_much(asked: Money | None, rest: Share) -> None:
    if asked is None:
        return
    # A discount line is negative: it is taken back whole or in parts of its own sign.
    if asked.currency != rest.gross.currency or not 0 < asked.minor * _sign(rest) <= rest.gross.minor * _sign(rest):
        raise TooMuch


def _note(invoice: Invoice, parts: Iterable[tuple[InvoiceLine, Share]], reason: str) -> Invoice:
    parts = list(parts)
    operator = db.session.get_one(Operator, tenancy.current_operator_id())
    note = Invoice(
        account_id=invoice.account_id, credits_id=invoice.id, kind=InvoiceKind.CREDIT_NOTE.value, series=settings_of(operator).credit_series,
        locale=invoice.locale, currency=invoice.currency, note=reason[:500], reference=invoice.reference,
        delivered_from=min(line.period_start for line, _share in parts), delivered_to=max(line.period_end for line, _share in parts),
    )  # fmt: skip
    db.session.add(note)
    db.session.flush()
    note.lines = [_mirrored(line, share, position) for position, (line, share) in enumerate(parts, 1)]
    why = {(tax.category, tax.rate): tax.reason for tax in invoice.taxes}
    treatments = [Treatment(Category(line.vat_category), line.vat_rate, why.get((line.vat_category, line.vat_rate), "")) for line, _share in parts]
    taxing.write_sums(note, total([share for _line, share in parts], treatments, invoice.currency))
    db.session.flush()
    return note


def _mirrored(line: InvoiceLine, share: Share, position: int) -> InvoiceLine:
    whole = share.gross.minor == line.gross
    return InvoiceLine(
        operator_id=line.operator_id, charge_id=line.charge_id, credits_line_id=line.id, position=position,
        description=line.description, detail=line.detail if whole else [], quantity=line.quantity if whole else 1000, unit=line.unit if whole else "C62",
        net=share.net.minor, gross=share.gross.minor, vat_category=line.vat_category, vat_rate=line.vat_rate,
        period_start=line.period_start, period_end=line.period_end,
    )  # fmt: skip


def _share(line: InvoiceLine) -> Share:
    currency = line.invoice.currency
    return Share(Money(line.net, currency), Money(line.gross, currency))


def _minus(share: Share, before: Share) -> Share:
    return Share(share.net - before.net, share.gross - before.gross)


def _sign(share: Share) -> int:
    return -1 if share.gross.minor < 0 else 1
