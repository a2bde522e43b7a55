"""From papers and payments to entries, by the usual accounts of each country; an operator's accountant may name others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from coworking.core.money import Money, from_decimal

from ..paper import Category, Paper, total
from .books import Entry, Posting, VatPart


@dataclass(frozen=True, slots=True)
class Chart:
    """Account numbers that billing posts on. ``vat`` is by rate in basis points; rates that are not named use ``vat_other``."""

    receivables: str
    bank: str
    cash: str
    card: str
    deposits: str
    sales: Mapping[Category, str]
    vat: Mapping[int, str]
    vat_other: str


# Norsk Standard 4102, Plan comptable général, and the numbers most British bookkeeping programs start with.
NORWAY = Chart(
    "1500",
    "1920",
    "1900",
    "1921",
    "2990",
    {"S": "3000", "Z": "3100", "E": "3200", "AE": "3100", "O": "3200"},
    {2500: "2700", 1500: "2701", 1200: "2702"},
    "2700",
)
FRANCE = Chart(
    "411000", "512000", "530000", "511500", "165000", {"S": "706000", "Z": "706000", "E": "706000", "AE": "706000", "O": "706000"}, {}, "445710"
)
BRITAIN = Chart("1100", "1200", "1230", "1250", "2150", {"S": "4000", "Z": "4010", "E": "4020", "AE": "4030", "O": "4040"}, {}, "2200")
CHARTS: Mapping[str, Chart] = {"NO": NORWAY, "FR": FRANCE, "GB": BRITAIN}


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a paper's currency was worth in the books' own when the paper was issued."""

    currency: str
    value: Decimal

    def of(self, money: Money) -> Money:
        """The amount in the books' currency, rounded half up."""
        return from_decimal(money.decimal * self.value, self.currency)


def of_paper(paper: Paper, number: int, customer: str, chart: Chart, entered_on: date, rate: Rate | None = None) -> Entry:
    """An issued paper: what the customer owes against sales and VAT; all reversed for a credit note."""
    rate = rate or Rate(paper.currency, Decimal(1))
    sign = -1 if paper.is_credit else 1
    text = f"{paper.label} {paper.buyer.name}"

    def posting(account: str, amount: Money, vat: VatPart | None = None) -> Posting:
        foreign = amount if amount.currency != rate.currency else None
        return Posting(account, rate.of(amount), text, vat=vat, foreign=foreign)

    sold = []
    for tax in paper.taxes:
        part = VatPart(tax.category, tax.rate, _size(rate.of(tax.net)), _size(rate.of(tax.vat)))
        sold.append(posting(chart.sales[tax.category], tax.net * -sign, part))
        if tax.vat:
            sold.append(posting(chart.vat.get(tax.rate, chart.vat_other), tax.vat * -sign))
    # What is owed is the sum of the rest, so that rounding at the exchange rate never leaves an entry open.
    owed = replace(
        posting(chart.receivables, paper.gross * sign),
        amount=total((one.amount for one in sold), rate.currency) * -1, customer=customer, reference=paper.reference, due_on=paper.due_on,
    )  # fmt: skip
    return Entry(number, paper.issued_on, text, paper.label, paper.issued_on, entered_on, (owed, *sold))


def _size(money: Money) -> Money:
    return Money(abs(money.minor), money.currency)


def of_payment(amount: Money, number: int, customer: str, chart: Chart, day: date, *, document: str, into: str, text: str) -> Entry:
    """Money that came in on account ``into``, or went back when negative, against what the customer owes."""
    postings = (Posting(into, amount, text), Posting(chart.receivables, amount * -1, text, customer))
    return Entry(number, day, text, document, day, day, postings)
