"""Every night the provider's book and ours are laid side by side. Differences get a name; none is mended unseen.

What is merely unfinished, because an event was lost or we were killed in between, is asked for again first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db, keep, reading, release
from coworking.core.money import Money
from coworking.payments.failures import Failure, NotPossible, UnknownReference
from coworking.payments.port import Movement, MovementKind

from . import collecting, differences, gateways, paying, refunding, settling
from .events import refund_of
from .models import Payment, PaymentState, ReconciliationDifference, Refund

WINDOW = timedelta(days=7)
SETTLES = timedelta(hours=1)
"""What happened a moment ago may still be on its way to one of both books."""
UNFINISHED = (PaymentState.PENDING.value, PaymentState.PROCESSING.value)
YOUNG = timedelta(minutes=10)
FRESH = timedelta(hours=3)
"""What was begun lately is asked for every few minutes; a page that nobody pays on, only at night."""
EVER = datetime(2000, 1, 1, tzinfo=UTC)


def reconcile(now: datetime | None = None) -> Sequence[ReconciliationDifference]:
    """Lay the books of the operator in force side by side; returns the differences that stand.

    Commits as it goes; never holds a transaction while it asks. Raises ProviderUnavailable when nobody answers.
    """
    now = now or clock.now()
    finish_pending(now - YOUNG)
    port = gateways.payments()
    since = _since(now)
    release()
    movements = list(port.list_movements(since, now + SETTLES))
    adopt_missing(movements)
    # Looked at as a reader: on SQLite nobody else should wait while thousands of lines are compared.
    with reading():
        found = _compare(movements, since, now)
        release()
    for each in found:
        payment = db.session.get(Payment, each.payment_id) if each.payment_id is not None else None
        differences.name(each.kind, each.ref, payment, ours=each.ours, theirs=each.theirs)
    keys = {(each.kind, each.ref) for each in found}
    for row in differences.standing():
        if (row.kind, row.provider_ref) not in keys:
            differences.close(row)
    keep()
    return differences.standing()


def finish_pending(before: datetime, since: datetime = EVER) -> None:
    """Ask again how everything stands that was begun between two moments and is under way, and finish what a crash left half done. Commits as it goes."""
    keep()
    with reading():
        payments = db.session.execute(
            sa.select(Payment.id, Payment.idempotency_key, Payment.checkout_ref, Payment.provider_ref)
            .where(Payment.provider == gateways.STRIPE, Payment.state.in_(UNFINISHED), Payment.created_at.between(since, before))
            .order_by(Payment.created_at)
        ).all()
        refunds = db.session.execute(
            sa.select(Refund.id, Refund.provider_ref)
            .where(Refund.state.in_(UNFINISHED), Refund.created_at.between(since, before))
            .order_by(Refund.created_at)
        ).all()
        release()
    for payment_id, key, checkout_ref, provider_ref in payments:
        _finish(payment_id, key, bool(checkout_ref or provider_ref))
        keep()
    for refund_id, ref in refunds:
        try:
            if ref:
                refunding.look_again(refund_id)
            else:
                refunding.finish(refund_id)
        except (UnknownReference, NotPossible):
            release()
        keep()


def adopt_missing(movements: Sequence[Movement]) -> None:
    """Settle payments that wait here for an answer and stand in the provider's book already."""
    refs = {each.payment_ref for each in movements if each.kind is MovementKind.PAYMENT and each.payment_ref}
    known = set(db.session.scalars(sa.select(Payment.provider_ref).where(Payment.provider == gateways.STRIPE, Payment.provider_ref.is_not(None))))
    port = gateways.payments()
    for ref in sorted(refs - known):
        release()
        try:
            outcome = port.fetch(ref)
        except UnknownReference:
            continue
        paying.adopt(outcome)
        keep()


def _finish(payment_id: UUID, key: str, asked: bool) -> None:
    if asked:
        paying.look_again(payment_id)
        return
    payment = db.session.get_one(Payment, payment_id)
    if key.startswith("collect:") and not paying.is_old(payment):
        _kind, invoice_id, attempt = key.split(":", 2)
        collecting.collect(UUID(invoice_id), attempt)
    elif paying.is_old(payment):
        # Its page was never shown to anybody, or its charge is not in the book: nothing was taken.
        settling.give_up(payment, Failure.ABANDONED)


def _since(now: datetime) -> datetime:
    # A difference stays until both agree again, so its movement has to be in what is compared.
    oldest = db.session.scalar(sa.select(sa.func.min(ReconciliationDifference.found_at)).where(ReconciliationDifference.closed_at.is_(None)))
    return min(now - WINDOW, oldest - WINDOW - timedelta(days=1) if oldest is not None else now)


@dataclass(frozen=True, slots=True)
class _Found:
    """A difference, not yet written down. ``ours`` is minor units."""

    kind: str
    ref: str
    payment_id: UUID | None
    ours: int | None
    theirs: Money | None


def _compare(movements: Sequence[Movement], since: datetime, now: datetime) -> list[_Found]:
    found = [each for movement in movements if (each := _named(movement)) is not None]
    there = {each.payment_ref for each in movements if each.kind is MovementKind.PAYMENT}
    went = {each.source_ref for each in movements if each.kind in {MovementKind.REFUND, MovementKind.DISPUTE}}
    settled = (since + SETTLES, now - SETTLES)
    ours = sa.select(Payment).where(
        Payment.provider == gateways.STRIPE, Payment.state == PaymentState.SUCCEEDED.value, Payment.received_at.between(*settled)
    )
    lost = [payment for payment in db.session.scalars(ours) if payment.provider_ref not in there]
    found += [_Found("missing_there", each.provider_ref or str(each.id), each.id, each.amount, None) for each in lost]
    backs = (
        sa.select(Refund)
        .join(Payment, sa.and_(Payment.id == Refund.payment_id, Payment.operator_id == Refund.operator_id))
        .where(Payment.provider == gateways.STRIPE, Refund.state == PaymentState.SUCCEEDED.value, Refund.created_at.between(*settled))
    )
    away = [refund for refund in db.session.scalars(backs) if refund.provider_ref not in went]
    return found + [_Found("missing_there", each.provider_ref or str(each.id), each.payment_id, -each.amount, None) for each in away]


def _named(movement: Movement) -> _Found | None:
    """The difference that a line of the provider's book shows, if any."""
    if movement.kind is MovementKind.PAYMENT:
        return _named_payment(movement)
    if movement.kind is MovementKind.REFUND:
        return _named_refund(movement)
    if movement.kind in {MovementKind.PAYMENT_RETURNED, MovementKind.DISPUTE, MovementKind.DISPUTE_WON}:
        return _named_return(movement)
    return None


def _named_payment(movement: Movement) -> _Found | None:
    payment, ref, theirs = _payment(movement.payment_ref), movement.payment_ref or movement.source_ref or movement.ref, movement.amount
    if payment is None:
        return _Found("missing_here", ref, None, None, theirs)
    if payment.currency != theirs.currency:
        return _Found("currency", ref, payment.id, payment.amount, theirs)
    if payment.amount != theirs.minor:
        return _Found("amount", ref, payment.id, payment.amount, theirs)
    if payment.state != PaymentState.SUCCEEDED.value and payment.failure != Failure.DEBIT_RETURNED.value:
        return _Found("state", ref, payment.id, 0, theirs)
    return None


def _named_refund(movement: Movement) -> _Found | None:
    payment, theirs = _payment(movement.payment_ref), Money(abs(movement.amount.minor), movement.amount.currency)
    payment_id = payment.id if payment is not None else None
    refund = refund_of(movement.source_ref, None)
    if refund is None:
        return _Found("refund", movement.source_ref or movement.ref, payment_id, 0, theirs)
    # A refund that failed later stands in the book twice: once out, once back in.
    if refund.state != PaymentState.FAILED.value and refund.amount != theirs.minor:
        return _Found("refund", movement.source_ref, payment_id, refund.amount, theirs)
    return None


def _named_return(movement: Movement) -> _Found | None:
    payment, ref = _payment(movement.payment_ref), movement.source_ref or movement.ref
    if payment is None:
        return _Found("missing_here", ref, None, None, movement.amount)
    told = payment.failure == Failure.DEBIT_RETURNED.value if movement.kind is MovementKind.PAYMENT_RETURNED else bool(payment.dispute_state)
    return None if told else _Found("state", ref, payment.id, payment.amount, movement.amount)


def _payment(ref: str) -> Payment | None:
    return db.session.scalar(sa.select(Payment).where(Payment.provider == gateways.STRIPE, Payment.provider_ref == ref)) if ref else None
