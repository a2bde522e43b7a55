"""A payment that did not come: one case an invoice, with every step that was taken."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key

from .account import Standing


class Arrears(Identified, TenantOwned, Base):
    """An invoice in arrears: in grace, on hold, ended, or settled again. The account stands as its worst open case."""

    __tablename__ = "arrears"
    __table_args__ = (
        tenant_key(),
        tenant_fk("account_id", "account"),
        tenant_fk("invoice_id", "invoice"),
        sa.UniqueConstraint("operator_id", "invoice_id"),
        sa.Index("ix_arrears_next", "closed_at", "next_at"),
        sa.Index("ix_arrears_account", "operator_id", "account_id"),
    )

    account_id: Mapped[UUID] = mapped_column(info=personal("account.standing"))
    invoice_id: Mapped[UUID] = mapped_column(info=personal("account.standing"))
    standing: Mapped[str] = mapped_column(sa.String(10), default=Standing.GRACE.value, info=personal("account.standing"))
    attempts: Mapped[int] = mapped_column(default=0, info=personal("account.standing"))
    opened_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("account.standing"))
    next_at: Mapped[datetime | None] = mapped_column(info=personal("account.standing"))
    """When the next step is due: a retry, a reminder, the hold, the end."""
    closed_at: Mapped[datetime | None] = mapped_column(info=personal("account.standing"))
    paused_until: Mapped[datetime | None] = mapped_column(info=personal("account.standing"))
    """Staff agreed to wait: no step is taken before."""

    steps: Mapped[list["ArrearsStep"]] = relationship(
        primaryjoin="Arrears.id == foreign(ArrearsStep.arrears_id)", order_by="ArrearsStep.at", cascade="all, delete-orphan"
    )


class ArrearsStep(Identified, TenantOwned, Base):
    """One thing that was done about it."""

    __tablename__ = "arrears_step"
    __table_args__ = (tenant_fk("arrears_id", "arrears", ondelete="CASCADE"), sa.UniqueConstraint("arrears_id", "key"))

    arrears_id: Mapped[UUID] = mapped_column(info=personal("account.standing"))
    key: Mapped[str] = mapped_column(sa.String(40), info=not_personal("which step of the calendar, once each"))
    what: Mapped[str] = mapped_column(sa.String(20), info=not_personal("opened, reminder, retry, hold, paid, restored, ended, paused"))
    at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("account.standing"))
    failure: Mapped[str] = mapped_column(sa.String(40), default="", info=personal("account.standing"))
