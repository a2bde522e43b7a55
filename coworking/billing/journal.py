"""The books of a period, double entry: every issued paper and every payment, for what accountants import."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload, selectinload

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.money import Money
from coworking.operators.models import Operator
from coworking.papers.exports import books, posting
from coworking.papers.exports.books import Books, Customer, Entry, Journal, Posting
from coworking.papers.exports.posting import Chart
from coworking.papers.paper import Bank

from . import papers, parties
from .models import Allocation, Invoice, InvoiceState, Payment, PaymentState, Refund
from .settings import settings_of

SALES, MONEY = "VT", "BQ"
_HOW = {"cash": "cash", "card": "card", "sepa_debit": "card"}


@dataclass(frozen=True, slots=True)
class _Event:
    """One thing that is entered: when, and how it becomes an entry once it has its number."""

    day: date
    journal: str
    source: Invoice | Payment | Refund | Allocation


def chart_of(operator: Operator) -> Chart:
    """Account numbers by the operator's country; Norway's for a country without a chart of its own."""
    return posting.CHARTS.get(operator.country, posting.NORWAY)


def build(first: date, last: date, currency: str = "") -> Books:
    """The books from ``first`` to ``last``, both on the operator's wall, in the operator's currency unless told.

    Opening balances are what papers and payments before ``first`` add up to. Papers in other currencies are books of their own.
    """
    operator = db.session.get_one(Operator, tenancy.current_operator_id())
    currency, chart = currency or operator.currency, chart_of(operator)
    events = sorted(_events(currency, last, operator.zone), key=lambda event: (event.day, event.journal, str(event.source.id)))
    numbers = count(1)
    entries = [(event, _entry(event, next(numbers), chart, operator.zone)) for event in events]
    inside = [(event, entry) for event, entry in entries if event.day >= first]
    opening, owed = _before([entry for event, entry in entries if event.day < first], currency)
    seller = parties.seller_of(operator, settings_of(operator))
    return Books(
        company=papers.seller_party(seller),
        currency=currency,
        starts_on=first,
        ends_on=last,
        created_on=clock.today(operator.zone),
        accounts=tuple(_accounts([entry for _event, entry in entries], opening, currency)),
        customers=tuple(_customers([event for event, _entry in entries], owed, chart, currency)),
        journals=(
            Journal(SALES, _("Sales"), tuple(entry for event, entry in inside if event.journal == SALES)),
            Journal(MONEY, _("Money in and out"), tuple(entry for event, entry in inside if event.journal == MONEY)),
        ),
        bank=Bank(seller["bank"]["iban"], seller["bank"]["bic"], seller["bank"]["account"], seller["name"]),
    )


def _events(currency: str, last: date, zone: str) -> Iterator[_Event]:
    issued = (Invoice.state == InvoiceState.ISSUED.value, Invoice.currency == currency, Invoice.issued_on <= last)
    read = (selectinload(Invoice.lines), selectinload(Invoice.taxes), joinedload(Invoice.account))
    for paper in db.session.scalars(sa.select(Invoice).where(*issued).options(*read)):
        if paper.gross:
            yield _Event(paper.issued_on or last, SALES, paper)
    came = (Payment.currency == currency, Payment.state == PaymentState.SUCCEEDED.value, Payment.received_at.is_not(None))
    for payment in db.session.scalars(sa.select(Payment).where(*came).options(joinedload(Payment.account))):
        day = clock.wall_day(payment.received_at or payment.created_at, zone)
        if day <= last:
            yield _Event(day, MONEY, payment)
    same = sa.and_(Payment.id == Refund.payment_id, Payment.operator_id == Refund.operator_id)
    back = sa.select(Refund).join(Payment, same).where(Refund.state == PaymentState.SUCCEEDED.value, Payment.currency == currency)
    for refund in db.session.scalars(back):
        day = clock.wall_day(refund.created_at, zone)
        if day <= last:
            yield _Event(day, MONEY, refund)
    yield from _kept_deposits(currency, last, zone)


def _kept_deposits(currency: str, last: date, zone: str) -> Iterator[_Event]:
    paid = sa.and_(Payment.id == Allocation.payment_id, Payment.operator_id == Allocation.operator_id)
    kept = sa.select(Allocation).join(Payment, paid).where(Payment.currency == currency, Payment.purpose.startswith("deposit:"))
    for part in db.session.scalars(kept):
        day = clock.wall_day(part.created_at, zone)
        if day <= last:
            yield _Event(day, MONEY, part)


def _entry(event: _Event, number: int, chart: Chart, zone: str) -> Entry:
    source = event.source
    if isinstance(source, Invoice):
        entered = clock.wall_day(source.issued_at, zone) if source.issued_at else event.day
        return posting.of_paper(papers.paper_of(source), number, str(source.account.number), chart, entered)
    payment = source if isinstance(source, Payment) else db.session.get_one(Payment, source.payment_id)
    if isinstance(source, Allocation):
        return _kept(source, payment, number, chart, event.day)
    amount = payment.money if isinstance(source, Payment) else Money(-source.amount, payment.currency)
    text = f"{_('Payment') if isinstance(source, Payment) else _('Paid back')} {payment.account.label}"
    into, document = getattr(chart, _HOW.get(payment.how, "bank")), payment.provider_ref or str(payment.id)[-12:]
    if payment.purpose.partition(":")[0] == "deposit":
        # Security is the payer's money: it is owed back, and no income.
        entries = (Posting(into, amount, text), Posting(chart.deposits, amount * -1, text))
        return Entry(number, event.day, text, document, event.day, event.day, entries)
    return posting.of_payment(amount, number, str(payment.account.number), chart, event.day, document=document, into=into, text=text)


def _kept(part: Allocation, payment: Payment, number: int, chart: Chart, day: date) -> Entry:
    """What of a deposit was kept is no longer owed back, and pays what its payer owes."""
    text, amount, payer = f"{_('Kept of the deposit')} {payment.account.label}", Money(part.amount, payment.currency), str(payment.account.number)
    postings = (Posting(chart.deposits, amount, text), Posting(chart.receivables, amount * -1, text, payer))
    return Entry(number, day, text, payment.provider_ref or str(payment.id)[-12:], day, day, postings)


def _before(entries: list[Entry], currency: str) -> tuple[dict[str, Money], dict[str, Money]]:
    accounts: dict[str, Money] = {}
    customers: dict[str, Money] = {}
    nothing = Money(0, currency)
    for entry in entries:
        for each in entry.postings:
            accounts[each.account] = accounts.get(each.account, nothing) + each.amount
            if each.customer:
                customers[each.customer] = customers.get(each.customer, nothing) + each.amount
    return accounts, customers


def _accounts(entries: list[Entry], opening: dict[str, Money], currency: str) -> Iterator[books.Account]:
    used = sorted({each.account for entry in entries for each in entry.postings})
    operator = db.session.get_one(Operator, tenancy.current_operator_id())
    names = _names(chart_of(operator))
    for number in used:
        yield books.Account(number, names.get(number, number), opening.get(number, Money(0, currency)))


def _names(chart: Chart) -> dict[str, str]:
    """What the accounts are called; where one number serves twice, the first name holds."""
    named = {
        chart.receivables: _("Customers"),
        chart.bank: _("Bank"),
        chart.cash: _("Cash"),
        chart.card: _("Card payments on their way"),
        chart.deposits: _("Deposits held"),
    }
    for category, number in chart.sales.items():
        named.setdefault(number, _("Sales") if category == "S" else _("Sales without VAT"))
    for number in (*chart.vat.values(), chart.vat_other):
        named.setdefault(number, _("VAT on sales"))
    return named


def _customers(events: list[_Event], owed: dict[str, Money], chart: Chart, currency: str) -> Iterator[Customer]:
    known = {}
    for event in events:
        source = event.source
        payer = source.account if isinstance(source, Invoice | Payment) else db.session.get_one(Payment, source.payment_id).account
        known[payer.number] = payer
    for number, payer in sorted(known.items()):
        party = papers.buyer_party(parties.buyer_of(payer))
        yield Customer(str(number), party, chart.receivables, owed.get(str(number), Money(0, currency)))
