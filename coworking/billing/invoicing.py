"""From charges to an invoice: a draft gathers what is open and may still change, issuing makes it final."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, i18n, tenancy
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.spaces.models import Location
from coworking.tax.computing import Treatment, compute

from . import allocating, hashing, home_currency, numbering, parties, references, taxing
from .explaining import explain
from .models import Account, BillRun, Charge, Invoice, InvoiceLine, InvoiceSeries, InvoiceState
from .settings import settings_of

_OPEN = (Charge.invoice_id.is_(None), Charge.waived_at.is_(None))


class NothingToBill(ValueError):
    """There is no line, or what is given back is more than what is charged."""


class AlreadyIssued(ValueError):
    """The paper is out: it can be credited, not changed."""


def draft(
    account: Account, until: date, currency: str = "", *, charges: Collection[Charge] | None = None, run: BillRun | None = None
) -> Invoice | None:
    """A draft with every open charge in one currency (the account's unless told) that is due by ``until``, or with ``charges`` alone.

    None where nothing is left to take. A charge is on one paper at most: the database gives it to whoever asks first.
    """
    currency = currency or account.currency
    wanted = [Charge.account_id == account.id, Charge.currency == currency, *_OPEN]
    wanted.append(Charge.due_from <= until if charges is None else Charge.id.in_([charge.id for charge in charges]))
    if db.session.scalar(sa.select(Charge.id).where(*wanted).limit(1)) is None:
        return None
    series = settings_of(_operator()).series
    invoice = Invoice(account_id=account.id, series=series, locale=account.locale, currency=currency, bill_run_id=run.id if run else None)
    db.session.add(invoice)
    db.session.flush()
    claim = sa.update(Charge).where(*wanted).values(invoice_id=invoice.id).returning(Charge.id)
    if not db.session.execute(claim, execution_options={"synchronize_session": False}).all():
        db.session.delete(invoice)
        db.session.flush()
        return None
    redraw(invoice)
    return invoice


def redraw(invoice: Invoice) -> None:
    """Write the draft's lines and sums anew from its charges, in its reader's language. Raises AlreadyIssued."""
    refuse_issued(invoice)
    charges = charges_of(invoice)
    treatments = [taxing.treatment_of(charge, invoice.account) for charge in charges]
    invoice.lines.clear()
    invoice.taxes.clear()
    # Places are unique on a paper: the old lines must be gone before the new ones come.
    db.session.flush()
    with i18n.speaking(invoice.locale), db.session.no_autoflush:
        invoice.lines = [_line(charge, treatment, position) for position, (charge, treatment) in enumerate(zip(charges, treatments, strict=True), 1)]
    lines = [taxing.priced(charge, treatment) for charge, treatment in zip(charges, treatments, strict=True)]
    taxing.write_sums(invoice, compute(lines, invoice.currency))
    invoice.delivered_from = min((charge.period_start for charge in charges), default=None)
    invoice.delivered_to = max((charge.period_end for charge in charges), default=None)
    db.session.flush()


def issue(invoice: Invoice, on: date | None = None, *, drawn: bool = False, bought: bool = False) -> Invoice:
    """Make a draft final: next number of its series, parties as they are now, sealed by its hash; credit of the account pays it.

    ``on`` is a day on the operator's wall, today unless told. ``drawn`` says that it was drafted in this transaction, so
    that its lines can't have grown old. ``bought``: it is paid for at this moment, so a missing exchange rate must not hold
    it up. Issuing twice is issuing once. Raises NothingToBill or NoRate.
    """
    if not drawn:
        db.session.refresh(invoice, with_for_update=True)
    if invoice.is_issued:
        return invoice
    if not drawn:
        redraw(invoice)
    if not invoice.lines or invoice.gross < 0:
        raise NothingToBill
    operator = _operator()
    spare = allocating.spare(invoice.account_id, invoice.currency)
    counter = numbering.taken(invoice.series)
    day = numbering.no_earlier(counter, on or clock.today(operator.zone))
    invoice.due_on = day + timedelta(days=settings_of(operator).payment_days)
    invoice.reference = references.make(operator.country, invoice.account.number, counter.next_number)
    invoice.prepaid = min(spare.minor, invoice.gross)
    seal(invoice, counter, day, place_of(charges_of(invoice)), bought=bought)
    if invoice.prepaid:
        allocating.settle_from_credit(invoice)
    return invoice


def seal(paper: Invoice, counter: InvoiceSeries, day: date, place: str = "", *, bought: bool = False) -> None:
    """Give a paper its number, parties and hash, and move the series on. From here on the database refuses changes.

    ``place`` is where it was delivered, in words. Raises NoRate unless ``bought``.
    """
    operator = _operator()
    at_home = _vat_at_home(paper, operator, day, bought)
    # Number, state and hash must reach the database together: what is issued can't be touched again.
    with db.session.no_autoflush:
        paper.seller = parties.seller_of(operator, settings_of(operator)) | {"place": place} | ({"vat_at_home": at_home} if at_home else {})
        paper.buyer = parties.buyer_of(paper.account)
        paper.number, paper.label = counter.next_number, numbering.label(counter.series, counter.next_number)
        paper.issued_on, paper.issued_at, paper.state = day, clock.now(), InvoiceState.ISSUED.value
        paper.previous_hash = counter.last_hash
        paper.hash = hashing.digest(paper)
        counter.next_number, counter.last_hash = counter.next_number + 1, paper.hash
        db.session.flush()


def bill(account: Account, charges: Collection[Charge], on: date | None = None) -> Invoice | None:
    """Put charges of one currency onto an invoice at once, as for what is bought in one go. None where they are billed already."""
    first = next(iter(charges), None)
    made = draft(account, clock.today(_operator().zone), first.currency, charges=charges) if first is not None else None
    return issue(made, on, drawn=True, bought=True) if made is not None else None


def discard(invoice: Invoice) -> None:
    """Drop a draft; what was on it is open again. Raises AlreadyIssued."""
    refuse_issued(invoice)
    db.session.execute(sa.update(Charge).where(Charge.invoice_id == invoice.id).values(invoice_id=None))
    db.session.delete(invoice)
    db.session.flush()


def charges_of(invoice: Invoice) -> list[Charge]:
    """The charges on an invoice, by what they are for."""
    wanted = sa.select(Charge).where(Charge.invoice_id == invoice.id).order_by(Charge.period_start, Charge.source_kind, Charge.id)
    return list(db.session.scalars(wanted.execution_options(populate_existing=True)))


def place_of(charges: Collection[Charge]) -> str:
    """Where all of it was delivered, as a name and address; empty where that is not one place (bokføringsforskriften § 5-1-1 no. 5)."""
    ids = {charge.location_id for charge in charges}
    house = db.session.get(Location, next(iter(ids))) if len(ids) == 1 and None not in ids else None
    return f"{house.name}, {house.street}, {house.postcode} {house.city}" if house is not None else ""


def currencies_due(account_id: UUID, until: date) -> list[str]:
    """Currencies in which the account has something to bill by a day."""
    wanted = sa.select(Charge.currency).where(Charge.account_id == account_id, Charge.due_from <= until, *_OPEN)
    return sorted(set(db.session.scalars(wanted)))


def refuse_issued(invoice: Invoice) -> None:
    """Raise AlreadyIssued for a paper that is out."""
    if invoice.is_issued:
        raise AlreadyIssued(invoice.label)


def _vat_at_home(paper: Invoice, operator: Operator, on: date, bought: bool) -> dict[str, Any] | None:
    try:
        return home_currency.vat_at_home(paper, operator, on)
    except home_currency.NoRate:
        if not bought:
            raise
        return None


def _line(charge: Charge, treatment: Treatment, position: int) -> InvoiceLine:
    said = explain(charge)
    return InvoiceLine(
        operator_id=charge.operator_id, charge_id=charge.id, position=position,
        description=said.title[:240], detail=[text[:240] for text in said.detail],
        quantity=charge.quantity, unit=charge.unit, vat_category=treatment.category.value, vat_rate=treatment.rate,
        period_start=charge.period_start, period_end=charge.period_end,
    )  # fmt: skip


def _operator() -> Operator:
    return db.session.get_one(Operator, tenancy.current_operator_id())
