"""The one allowance ledger. Entries are only ever added; what is left of a grant can't fall below nothing."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key


class Direction(Enum):
    """What an entry does to the balance."""

    GRANT = "grant"
    SPEND = "spend"
    REFUND = "refund"
    EXPIRE = "expire"
    ADJUST = "adjust"


class Grant(Identified, TenantOwned, Base):
    """An amount of one unit that a person, or the people of a company together, may use until it expires.

    ``remaining`` is the sum of its entries. Spending is one UPDATE that takes only where enough remains, so nobody
    overspends, however many spend at once.
    """

    __tablename__ = "allowance_grant"
    __table_args__ = (
        tenant_key(),
        tenant_fk("person_id", "person"),
        tenant_fk("company_id", "company"),
        tenant_fk("subscription_id", "subscription"),
        sa.UniqueConstraint("operator_id", "source_key"),
        sa.CheckConstraint("(person_id IS NULL) <> (company_id IS NULL)", name="holder"),
        sa.CheckConstraint("remaining >= 0 AND remaining <= quantity", name="remaining"),
        sa.Index("ix_allowance_grant_person", "operator_id", "person_id", "unit", "expires_at"),
        sa.Index("ix_allowance_grant_company", "operator_id", "company_id", "unit", "expires_at"),
    )

    person_id: Mapped[UUID | None] = mapped_column(info=personal("allowance.record"))
    company_id: Mapped[UUID | None] = mapped_column(info=personal("allowance.record"))
    subscription_id: Mapped[UUID | None] = mapped_column(info=personal("allowance.record"))
    source_key: Mapped[str] = mapped_column(sa.String(160), info=personal("allowance.record"))
    """Unique name of the fact, such as ``subscription:<id>:2026-12-01:minutes:meeting_room``."""
    unit: Mapped[str] = mapped_column(sa.String(30), info=personal("allowance.record"))
    quantity: Mapped[int] = mapped_column(info=personal("allowance.record"))
    remaining: Mapped[int] = mapped_column(info=personal("allowance.record"))
    valid_from: Mapped[datetime] = mapped_column(info=personal("allowance.record"))
    expires_at: Mapped[datetime | None] = mapped_column(info=personal("allowance.record"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("allowance.record"))

    entries: Mapped[list["LedgerEntry"]] = relationship(primaryjoin="Grant.id == foreign(LedgerEntry.grant_id)", order_by="LedgerEntry.id")


class LedgerEntry(Identified, TenantOwned, Base):
    """One change of what is left of a grant. Never altered and never removed, except with the whole grant's legal end."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        tenant_key(),
        tenant_fk("grant_id", "allowance_grant"),
        tenant_fk("person_id", "person"),
        tenant_fk("by_id", "person"),
        sa.UniqueConstraint("operator_id", "source_key"),
        sa.CheckConstraint("quantity <> 0", name="quantity"),
        sa.Index("ix_ledger_entry_grant", "operator_id", "grant_id"),
        sa.Index("ix_ledger_entry_source", "operator_id", "source_kind", "source_id"),
    )

    grant_id: Mapped[UUID] = mapped_column(info=personal("allowance.record"))
    person_id: Mapped[UUID | None] = mapped_column(info=personal("allowance.record"))
    """Whose use it was."""
    by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    direction: Mapped[str] = mapped_column(sa.String(8), info=personal("allowance.record"))
    quantity: Mapped[int] = mapped_column(info=personal("allowance.record"))
    """Signed: what is granted or refunded is positive."""
    source_kind: Mapped[str] = mapped_column(sa.String(30), info=not_personal("subscription, booking, pass, manual, expiry"))
    source_id: Mapped[UUID | None] = mapped_column(info=personal("allowance.record"))
    source_key: Mapped[str] = mapped_column(sa.String(160), info=personal("allowance.record"))
    """Unique: the same fact is entered once."""
    note: Mapped[str] = mapped_column(sa.String(240), default="", info=personal("allowance.record"))
    at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("allowance.record"))
