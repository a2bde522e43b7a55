"""Bank files that were read, and the payments in them that wait for their invoice."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key


class BankFile(Identified, TenantOwned, Base):
    """A statement from the bank. The same file, or the same line in another file, counts once."""

    __tablename__ = "bank_file"
    __table_args__ = (tenant_key(), tenant_fk("read_by_id", "person"), sa.UniqueConstraint("operator_id", "sha256"))

    name: Mapped[str] = mapped_column(sa.String(120), info=not_personal("a file's name"))
    kind: Mapped[str] = mapped_column(sa.String(10), info=not_personal("camt.053 or csv"))
    sha256: Mapped[str] = mapped_column(sa.String(64), info=not_personal("a hash of a file"))
    lines_count: Mapped[int] = mapped_column(default=0, info=not_personal("a count"))
    read_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    read_at: Mapped[datetime] = mapped_column(default=clock.now, info=not_personal("when work was done"))


class BankLine(Identified, TenantOwned, Base):
    """One credit on the account: matched to a payment, waiting, or set aside."""

    __tablename__ = "bank_line"
    __table_args__ = (
        tenant_key(),
        tenant_fk("file_id", "bank_file"),
        tenant_fk("payment_id", "payment"),
        sa.UniqueConstraint("operator_id", "fingerprint"),
        sa.Index("ix_bank_line_state", "operator_id", "state", "booked_on"),
    )

    file_id: Mapped[UUID] = mapped_column(info=not_personal("which file it came in"))
    booked_on: Mapped[date] = mapped_column(info=personal("payment.record"))
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=personal("payment.record"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=not_personal("a currency"))
    payer: Mapped[str] = mapped_column(sa.String(140), default="", info=personal("payment.record"))
    reference: Mapped[str] = mapped_column(sa.String(140), default="", info=personal("payment.record"))
    bank_ref: Mapped[str] = mapped_column(sa.String(140), default="", info=personal("payment.record"))
    fingerprint: Mapped[str] = mapped_column(sa.String(64), info=personal("payment.record"))
    state: Mapped[str] = mapped_column(sa.String(10), default="open", info=not_personal("open, matched or set_aside"))
    payment_id: Mapped[UUID | None] = mapped_column(info=personal("payment.record"))
    note: Mapped[str] = mapped_column(sa.String(240), default="", info=personal("payment.record"))
