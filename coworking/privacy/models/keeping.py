"""What must stay longer, what people were warned of, and what is left to show that somebody was erased."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key

TRACE = not_personal("proof of an erasure, without whom")


class LegalHold(Identified, TenantOwned, Base):
    """Something about a person must stay for a dispute or an order: why, what, until when (GDPR Art. 17(3)(e))."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        tenant_key(),
        tenant_fk("person_id", "person"),
        tenant_fk("made_by_id", "person"),
        sa.CheckConstraint("ends_on > starts_on", name="ends"),
        sa.Index("ix_legal_hold_person", "person_id"),
    )

    person_id: Mapped[UUID] = mapped_column(info=personal("hold.record"))
    reason: Mapped[str] = mapped_column(sa.String(500), info=personal("hold.record"))
    keys: Mapped[list[str]] = mapped_column(info=not_personal("keys of the register that the hold covers"))
    starts_on: Mapped[date] = mapped_column(info=not_personal("when a hold counts"))
    ends_on: Mapped[date] = mapped_column(info=not_personal("when a hold counts"))
    review_on: Mapped[date] = mapped_column(info=not_personal("when a hold counts"))
    ended_at: Mapped[datetime | None] = mapped_column(info=not_personal("when a hold counts"))
    told_at: Mapped[datetime | None] = mapped_column(info=personal("hold.record"))
    made_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now, info=not_personal("when work was done"))


class ErasureReceipt(Identified, TenantOwned, Base):
    """What an erasure did, line by line, and nothing of whom. The person has the number; so the operator can show it was done."""

    __tablename__ = "erasure_receipt"
    __table_args__ = (sa.UniqueConstraint("operator_id", "number"),)

    number: Mapped[str] = mapped_column(sa.String(16), info=not_personal("random, printed on the person's receipt"))
    why: Mapped[str] = mapped_column(sa.String(12), info=not_personal("asked, inactive, guest or account_end"))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, info=TRACE)
    pending: Mapped[list[str]] = mapped_column(default=list, info=not_personal("recipients that have not confirmed yet, by key"))
    erased_on: Mapped[date] = mapped_column(info=TRACE)


class InactivityNotice(Identified, TenantOwned, Base):
    """A person was warned that the account will go, because it has not been used for long."""

    __tablename__ = "inactivity_notice"
    __table_args__ = (tenant_fk("person_id", "person"), sa.UniqueConstraint("person_id", "step", "since"))

    person_id: Mapped[UUID] = mapped_column(info=personal("notice.told"))
    step: Mapped[int] = mapped_column(sa.SmallInteger, info=not_personal("days before the end: 60, 30 or 7"))
    since: Mapped[date] = mapped_column(info=personal("notice.told"))
    """The last day of use that the warning counted from: using the account again starts anew."""
    told_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("notice.told"))
