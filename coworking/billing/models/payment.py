"""Money that came, where it went, and how it can come again."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.money import Money
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key

from .account import Account


class PaymentState(Enum):
    """Where a payment is. Only what succeeded counts."""

    PENDING = "pending"
    """Asked for at the provider; no answer yet, or the payer has to confirm it at their bank."""
    PROCESSING = "processing"
    """Under way, as a direct debit is for days."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PaymentMethod(Identified, TenantOwned, Base):
    """A card or a mandate that the provider keeps. Here are only its token, brand, last four digits and expiry."""

    __tablename__ = "payment_method"
    __table_args__ = (
        tenant_key(),
        tenant_fk("account_id", "account", ondelete="CASCADE"),
        sa.UniqueConstraint("operator_id", "provider", "token"),
        sa.Index("ix_payment_method_account", "account_id"),
    )

    account_id: Mapped[UUID] = mapped_column(info=personal("payment.method"))
    provider: Mapped[str] = mapped_column(sa.String(10), info=not_personal("name of a provider"))
    token: Mapped[str] = mapped_column(sa.String(80), info=personal("payment.method"))
    kind: Mapped[str] = mapped_column(sa.String(12), info=personal("payment.method"))
    brand: Mapped[str] = mapped_column(sa.String(20), default="", info=personal("payment.method"))
    last4: Mapped[str] = mapped_column(sa.String(4), default="", info=personal("payment.method"))
    expires_month: Mapped[int | None] = mapped_column(sa.SmallInteger, info=personal("payment.method"))
    expires_year: Mapped[int | None] = mapped_column(sa.SmallInteger, info=personal("payment.method"))
    is_default: Mapped[bool] = mapped_column(default=False, info=personal("payment.method"))
    added_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("payment.method"))
    removed_at: Mapped[datetime | None] = mapped_column(info=personal("payment.method"))


class Payment(Identified, TenantOwned, Base):
    """One sum from a payer, by whatever way. ``idempotency_key`` names the wish, so that asking twice is paying once."""

    __tablename__ = "payment"
    __table_args__ = (
        tenant_key(),
        tenant_fk("account_id", "account"),
        tenant_fk("method_id", "payment_method"),
        tenant_fk("recorded_by_id", "person"),
        sa.UniqueConstraint("operator_id", "idempotency_key"),
        sa.UniqueConstraint("operator_id", "provider", "provider_ref"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.Index("ix_payment_account", "operator_id", "account_id", "created_at"),
        sa.Index("ix_payment_received", "operator_id", "received_at"),
    )

    account_id: Mapped[UUID] = mapped_column(info=personal("payment.record"))
    method_id: Mapped[UUID | None] = mapped_column(info=personal("payment.record"))
    how: Mapped[str] = mapped_column(sa.String(12), info=personal("payment.record"))
    """transfer, cash, card, sepa_debit or other."""
    provider: Mapped[str] = mapped_column(sa.String(10), default="manual", info=not_personal("name of a provider"))
    provider_ref: Mapped[str | None] = mapped_column(sa.String(120), info=personal("payment.record"))
    checkout_ref: Mapped[str | None] = mapped_column(sa.String(120), index=True, info=personal("payment.record"))
    purpose: Mapped[str] = mapped_column(sa.String(160), default="", info=personal("payment.record"))
    """What it is meant for: ``invoice:<id>``, ``account:<id>``, ``deposit:<id>`` or ``order:<id>``."""
    idempotency_key: Mapped[str] = mapped_column(sa.String(160), info=not_personal("names one wish to pay"))
    state: Mapped[str] = mapped_column(sa.String(12), default=PaymentState.PENDING.value, info=personal("payment.record"))
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=personal("payment.record"))
    fee: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=not_personal("what the provider kept"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=not_personal("a currency"))
    failure: Mapped[str] = mapped_column(sa.String(40), default="", info=personal("payment.record"))
    """A member of payments.failures.Failure, where it failed."""
    note: Mapped[str] = mapped_column(sa.String(240), default="", info=personal("payment.record"))
    recorded_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("payment.record"))
    received_at: Mapped[datetime | None] = mapped_column(info=personal("payment.record"))
    disputed_at: Mapped[datetime | None] = mapped_column(info=personal("payment.record"))
    dispute_state: Mapped[str] = mapped_column(sa.String(12), default="", info=personal("payment.record"))
    """open, won or lost. A lost dispute is money gone: a refund row says so."""

    account: Mapped[Account] = relationship(primaryjoin="foreign(Payment.account_id) == Account.id")
    allocations: Mapped[list["Allocation"]] = relationship(primaryjoin="Payment.id == foreign(Allocation.payment_id)", cascade="all, delete-orphan")
    refunds: Mapped[list["Refund"]] = relationship(primaryjoin="Payment.id == foreign(Refund.payment_id)", order_by="Refund.created_at")

    @property
    def money(self) -> Money:
        """The sum that was paid."""
        return Money(self.amount, self.currency)


class Allocation(Identified, TenantOwned, Base):
    """Which part of a payment, or of a credit note, settles which invoice."""

    __tablename__ = "allocation"
    __table_args__ = (
        tenant_fk("payment_id", "payment"),
        tenant_fk("credit_note_id", "invoice"),
        tenant_fk("invoice_id", "invoice"),
        sa.CheckConstraint("(payment_id IS NULL) <> (credit_note_id IS NULL)", name="from_one"),
        sa.CheckConstraint("amount <> 0", name="amount"),
        sa.Index("ix_allocation_invoice", "operator_id", "invoice_id"),
        sa.Index("ix_allocation_payment", "operator_id", "payment_id"),
        sa.Index("ix_allocation_credit_note", "operator_id", "credit_note_id"),
    )

    payment_id: Mapped[UUID | None] = mapped_column(info=personal("payment.record"))
    credit_note_id: Mapped[UUID | None] = mapped_column(info=personal("payment.record"))
    invoice_id: Mapped[UUID] = mapped_column(info=personal("payment.record"))
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=personal("payment.record"))
    """Negative where a refund or a lost dispute takes it back."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("payment.record"))


class Refund(Identified, TenantOwned, Base):
    """Money given back of a payment."""

    __tablename__ = "refund"
    __table_args__ = (
        tenant_key(),
        tenant_fk("payment_id", "payment"),
        tenant_fk("made_by_id", "person"),
        tenant_fk("credit_note_id", "invoice"),
        sa.UniqueConstraint("operator_id", "idempotency_key"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.Index("ix_refund_payment", "operator_id", "payment_id"),
    )

    payment_id: Mapped[UUID] = mapped_column(info=personal("payment.record"))
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=personal("payment.record"))
    reason: Mapped[str] = mapped_column(sa.String(240), default="", info=personal("payment.record"))
    state: Mapped[str] = mapped_column(sa.String(12), default=PaymentState.PENDING.value, info=personal("payment.record"))
    failure: Mapped[str] = mapped_column(sa.String(40), default="", info=personal("payment.record"))
    credit_note_id: Mapped[UUID | None] = mapped_column(info=personal("payment.record"))
    """The credit note that it pays out, where there is one."""
    provider_ref: Mapped[str | None] = mapped_column(sa.String(120), info=personal("payment.record"))
    idempotency_key: Mapped[str] = mapped_column(sa.String(160), info=not_personal("names one wish to refund"))
    made_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("payment.record"))
