"""What a bill run would do, before it does anything: who, how much, and what somebody should look at first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import Enum
from uuid import UUID

import sqlalchemy as sa

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.money import Money
from coworking.operators.models import Operator
from coworking.tax.rates import UnknownCountry, VatClass, rate

from .models import Account, Charge, Invoice, InvoiceState

SHOWN = 100


class Odd(Enum):
    """Why somebody should look at an account before it is billed."""

    GIVES_BACK = "gives_back"
    """More is given back than charged: no invoice comes of it, but credit notes."""
    NO_ADDRESS = "no_address"
    """There is no e-mail address to send it to."""
    UNCHECKED_NUMBER = "unchecked_number"
    """A VAT number that was refused or never checked."""
    MUCH_MORE = "much_more"
    """Over three times what the last invoice came to."""
    ON_HOLD = "on_hold"
    """The account is on hold for an unpaid invoice."""


@dataclass(frozen=True, slots=True)
class Row:
    """One account in one currency."""

    account: Account
    lines: int
    total: Money
    """VAT included, before each paper's own rounding."""
    odd: list[Odd]


@dataclass(frozen=True, slots=True)
class Preview:
    """All of a run: how many accounts and lines, totals by currency, the first rows, and every row that is odd."""

    accounts: int
    lines: int
    totals: list[Money]
    rows: list[Row]
    odd: list[Row]


def preview(until: date) -> Preview:
    """Look at every charge that is due by a day; the work is one pass over sums, not one paper after the other."""
    sums = _sums(until)
    accounts = {account.id: account for account in _accounts({key for key, _currency in sums})}
    last = _last_totals(list(accounts))
    rows = [
        Row(accounts[key], lines, Money(minor, currency), _odd(accounts[key], minor, last.get((key, currency))))
        for (key, currency), (lines, minor) in sums.items()
    ]
    rows.sort(key=lambda row: (row.account.name.casefold(), row.account.number, row.total.currency))
    totals: dict[str, int] = defaultdict(int)
    for row in rows:
        totals[row.total.currency] += row.total.minor
    by_currency = [Money(minor, currency) for currency, minor in sorted(totals.items())]
    return Preview(len(accounts), sum(row.lines for row in rows), by_currency, rows[:SHOWN], [row for row in rows if row.odd])


def _sums(until: date) -> dict[tuple[UUID, str], tuple[int, int]]:
    how = (Charge.account_id, Charge.currency, Charge.tax_included, Charge.vat_class, Charge.vat_country, Charge.period_start)
    wanted = (
        sa.select(*how, sa.func.count(), sa.func.sum(Charge.amount))
        .where(Charge.invoice_id.is_(None), Charge.waived_at.is_(None), Charge.due_from <= until)
        .group_by(*how)
    )
    sums: dict[tuple[UUID, str], tuple[int, int]] = {}
    for account_id, currency, included, vat_class, country, day, lines, amount in db.session.execute(wanted):
        gross = int(amount) if included else int(amount) + _vat(Money(int(amount), currency), vat_class, country, day)
        before = sums.get((account_id, currency), (0, 0))
        sums[account_id, currency] = (before[0] + lines, before[1] + gross)
    return sums


def _vat(net: Money, vat_class: str, country: str, day: date) -> int:
    registered = db.session.get_one(Operator, tenancy.current_operator_id()).vat_registered
    try:
        return net.vat_on_top(rate(country, VatClass(vat_class), day, registered=registered)).minor
    except UnknownCountry:
        return 0


def _accounts(ids: set[UUID]) -> list[Account]:
    # All accounts with something to bill are most accounts: reading them all is one query, whatever their number.
    return [account for account in db.session.scalars(sa.select(Account)) if account.id in ids]


def _last_totals(ids: list[UUID]) -> dict[tuple[UUID, str], int]:
    if not ids:
        return {}
    newest = sa.func.row_number().over(partition_by=(Invoice.account_id, Invoice.currency), order_by=Invoice.issued_at.desc())
    ranked = sa.select(Invoice.account_id, Invoice.currency, Invoice.gross, newest.label("age")).where(
        Invoice.state == InvoiceState.ISSUED.value, Invoice.credits_id.is_(None)
    )
    table = ranked.subquery()
    wanted = sa.select(table.c.account_id, table.c.currency, table.c.gross).where(table.c.age == 1)
    return {(row[0], row[1]): int(row[2]) for row in db.session.execute(wanted)}


def _odd(account: Account, total: int, last: int | None) -> list[Odd]:
    checks = (
        (Odd.GIVES_BACK, total < 0),
        (Odd.NO_ADDRESS, not account.email),
        (Odd.UNCHECKED_NUMBER, bool(account.vat_number) and account.vat_check in {"", "refused"}),
        (Odd.MUCH_MORE, last is not None and last > 0 and total > 3 * last),
        (Odd.ON_HOLD, account.on_hold),
    )
    return [odd for odd, holds in checks if holds]
