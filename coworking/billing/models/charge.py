"""A charge: one billable fact with its own explanation."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.money import Money
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key
from coworking.tax.rates import VatClass

from .account import Account


class Charge(Identified, TenantOwned, Base):
    """Something that a payer owes, once: the same ``source_key`` can't be charged twice. Negative for what is given back.

    ``amount`` is what was agreed, with VAT inside it when ``tax_included``, without it otherwise. It is billed when
    ``invoice_id`` is set, and no longer wanted when ``waived_at`` is.
    """

    __tablename__ = "charge"
    __table_args__ = (
        tenant_key(),
        tenant_fk("account_id", "account"),
        tenant_fk("person_id", "person"),
        tenant_fk("location_id", "location"),
        tenant_fk("invoice_id", "invoice"),
        sa.UniqueConstraint("operator_id", "source_key"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
        sa.CheckConstraint("period_start <= period_end", name="period"),
        sa.Index(
            "ix_charge_open",
            "operator_id",
            "account_id",
            "due_from",
            postgresql_where=sa.text("invoice_id IS NULL AND waived_at IS NULL"),
            sqlite_where=sa.text("invoice_id IS NULL AND waived_at IS NULL"),
        ),
        sa.Index("ix_charge_invoice", "operator_id", "invoice_id"),
        sa.Index("ix_charge_source", "operator_id", "source_kind", "source_id"),
    )

    account_id: Mapped[UUID] = mapped_column(info=personal("charge.record"))
    person_id: Mapped[UUID | None] = mapped_column(info=personal("charge.record"))
    """Whose use it was, where that is somebody: the user is not always the payer."""
    location_id: Mapped[UUID | None] = mapped_column(info=personal("charge.record"))
    source_kind: Mapped[str] = mapped_column(sa.String(30), info=not_personal("subscription, booking, pass, fee, proration, discount, manual"))
    source_id: Mapped[UUID | None] = mapped_column(info=personal("charge.record"))
    source_key: Mapped[str] = mapped_column(sa.String(160), info=personal("charge.record"))
    """Unique name of the fact, such as ``subscription:<id>:2026-12-01``."""
    rule: Mapped[str] = mapped_column(sa.String(40), info=not_personal("which rule made it: a key of explaining.RULES"))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, info=personal("charge.record"))
    """What the rule needs to say itself in any language: names by language, minutes, prices, version and ledger ids."""
    quantity: Mapped[int] = mapped_column(sa.BigInteger, default=1000, info=personal("charge.record"))
    """Thousandths."""
    unit: Mapped[str] = mapped_column(sa.String(3), default="C62", info=not_personal("UN/ECE recommendation 20: HUR, DAY, MON, C62"))
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=personal("charge.record"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=not_personal("a currency"))
    tax_included: Mapped[bool] = mapped_column(default=True, info=not_personal("how the price was given"))
    vat_class: Mapped[str] = mapped_column(sa.String(10), default=VatClass.SPACE.value, info=not_personal("kind of supply"))
    vat_country: Mapped[str] = mapped_column(sa.String(2), info=not_personal("where it is supplied"))
    period_start: Mapped[date] = mapped_column(info=personal("charge.record"))
    period_end: Mapped[date] = mapped_column(info=personal("charge.record"))
    """Last day that it is for, included. VAT follows the rate of ``period_start``."""
    due_from: Mapped[date] = mapped_column(info=personal("charge.record"))
    """First day on which a bill run takes it."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("charge.record"))
    invoice_id: Mapped[UUID | None] = mapped_column(info=personal("charge.record"))
    waived_at: Mapped[datetime | None] = mapped_column(info=personal("charge.record"))
    waived_because: Mapped[str] = mapped_column(sa.String(240), default="", info=personal("charge.record"))

    account: Mapped[Account] = relationship(primaryjoin="foreign(Charge.account_id) == Account.id")

    @property
    def money(self) -> Money:
        """The amount as agreed, with or without VAT as ``tax_included`` says."""
        return Money(self.amount, self.currency)
