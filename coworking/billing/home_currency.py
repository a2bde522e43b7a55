"""VAT in the seller's own currency on papers in another: the law wants it beside the total (bokføringsforskriften § 5-1-1,
CGI annexe II art. 242 nonies A, UK VAT Regulations 1995 reg. 14, directive 2006/112/EC art. 230).

The rate is the operator's own, entered at the desk with its day: which table counts differs by country.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from coworking.core.db import db
from coworking.core.money import Money, from_decimal
from coworking.operators.models import Operator

from .models import ExchangeRate, Invoice

NATIONAL = {"NO": "NOK", "GB": "GBP", "SE": "SEK", "DK": "DKK", "CH": "CHF", "PL": "PLN", "CZ": "CZK", "IS": "ISK", "HU": "HUF", "RO": "RON"}
"""Currency in which a country's VAT is declared, where it is not the euro."""
AGE = timedelta(days=31)
MILLION = 1_000_000


class NoRate(ValueError):
    """A paper in another currency has VAT, and no exchange rate is young enough to say it at home."""

    def __init__(self, currency: str, home: str) -> None:
        super().__init__(f"{currency} in {home}")
        self.currency, self.home = currency, home


def home_of(operator: Operator) -> str:
    """The currency in which the operator declares VAT."""
    return NATIONAL.get(operator.country, "EUR")


def vat_at_home(paper: Invoice, operator: Operator, on: date) -> dict[str, Any] | None:
    """The paper's VAT in the operator's own currency: ``currency``, ``vat`` (minor units), ``rate`` and the ``day`` of the rate.

    None where the paper is in that currency or has no VAT. A credit note takes the rate of the invoice that it corrects, or
    says none where that said none. Raises NoRate.
    """
    home = home_of(operator)
    if paper.currency == home or not paper.vat:
        return None
    said = paper.credited.seller.get("vat_at_home") if paper.credited is not None else _said(paper.currency, on)
    if said is None and paper.credited is None:
        raise NoRate(paper.currency, home)
    if said is None:
        return None
    vat = from_decimal(Money(paper.vat, paper.currency).decimal * said["millionths"] / MILLION, home)
    return {"currency": home, "vat": vat.minor, "millionths": said["millionths"], "day": said["day"]}


def _said(currency: str, on: date) -> dict[str, Any] | None:
    rate = rate_on(currency, on)
    return {"millionths": rate.millionths, "day": rate.day.isoformat()} if rate is not None else None


def rate_on(currency: str, on: date) -> ExchangeRate | None:
    """The youngest rate of a currency on a day, unless it is older than AGE."""
    wanted = sa.select(ExchangeRate).where(ExchangeRate.currency == currency, ExchangeRate.day <= on, ExchangeRate.day > on - AGE)
    return db.session.scalar(wanted.order_by(ExchangeRate.day.desc()).limit(1))


def keep_rate(currency: str, on: date, rate: Decimal) -> ExchangeRate:
    """Write down what one unit of ``currency`` is worth at home on a day; a second time replaces the first."""
    row = db.session.scalar(sa.select(ExchangeRate).where(ExchangeRate.currency == currency, ExchangeRate.day == on))
    if row is None:
        row = ExchangeRate(currency=currency, day=on)
        db.session.add(row)
    row.millionths = int((rate * MILLION).to_integral_value())
    db.session.flush()
    return row


def rates() -> list[ExchangeRate]:
    """The latest rates, youngest first."""
    return list(db.session.scalars(sa.select(ExchangeRate).order_by(ExchangeRate.day.desc(), ExchangeRate.currency).limit(12)))
