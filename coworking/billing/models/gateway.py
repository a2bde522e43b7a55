"""An operator's connection to a payment provider, what the provider told us, and where its books and ours differ."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key

SETTING = not_personal("a setting of the operator")


class Gateway(Identified, TenantOwned, Base):
    """The operator's own keys, or their account connected to the host's. Keys are encrypted at rest (core/secrets.py)."""

    __tablename__ = "gateway"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("operator_id", "provider"))

    provider: Mapped[str] = mapped_column(sa.String(10), default="stripe", info=SETTING)
    secret_key: Mapped[str] = mapped_column(sa.Text, default="", info=not_personal("an encrypted key"))
    webhook_secret: Mapped[str] = mapped_column(sa.Text, default="", info=not_personal("an encrypted key"))
    connected_account: Mapped[str] = mapped_column(sa.String(60), default="", info=SETTING)
    account_ref: Mapped[str] = mapped_column(sa.String(60), default="", info=SETTING)
    """Whose account the key opens, as the provider says. Cards that another account kept can't be charged with this one."""
    account_name: Mapped[str] = mapped_column(sa.String(120), default="", info=SETTING)
    webhook_ref: Mapped[str] = mapped_column(sa.String(60), default="", info=SETTING)
    test_mode: Mapped[bool] = mapped_column(default=False, info=SETTING)
    enabled: Mapped[bool] = mapped_column(default=True, info=SETTING)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, info=SETTING)


class ProviderEvent(Identified, TenantOwned, Base):
    """An event that arrived, once by its id. What it means is asked for anew: its own words are never believed."""

    __tablename__ = "provider_event"
    __table_args__ = (sa.UniqueConstraint("operator_id", "provider", "event_ref"), sa.Index("ix_provider_event_received", "received_at"))

    provider: Mapped[str] = mapped_column(sa.String(10), info=not_personal("name of a provider"))
    event_ref: Mapped[str] = mapped_column(sa.String(80), info=not_personal("id of an event"))
    kind: Mapped[str] = mapped_column(sa.String(60), info=not_personal("kind of an event"))
    object_ref: Mapped[str] = mapped_column(sa.String(120), default="", info=personal("payment.event"))
    received_at: Mapped[datetime] = mapped_column(default=clock.now, info=not_personal("when a machine worked"))
    done_at: Mapped[datetime | None] = mapped_column(info=not_personal("when a machine worked"))
    outcome: Mapped[str] = mapped_column(sa.String(40), default="", info=not_personal("what came of it"))


class ReconciliationDifference(Identified, TenantOwned, Base):
    """Something that the provider's books say and ours don't, or the other way round. Closed when both agree again."""

    __tablename__ = "reconciliation_difference"
    __table_args__ = (
        tenant_key(),
        tenant_fk("payment_id", "payment"),
        sa.UniqueConstraint("operator_id", "provider", "kind", "provider_ref"),
    )

    provider: Mapped[str] = mapped_column(sa.String(10), info=not_personal("name of a provider"))
    kind: Mapped[str] = mapped_column(sa.String(30), info=not_personal("missing_here, missing_there, amount, currency, state, refund"))
    provider_ref: Mapped[str] = mapped_column(sa.String(120), info=personal("payment.record"))
    payment_id: Mapped[UUID | None] = mapped_column(info=personal("payment.record"))
    ours: Mapped[int | None] = mapped_column(sa.BigInteger, info=personal("payment.record"))
    theirs: Mapped[int | None] = mapped_column(sa.BigInteger, info=personal("payment.record"))
    currency: Mapped[str] = mapped_column(sa.String(3), default="", info=not_personal("a currency"))
    found_at: Mapped[datetime] = mapped_column(default=clock.now, info=not_personal("when a machine worked"))
    closed_at: Mapped[datetime | None] = mapped_column(info=not_personal("when work was done"))
    note: Mapped[str] = mapped_column(sa.String(240), default="", info=personal("payment.record"))
