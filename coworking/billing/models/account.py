"""The payer: a person or a company as bills see it."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.money import Money
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key


class Standing(Enum):
    """How a payer stands. One state machine, which portal, bookings and doors all obey."""

    GOOD = "good"
    GRACE = "grace"
    """Something is overdue or a card failed; nothing is taken away yet."""
    HOLD = "hold"
    """No new bookings and no access until it is paid."""
    ENDED = "ended"
    """Given up: subscriptions ended for want of payment."""


class Account(Identified, TenantOwned, Base):
    """Who is billed: one person's or one company's name, address and tax identity, and how they stand.

    Of a person who was erased the account stays, for the sake of its papers, and names nobody.
    """

    __tablename__ = "account"
    __table_args__ = (
        tenant_key(),
        tenant_fk("person_id", "person"),
        tenant_fk("company_id", "company"),
        sa.UniqueConstraint("operator_id", "person_id"),
        sa.UniqueConstraint("operator_id", "company_id"),
        sa.UniqueConstraint("operator_id", "number"),
        # Neither, once the person was erased and only what a law holds is left.
        sa.CheckConstraint("person_id IS NULL OR company_id IS NULL", name="holder"),
    )

    person_id: Mapped[UUID | None] = mapped_column(info=personal("account.holder"))
    company_id: Mapped[UUID | None] = mapped_column(info=personal("account.holder"))
    number: Mapped[int] = mapped_column(info=personal("account.holder"))
    """Customer number, counted up per operator; the payment reference (KID) is made from it."""
    name: Mapped[str] = mapped_column(sa.String(120), info=personal("account.name"))
    email: Mapped[str] = mapped_column(sa.String(254), info=personal("account.email"))
    street: Mapped[str] = mapped_column(sa.String(160), default="", info=personal("account.address"))
    postcode: Mapped[str] = mapped_column(sa.String(20), default="", info=personal("account.address"))
    city: Mapped[str] = mapped_column(sa.String(80), default="", info=personal("account.address"))
    country: Mapped[str] = mapped_column(sa.String(2), info=personal("account.holder"))
    is_business: Mapped[bool] = mapped_column(default=False, info=personal("account.holder"))
    org_number: Mapped[str] = mapped_column(sa.String(40), default="", info=personal("account.tax"))
    vat_number: Mapped[str] = mapped_column(sa.String(40), default="", info=personal("account.tax"))
    vat_checked_at: Mapped[datetime | None] = mapped_column(info=personal("account.tax"))
    vat_check: Mapped[str] = mapped_column(sa.String(10), default="", info=not_personal("empty, format, vies or refused"))
    order_reference: Mapped[str] = mapped_column(sa.String(60), default="", info=personal("account.tax"))
    locale: Mapped[str] = mapped_column(sa.String(8), info=personal("account.holder"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=not_personal("a currency"))
    collect_by: Mapped[str] = mapped_column(
        sa.String(10), default="invoice", info=not_personal("invoice: they transfer; saved: we charge the default method")
    )
    standing: Mapped[str] = mapped_column(sa.String(10), default=Standing.GOOD.value, info=personal("account.standing"))
    standing_since: Mapped[datetime] = mapped_column(default=clock.now, info=personal("account.standing"))
    provider_customer: Mapped[str] = mapped_column(sa.String(80), default="", info=personal("account.provider"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("account.holder"))

    @property
    def label(self) -> str:
        """The name, or what stands in its place once the person was erased."""
        return self.name or gettext("Deleted user")

    @property
    def on_hold(self) -> bool:
        """Whether nothing new may be booked until it is paid."""
        return self.standing in {Standing.HOLD.value, Standing.ENDED.value}


class Deposit(Identified, TenantOwned, Base):
    """Money held as security: no turnover, no VAT, given back or kept for a reason."""

    __tablename__ = "deposit"
    __table_args__ = (
        tenant_key(),
        tenant_fk("account_id", "account"),
        sa.CheckConstraint("amount > 0 AND kept >= 0 AND kept <= amount", name="amounts"),
        sa.UniqueConstraint("operator_id", "source_key"),
        sa.Index("ix_deposit_account", "account_id"),
    )

    account_id: Mapped[UUID] = mapped_column(info=personal("deposit.record"))
    source_key: Mapped[str] = mapped_column(sa.String(120), info=not_personal("what it secures, such as subscription:<id>"))
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=personal("deposit.record"))
    kept: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=personal("deposit.record"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=not_personal("a currency"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("deposit.record"))
    received_at: Mapped[datetime | None] = mapped_column(info=personal("deposit.record"))
    returned_at: Mapped[datetime | None] = mapped_column(info=personal("deposit.record"))
    reason: Mapped[str] = mapped_column(sa.String(240), default="", info=personal("deposit.record"))

    @property
    def money(self) -> Money:
        """The amount asked for."""
        return Money(self.amount, self.currency)
