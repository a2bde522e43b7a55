"""The chain of papers: each carries the hash of the one before it in its series, so that a change or a removal shows.

A paper whose legal time is over leaves its link behind (RemovedPaper): the chain still reaches from the first to the last,
and a removal that left no link shows.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from coworking.core.db import db

from .models import Invoice, InvoiceLine, InvoiceSeries, InvoiceTax, RemovedPaper

FACTS = (
    "kind", "series", "number", "label", "issued_on", "due_on", "delivered_from", "delivered_to", "seller", "buyer", "locale",
    "currency", "net", "vat", "gross", "prepaid", "reference", "note", "account_id", "credits_id", "previous_hash",
)  # fmt: skip
LINE_FACTS = (
    "position", "description", "detail", "quantity", "unit", "net", "gross", "vat_category", "vat_rate", "period_start", "period_end",
    "charge_id", "credits_line_id",
)  # fmt: skip
TAX_FACTS = ("position", "category", "rate", "net", "vat", "reason")
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link of a chain that doesn't hold: the number, and what is wrong with it."""

    number: int
    why: str
    """missing, changed, unlinked or cut."""


def canonical(invoice: Invoice) -> str:
    """Everything that the paper says, as JSON in one way only (RFC 8785 in spirit: sorted keys, no spaces)."""
    said = _facts(invoice, FACTS)
    said["lines"] = [_facts(line, LINE_FACTS) for line in sorted(invoice.lines, key=lambda line: line.position)]
    said["taxes"] = [_facts(tax, TAX_FACTS) for tax in sorted(invoice.taxes, key=lambda tax: tax.position)]
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(invoice: Invoice) -> str:
    """SHA-256 over the paper, the hash of the one before it included."""
    return hashlib.sha256(canonical(invoice).encode()).hexdigest()


def verify(series: str) -> Broken | None:
    """Walk the series of the operator in force from its first paper to its last; the first link that doesn't hold, or None.

    Reads a few hundred papers at a time, so years of them need no more memory than a month.
    """
    counter = db.session.scalar(sa.select(InvoiceSeries).where(InvoiceSeries.series == series))
    number, last = 0, ""
    while batch := _after(series, number):
        for link in batch:
            if (broken := _wrong(link, number + 1, last)) is not None:
                return broken
            number, last = number + 1, link.hash
            db.session.expunge(link)
    if counter is None:
        return None
    return None if (counter.next_number, counter.last_hash) == (number + 1, last) else Broken(number + 1, "cut")


def _after(series: str, number: int) -> list[Invoice | RemovedPaper]:
    """The next links, kept and removed ones together, in their order."""
    wanted = sa.select(Invoice).where(Invoice.series == series, Invoice.number > number).order_by(Invoice.number).limit(_AT_ONCE)
    read = wanted.options(selectinload(Invoice.lines), selectinload(Invoice.taxes)).execution_options(populate_existing=True)
    gone = sa.select(RemovedPaper).where(RemovedPaper.series == series, RemovedPaper.number > number).order_by(RemovedPaper.number).limit(_AT_ONCE)
    links: list[Invoice | RemovedPaper] = [*db.session.scalars(read), *db.session.scalars(gone)]
    return sorted(links, key=lambda link: link.number or 0)[:_AT_ONCE]


def _wrong(link: Invoice | RemovedPaper, expected: int, last: str) -> Broken | None:
    if link.number != expected:
        return Broken(expected, "missing")
    if link.previous_hash != last:
        return Broken(expected, "unlinked")
    return None if isinstance(link, RemovedPaper) or digest(link) == link.hash else Broken(expected, "changed")


def _facts(row: Invoice | InvoiceLine | InvoiceTax, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | list | dict) else str(value)
