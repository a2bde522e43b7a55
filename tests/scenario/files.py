"""What the accountant gets: every file is read anew, and says what the invoices and the bank said."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO

import sqlalchemy as sa
from lxml import etree

from coworking.billing import balance, journal, papers
from coworking.billing.models import Account, Invoice, InvoiceKind
from coworking.core.db import db
from coworking.papers.exports import fec, journal_csv, saft_no

from .houses import House

SAFT = {"s": "urn:StandardAuditFile-Taxation-Financial:NO"}
RECEIVABLES = {"NO": "1500", "FR": "411000", "GB": "1100"}
SALES = {"NO": "3", "FR": "706", "GB": "4"}
VAT = {"NO": "27", "FR": "4457", "GB": "2200"}
DEPOSITS = {"NO": "2990", "FR": "165000", "GB": "2150"}
Lines = list[tuple[str, str, Decimal]]
"""Account, customer, and amount: debit positive."""


def differences(house: House, first: date, last: date) -> list[str]:
    """All that the files say otherwise than the invoices, the deposits and the balances."""
    books = journal.build(first, last)
    files = {"csv": _csv(journal_csv.export(books))}
    if house.where.country == "NO":
        files["saft"] = _saft(saft_no.export(books))
    if house.where.country == "FR":
        files["fec"] = _fec(fec.export(books))
    return [f"{name}: {each}" for name, lines in files.items() for each in _wrong(house, lines)]


def papers_that_do_not_add_up() -> list[str]:
    """Every issued paper is built; the label and the trouble of each that can't be."""
    found = []
    for invoice in db.session.scalars(sa.select(Invoice).where(Invoice.gross > 0)):
        try:
            papers.paper_of(invoice)
        except ValueError as trouble:
            found.append(f"{invoice.label}: {trouble}")
    return found


def samples(of_each: int) -> list[Invoice]:
    """Some of each kind of paper, the last first: invoices that were partly paid before and credit notes among them."""
    found: list[Invoice] = []
    for kind in InvoiceKind:
        wanted = sa.select(Invoice).where(Invoice.kind == kind.value, Invoice.gross > 0).order_by(Invoice.prepaid.desc(), Invoice.number.desc())
        found += db.session.scalars(wanted.limit(of_each)).all()
    return found


def _wrong(house: House, lines: Lines) -> Iterator[str]:
    where = house.where.country
    net, vat = _issued("net"), _issued("vat")
    owed = sum((told.minor for account in db.session.scalars(sa.select(Account)).all() for told in balance.balance(account).values()), 0)
    wanted = {
        "all": 0, "sales": -net, "VAT": -vat, "owed by customers": owed,
        "deposits": -sum(sum(payer.held) for payer in house.payers.values()),
    }  # fmt: skip
    told = {
        "all": _sum(lines, ""),
        "sales": _sum(lines, SALES[where]),
        "VAT": _sum(lines, VAT[where]),
        "owed by customers": _sum(lines, RECEIVABLES[where]),
        "deposits": _sum(lines, DEPOSITS[where]),
    }
    for what, minor in wanted.items():
        if told[what] != minor:
            yield f"{what}: {minor} by the papers, {told[what]} in the file"
    owed_by: dict[str, Decimal] = defaultdict(Decimal)
    for _account, customer, amount in lines:
        if customer:
            owed_by[customer] += amount
    for account in db.session.scalars(sa.select(Account)).all():
        told_of = sum(each.minor for each in balance.balance(account).values())
        if owed_by.get(str(account.number), Decimal(0)) * 100 != told_of:
            yield f"{account.name} owes {told_of}, and {owed_by.get(str(account.number))} in the file"


def _issued(column: str) -> int:
    of = getattr(Invoice, column)
    return int(db.session.scalar(sa.select(sa.func.sum(sa.case((Invoice.kind == InvoiceKind.INVOICE.value, of), else_=-of)))) or 0)


def _sum(lines: Lines, account: str) -> int:
    return int(sum((amount for number, _customer, amount in lines if number.startswith(account)), Decimal(0)) * 100)


def _csv(data: bytes) -> Lines:
    rows = csv.DictReader(StringIO(data.decode("utf-8-sig")))
    return [(row["account"], row["customer"], Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)) for row in rows]


def _fec(data: bytes) -> Lines:
    rows = csv.DictReader(StringIO(data.decode()), delimiter="\t")
    return [(row["CompteNum"], row["CompAuxNum"], _comma(row["Debit"]) - _comma(row["Credit"])) for row in rows]


def _comma(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _saft(data: bytes) -> Lines:
    lines: Lines = []
    root = etree.fromstring(data)
    for line in root.iterfind(".//s:Line", SAFT):
        text = {etree.QName(child).localname: child for child in line}
        debit, credit = (Decimal(text[tag].findtext("s:Amount", "0", SAFT)) if tag in text else Decimal(0) for tag in ("DebitAmount", "CreditAmount"))
        lines.append((line.findtext("s:AccountID", "", SAFT), line.findtext("s:CustomerID", "", SAFT), debit - credit))
    debits = sum(amount for _account, _customer, amount in lines if amount > 0)
    assert Decimal(root.findtext(".//s:TotalDebit", "0", SAFT)) == debits
    return lines
