"""Deposits: money held as security. No turnover and no VAT until some of it is kept; then it pays what is owed."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from coworking.core import clock
from coworking.core.db import db
from coworking.core.money import Money

from . import balance, freeing, hooks, overdue, refunding
from .models import Account, Allocation, Deposit, Payment, PaymentState


class NotHeld(ValueError):
    """The deposit never came, or was returned already."""


def ask(account: Account, source_key: str, amount: Money) -> Deposit:
    """Ask for a deposit, once for each thing that it secures, such as ``subscription:<id>``."""
    known = db.session.scalar(sa.select(Deposit).where(Deposit.source_key == source_key))
    if known is not None:
        return known
    row = Deposit(account_id=account.id, source_key=source_key, amount=amount.minor, currency=amount.currency)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return db.session.scalars(sa.select(Deposit).where(Deposit.source_key == source_key)).one()
    return row


def purpose_of(deposit: Deposit) -> str:
    """What a payment of it is for."""
    return f"deposit:{deposit.id}"


def waiting(account: Account) -> Sequence[Deposit]:
    """Deposits that were asked for and did not come."""
    wanted = sa.select(Deposit).where(Deposit.account_id == account.id, Deposit.received_at.is_(None), Deposit.returned_at.is_(None))
    return db.session.scalars(wanted.order_by(Deposit.asked_at)).all()


def held() -> Sequence[Deposit]:
    """Every deposit that is asked for or held, the oldest first."""
    return db.session.scalars(sa.select(Deposit).where(Deposit.returned_at.is_(None)).order_by(Deposit.asked_at, Deposit.id)).all()


def finish(deposit: Deposit, keep: Money, reason: str, *, by: UUID) -> Money:
    """Return the deposit, but for what is kept for a reason; returns what goes back.

    What is kept pays the account's open invoices and is credit beyond them: bill what it is kept for. A deposit that
    never came is no longer asked for. Raises NotHeld, or ValueError for keeping more than there is or without a reason.
    """
    db.session.flush()
    db.session.refresh(deposit, with_for_update=True)
    if deposit.returned_at is not None:
        raise NotHeld
    if not 0 <= keep.minor <= deposit.amount or keep.currency != deposit.currency or (keep.minor and not reason.strip()):
        raise ValueError("what is kept has a reason, and is a part of it")
    back, to_keep = 0, keep.minor
    for payment in _payments(deposit):
        stays = min(to_keep, freeing.kept(payment))
        to_keep -= stays
        goes = refunding.left_of(payment).minor - stays
        if goes > 0:
            refunding.refund(payment, Money(goes, deposit.currency), reason, by=by, refund_id=_refund_id(deposit, payment))
            back += goes
        _pay_invoices(payment, stays)
    deposit.returned_at, deposit.kept, deposit.reason = clock.now(), keep.minor if deposit.received_at else 0, reason[:240]
    db.session.flush()
    return Money(back, deposit.currency)


def _refund_id(deposit: Deposit, payment: Payment) -> UUID:
    # Returned twice at once, or again after a crash, it is the same refund.
    return uuid5(deposit.id, str(payment.id))


@hooks.paid("deposit")
def received(payment: Payment) -> None:
    """The deposit is there."""
    deposit = _of(payment)
    if deposit is not None and deposit.received_at is None:
        deposit.received_at = payment.received_at or clock.now()


@hooks.taken_back("deposit")
def lost(payment: Payment) -> None:
    """The bank took it back: it is asked for again."""
    deposit = _of(payment)
    if deposit is not None and deposit.returned_at is None:
        deposit.received_at = None


def _of(payment: Payment) -> Deposit | None:
    try:
        return db.session.get(Deposit, UUID(payment.purpose.partition(":")[2]))
    except ValueError:
        return None


def _payments(deposit: Deposit) -> Sequence[Payment]:
    wanted = sa.select(Payment).where(Payment.purpose == purpose_of(deposit), Payment.state == PaymentState.SUCCEEDED.value)
    return db.session.scalars(wanted.order_by(Payment.received_at)).all()


def _pay_invoices(payment: Payment, most: int) -> None:
    account = db.session.get_one(Account, payment.account_id)
    for invoice in balance.open_invoices(account):
        owed = balance.open_amount(invoice)
        part = min(owed.minor, most) if owed.currency == payment.currency else 0
        if part > 0:
            db.session.add(Allocation(payment_id=payment.id, invoice_id=invoice.id, amount=part))
            db.session.flush()
            most -= part
    overdue.settled(account.id)
