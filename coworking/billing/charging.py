"""Charges: written once each by whoever sells, waived while nothing is billed, given back afterwards."""

from datetime import date
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.money import CurrencyMismatch, Money
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.tax.rates import VatClass

from .models import Account, Charge

GIVEN_BACK = "given_back"
MANUAL = "manual"


class AlreadyBilled(ValueError):
    """The charge is on an invoice: it can be credited or given back, not waived."""


class TooMuch(ValueError):
    """More would be given back than was charged."""


def charge(  # noqa: PLR0913 - each is a fact of the charge
    account: Account,
    *,
    source_kind: str,
    source_id: UUID | None,
    source_key: str,
    rule: str,
    facts: dict[str, Any],
    amount: Money,
    period_start: date,
    period_end: date,
    due_from: date,
    tax_included: bool = True,
    vat_class: VatClass = VatClass.SPACE,
    vat_country: str = "",
    person: Person | None = None,
    location_id: UUID | None = None,
    quantity: int = 1000,
    unit: str = "C62",
) -> Charge:
    """Write what ``account`` owes, once: the same ``source_key`` gives the first charge again.

    ``amount`` is for the whole ``quantity`` (thousandths of ``unit``), negative for a discount. ``period_end`` is the
    last day, included; VAT follows the rate of ``period_start`` in ``vat_country``, which is the operator's where
    none is given. A bill run takes it from ``due_from`` on. Raises ValueError for a quantity that is not above nothing.
    """
    if quantity <= 0:
        raise ValueError("a quantity is above nothing")
    if (before := _known(source_key)) is not None:
        return before
    row = Charge(
        account_id=account.id, person_id=person.id if person else None, location_id=location_id,
        source_kind=source_kind, source_id=source_id, source_key=source_key, rule=rule, facts=facts,
        quantity=quantity, unit=unit, amount=amount.minor, currency=amount.currency, tax_included=tax_included,
        vat_class=vat_class.value, vat_country=vat_country or _country(),
        period_start=period_start, period_end=period_end, due_from=due_from,
    )  # fmt: skip
    return _write(row)


def waive(charge: Charge, reason: str) -> None:
    """Want it no longer. Waiving twice is waiving once; raises AlreadyBilled once it is on an invoice."""
    if charge.waived_at is not None:
        return
    # A bill run may take it this very moment: the database decides who was first.
    open_ = (Charge.id == charge.id, Charge.invoice_id.is_(None), Charge.waived_at.is_(None))
    change = sa.update(Charge).where(*open_).values(waived_at=clock.now(), waived_because=reason[:240])
    changed = cast("CursorResult[Any]", db.session.execute(change, execution_options={"synchronize_session": False}))
    db.session.refresh(charge)
    if not changed.rowcount and charge.waived_at is None:
        raise AlreadyBilled


def give_back(charge: Charge, amount: Money, key: str, rule: str = GIVEN_BACK, facts: dict[str, Any] | None = None) -> Charge:
    """Charge less by ``amount`` (positive) on the next invoice, taxed as the charge was. The same key gives it back once.

    Raises TooMuch beyond what is left of the charge, CurrencyMismatch for another currency.
    """
    if (before := _known(key)) is not None:
        return before
    if amount.currency != charge.currency:
        raise CurrencyMismatch(f"{amount.currency} and {charge.currency}")
    db.session.refresh(charge, with_for_update=True)
    if not 0 < amount.minor <= left_of(charge).minor:
        raise TooMuch
    today = clock.now().date()
    row = Charge(
        account_id=charge.account_id, person_id=charge.person_id, location_id=charge.location_id,
        source_kind=GIVEN_BACK, source_id=charge.id, source_key=key, rule=rule, facts={"of": str(charge.id), **(facts or {})},
        quantity=charge.quantity, unit=charge.unit, amount=-amount.minor, currency=charge.currency, tax_included=charge.tax_included,
        vat_class=charge.vat_class, vat_country=charge.vat_country,
        period_start=charge.period_start, period_end=charge.period_end, due_from=min(charge.due_from, today),
    )  # fmt: skip
    return _write(row)


def take_back(charge: Charge, amount: Money, key: str, reason: str, rule: str = GIVEN_BACK, facts: dict[str, Any] | None = None) -> Charge | None:
    """Waive the charge where all of it goes and nothing is billed yet; else give back. None where nothing is to go."""
    if charge.waived_at is not None or not amount:
        return None
    if charge.invoice_id is None and amount == charge.money:
        try:
            waive(charge, reason)
        except AlreadyBilled:
            return give_back(charge, amount, key, rule, facts)
        return None
    return give_back(charge, amount, key, rule, facts)


def given_back(charge: Charge) -> list[Charge]:
    """What was given back of a charge."""
    wanted = sa.select(Charge).where(Charge.source_kind == GIVEN_BACK, Charge.source_id == charge.id, Charge.waived_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Charge.created_at)))


def left_of(charge: Charge) -> Money:
    """The charge less what was given back of it."""
    return Money(charge.amount + sum(each.amount for each in given_back(charge)), charge.currency)


def charged_for(source_kind: str, source_id: UUID) -> list[Charge]:
    """Charges of one fact, such as a booking, that were not waived; oldest first."""
    wanted = sa.select(Charge).where(Charge.source_kind == source_kind, Charge.source_id == source_id, Charge.waived_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Charge.created_at, Charge.id)))


def open_charges(account: Account) -> list[Charge]:
    """What will come onto the account's next invoices, oldest first."""
    wanted = sa.select(Charge).where(Charge.account_id == account.id, Charge.invoice_id.is_(None), Charge.waived_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Charge.due_from, Charge.period_start, Charge.id)))


def _country() -> str:
    return db.session.get_one(Operator, tenancy.current_operator_id()).country


def _known(source_key: str) -> Charge | None:
    return db.session.scalar(sa.select(Charge).where(Charge.source_key == source_key))


def _write(row: Charge) -> Charge:
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        # Two at once with one key: the unique constraint let one through.
        if (before := _known(row.source_key)) is None:
            raise
        return before
    return row
