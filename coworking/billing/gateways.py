"""Who moves the money of the operator in force: their own account at a provider, one connected to the host's, or nobody."""

from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, secrets, tenancy
from coworking.core.db import db, keep, release
from coworking.core.settings import config
from coworking.payments import opening
from coworking.payments.failures import PaymentError
from coworking.payments.manual import ManualPayments
from coworking.payments.port import Account as ProviderAccount
from coworking.payments.port import AccountInfo, Event, Offer, Payments

from .models import Account, Gateway, PaymentMethod

STRIPE = "stripe"
MANUAL = "manual"


def gateway() -> Gateway | None:
    """The connection of the operator in force, switched on or not."""
    return db.session.scalar(sa.select(Gateway).where(Gateway.provider == STRIPE))


def payments() -> Payments:
    """Whoever acts for the operator in force; payments by hand where nobody is connected or the key can't be read."""
    row = gateway()
    return open_gateway(row) if row is not None and row.enabled else ManualPayments()


def takes_cards() -> bool:
    """Whether payers can pay on a provider's page now."""
    return Offer.ONLINE in payments().offers


def open_gateway(row: Gateway) -> Payments:
    """The port behind a connection: with the operator's own key, else with the host's over their connected account."""
    settings = config()
    try:
        key = secrets.decrypt(row.secret_key, settings) if row.secret_key else ""
    except secrets.Unreadable:
        return ManualPayments()
    if key:
        return opening.open_account(ProviderAccount(row.provider, key), settings)
    if row.connected_account and settings.stripe_secret_key:
        return opening.open_account(ProviderAccount(row.provider, settings.stripe_secret_key, row.connected_account), settings)
    return ManualPayments()


def webhook_secret(row: Gateway) -> str:
    """What signs the provider's messages; empty when there is none or it can't be read, and then all are refused."""
    try:
        return secrets.decrypt(row.webhook_secret, config()) if row.webhook_secret else ""
    except secrets.Unreadable:
        return ""


def read_event(payload: bytes, signature: str) -> Event:
    """The event in a message to the operator in force; raises Forged unless their own secret signed it lately."""
    row = gateway()
    return payments().read_event(payload, signature, webhook_secret(row) if row is not None else "")


def read_host_event(payload: bytes, signature: str) -> Event:
    """The event in a message to the host; raises Forged unless the host's secret signed it lately."""
    settings = config()
    return opening.open_account(ProviderAccount(STRIPE, settings.stripe_secret_key), settings).read_event(
        payload, signature, settings.stripe_webhook_secret
    )


def operator_of(connected: str) -> UUID | None:
    """The operator whose account is connected to the host's under that name."""
    if not connected:
        return None
    with tenancy.across_operators():
        return db.session.scalar(sa.select(Gateway.operator_id).where(Gateway.connected_account == connected, Gateway.enabled.is_(True)))


def describe(key: str) -> AccountInfo:
    """Whose account a key opens, asked of the provider with no transaction open; raises a PaymentError."""
    release()
    return opening.open_account(ProviderAccount(STRIPE, key), config()).describe()


def check(row: Gateway) -> AccountInfo:
    """Whose account the kept key opens now, asked with no transaction open; raises a PaymentError."""
    port = open_gateway(row)
    release()
    return port.describe()


def connect(key: str, info: AccountInfo) -> Gateway:
    """Keep the operator's own key. Cards that another account kept are forgotten: this one can't charge them."""
    row = gateway() or Gateway(provider=STRIPE)
    if row.account_ref not in {"", info.ref}:
        _forget_customers()
    row.secret_key = secrets.encrypt(key, config())
    row.connected_account, row.account_ref, row.account_name = "", info.ref, info.name[:120]
    row.test_mode, row.enabled, row.changed_at = info.test_mode, True, clock.now()
    db.session.add(row)
    db.session.flush()
    return row


def use_connected(row: Gateway, info: AccountInfo) -> None:
    """Act through the host's key from now on; what another account kept is forgotten, and so is a key."""
    if row.account_ref not in {"", info.ref}:
        _forget_customers()
    row.secret_key = row.webhook_secret = row.webhook_ref = ""
    row.account_ref, row.account_name, row.test_mode, row.enabled = info.ref, info.name[:120], info.test_mode, True


def watch(url: str) -> bool:
    """Ask the provider to send its events to ``url``, and keep what signs them. False when it won't; then a person does it.

    Commits what was written before it asks.
    """
    row = gateway()
    if row is None:
        return False
    port, old, key = open_gateway(row), row.webhook_ref, f"watch:{row.id}:{row.changed_at.timestamp():.0f}"
    keep()
    try:
        told = port.watch(url, idempotency_key=key)
        if old:
            port.unwatch(old)
    except PaymentError:
        return False
    row.webhook_ref, row.webhook_secret = told.ref, secrets.encrypt(told.secret, config())
    return True


def keep_webhook_secret(secret: str) -> None:
    """Keep a secret that a person copied from the provider's own page."""
    row = gateway()
    if row is not None:
        row.webhook_secret = secrets.encrypt(secret, config())


def disconnect() -> None:
    """Forget the keys. What was paid stays; nothing new can be paid on the provider's page."""
    row = gateway()
    if row is not None:
        row.secret_key = row.webhook_secret = row.connected_account = row.webhook_ref = ""
        row.enabled, row.changed_at = False, clock.now()


def with_a_gateway() -> list[UUID]:
    """Operators that have a connection in use, for work that goes through all of them."""
    with tenancy.across_operators():
        return list(db.session.scalars(sa.select(Gateway.operator_id).where(Gateway.enabled.is_(True)).order_by(Gateway.operator_id)))


def _forget_customers() -> None:
    db.session.execute(sa.update(Account).where(Account.provider_customer != "").values(provider_customer="", collect_by="invoice"))
    db.session.execute(sa.update(PaymentMethod).where(PaymentMethod.removed_at.is_(None)).values(removed_at=clock.now(), is_default=False))
