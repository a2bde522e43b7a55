"""Where the provider's books and ours differ: each difference has a name, one row, and stays until both agree again."""

from collections.abc import Sequence

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db
from coworking.core.money import Money

from . import gateways
from .models import Payment, ReconciliationDifference


def name(kind: str, ref: str, payment: Payment | None, *, ours: int | None, theirs: Money | None, currency: str = "") -> ReconciliationDifference:
    """Note a difference, once however often it is found. ``ours`` and ``theirs`` are minor units."""
    row = db.session.scalar(
        sa.select(ReconciliationDifference).where(
            ReconciliationDifference.provider == gateways.STRIPE, ReconciliationDifference.kind == kind, ReconciliationDifference.provider_ref == ref
        )
    )
    if row is None:
        row = ReconciliationDifference(provider=gateways.STRIPE, kind=kind, provider_ref=ref)
        db.session.add(row)
    elif row.closed_at is not None:
        row.closed_at, row.found_at = None, clock.now()
    row.payment_id = payment.id if payment is not None else None
    row.ours, row.theirs = ours, theirs.minor if theirs is not None else None
    row.currency = (theirs.currency if theirs is not None else "") or currency or (payment.currency if payment is not None else "")
    db.session.flush()
    return row


def standing() -> Sequence[ReconciliationDifference]:
    """Those that are open, the newest first."""
    wanted = sa.select(ReconciliationDifference).where(ReconciliationDifference.closed_at.is_(None))
    return db.session.scalars(wanted.order_by(ReconciliationDifference.found_at.desc(), ReconciliationDifference.id)).all()


def close(row: ReconciliationDifference, note: str = "") -> None:
    """Both agree again, or a person found out why they don't."""
    row.closed_at = row.closed_at or clock.now()
    row.note = note[:240] or row.note
