"""Numbers without gaps: one counter a series, locked from when a number is taken until the paper is committed.

A transaction that rolls back puts its number back, because nobody else could take the next one meanwhile. French law (CGI,
annexe II, art. 242 nonies A) and Norwegian law (bokføringsforskriften § 5-1-1) want it so.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from coworking.core import tenancy
from coworking.core.db import db

from .models import Invoice, InvoiceSeries


def taken(series: str) -> InvoiceSeries:
    """The counter of a series, held until the end of the transaction. Whoever asks meanwhile waits."""
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    new = dialect.insert(InvoiceSeries).values(operator_id=tenancy.current_operator_id(), series=series, next_number=1, last_hash="")
    counter = _locked(series)
    if counter is None:
        db.session.execute(new.on_conflict_do_nothing())
        counter = _locked(series)
    assert counter is not None  # noqa: S101 - just written
    return counter


def label(series: str, number: int) -> str:
    """The number as printed: ``KV-000123``."""
    return f"{series}-{number:06d}"


def no_earlier(counter: InvoiceSeries, on: date) -> date:
    """The day ``on``, or that of the paper before where this one comes late over midnight: numbers and days rise together."""
    before = sa.select(Invoice.issued_on).where(Invoice.series == counter.series, Invoice.number == counter.next_number - 1)
    last = db.session.scalar(before)
    return max(on, last) if last is not None else on


def _locked(series: str) -> InvoiceSeries | None:
    wanted = sa.select(InvoiceSeries).where(InvoiceSeries.series == series).with_for_update()
    return db.session.scalar(wanted.execution_options(populate_existing=True))
