"""Saved cards and accounts: brand, last four digits, expiry and a token, and nothing else."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from coworking.core import clock
from coworking.core.db import db, keep, release
from coworking.payments.failures import Failure, NotPossible
from coworking.payments.port import Redirect, SavedMethod, Visit

from . import customers, gateways, overdue
from .models import Account, PaymentMethod

BY_SAVED, BY_INVOICE = "saved", "invoice"


def saved(account: Account) -> Sequence[PaymentMethod]:
    """What can be charged, the default first."""
    wanted = sa.select(PaymentMethod).where(PaymentMethod.account_id == account.id, PaymentMethod.removed_at.is_(None))
    return db.session.scalars(wanted.order_by(PaymentMethod.is_default.desc(), PaymentMethod.added_at.desc())).all()


def default_of(account: Account) -> PaymentMethod | None:
    """What is charged when nobody is there."""
    return next(iter(saved(account)), None)


def keep_method(account: Account, told: SavedMethod, *, default: bool) -> PaymentMethod:
    """Write down a method that the provider keeps, once, and as the default where asked."""
    row = db.session.scalar(sa.select(PaymentMethod).where(PaymentMethod.provider == gateways.STRIPE, PaymentMethod.token == told.token))
    if row is None:
        row = PaymentMethod(account_id=account.id, provider=gateways.STRIPE, token=told.token, kind=told.kind.value)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:
            row = db.session.scalars(sa.select(PaymentMethod).where(PaymentMethod.token == told.token)).one()
    row.brand, row.last4, row.expires_month, row.expires_year, row.removed_at = told.brand[:20], told.last4[:4], told.exp_month, told.exp_year, None
    if default:
        _make_default(account, row)
        account.collect_by = BY_SAVED
    db.session.flush()
    return row


def sync(account_id: UUID) -> None:
    """Make our list what the provider's is now. Ends the transaction at hand before it asks."""
    account = db.session.get_one(Account, account_id)
    token, port = account.provider_customer, gateways.payments()
    if not token:
        return
    release()
    told = port.methods(token)
    account = db.session.get_one(Account, account_id, with_for_update={"key_share": True})
    known = {row.token: row for row in saved(account)}
    had_default = any(row.is_default for row in known.values())
    for each in told:
        keep_method(account, each, default=each.is_default or (not had_default and each is told[0]))
    for gone in known.keys() - {each.token for each in told}:
        known[gone].removed_at, known[gone].is_default = clock.now(), False
    if not told:
        account.collect_by = BY_INVOICE
    db.session.flush()


def start_saving(account: Account, key: UUID, return_url: str, cancel_url: str) -> Redirect:
    """The provider's page where the payer saves a card or account. Commits before it asks; raises a PaymentError."""
    port, currency, locale, account_id = gateways.payments(), account.currency, account.locale, account.id
    visit = Visit(return_url, cancel_url, customers.customer_of(account, port), locale=locale)
    keep()
    return port.start_saving_method(visit, currency=currency, idempotency_key=f"save:{key}", metadata={"account": str(account_id)})


def portal(account: Account, return_url: str, locale: str) -> str:
    """Address of the provider's own page of the payer's methods and receipts. Commits before it asks; raises a PaymentError."""
    port, customer = gateways.payments(), account.provider_customer
    if not customer:
        raise NotPossible(Failure.NOT_OFFERED)
    keep()
    return port.portal(customer=customer, return_url=return_url, locale=locale).url


def choose_default(method: PaymentMethod) -> None:
    """Charge this one from now on. Ours is written first: what we charge is decided here, not at the provider."""
    account = db.session.get_one(Account, method.account_id)
    _make_default(account, method)
    account.collect_by = BY_SAVED
    port, customer, token = gateways.payments(), account.provider_customer, method.token
    keep()
    if customer:
        port.choose_default(customer, token)


def remove(method: PaymentMethod) -> None:
    """Forget it here at once, then at the provider: from this moment on it is not charged, whatever the provider answers."""
    method.removed_at, method.is_default = clock.now(), False
    account = db.session.get_one(Account, method.account_id)
    db.session.flush()
    others = saved(account)
    if others:
        _make_default(account, others[0])
    else:
        account.collect_by = BY_INVOICE
    port, token = gateways.payments(), method.token
    keep()
    port.detach(token)


def pay_by_invoice(account: Account) -> None:
    """Charge nothing by itself: the payer pays each invoice when it comes."""
    account.collect_by = BY_INVOICE


def _make_default(account: Account, method: PaymentMethod) -> None:
    db.session.flush()
    others = sa.update(PaymentMethod).where(PaymentMethod.account_id == account.id, PaymentMethod.id != method.id).values(is_default=False)
    db.session.execute(others)
    method.is_default = True
    db.session.flush()
    overdue.plan_anew(account)
