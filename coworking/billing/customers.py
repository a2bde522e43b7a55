"""Who a payer is at the provider: a token, made when they first pay there."""

import hashlib

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db, keep
from coworking.payments.port import Payments

from .models import Account, PaymentMethod


def customer_of(account: Account, port: Payments) -> str:
    """Their token, asked for where there is none. Commits what was written before."""
    if account.provider_customer:
        return account.provider_customer
    account_id, name, email, locale = account.id, account.name, account.email, account.locale
    keep()
    # One key for one wish: a changed address is another wish, and needs another key.
    wish = hashlib.sha256(repr((name, email, locale)).encode()).hexdigest()[:16]
    token = port.create_customer(
        name=name, email=email, locale=locale, idempotency_key=f"customer:{account_id}:{wish}", metadata={"account": str(account_id)}
    )
    row = db.session.get_one(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)
    row.provider_customer = row.provider_customer or token
    token = row.provider_customer
    keep()
    return token


def account_of_customer(token: str) -> Account | None:
    """Whose token it is; None for a customer who is gone or was never ours."""
    return db.session.scalar(sa.select(Account).where(Account.provider_customer == token)) if token else None


def forget(account: Account) -> None:
    """The provider no longer knows this customer: forget the token and the cards that went with it."""
    account.provider_customer, account.collect_by = "", "invoice"
    for row in db.session.scalars(sa.select(PaymentMethod).where(PaymentMethod.account_id == account.id, PaymentMethod.removed_at.is_(None))):
        row.removed_at, row.is_default = clock.now(), False
