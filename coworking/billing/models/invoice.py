"""Invoices and credit notes. Once issued they never change: triggers of the database see to it (billing/seals.py)."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.money import Money
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key

from .account import Account


class InvoiceKind(Enum):
    """Which of the two papers it is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class InvoiceState(Enum):
    """A draft may change or vanish; what is issued stays."""

    DRAFT = "draft"
    ISSUED = "issued"


class InvoiceSeries(TenantOwned, Base):
    """The next number of a series, and the hash of its last paper. Locked while a number is given out: no gaps."""

    __tablename__ = "invoice_series"
    __table_args__ = (sa.PrimaryKeyConstraint("operator_id", "series"),)

    series: Mapped[str] = mapped_column(sa.String(10), info=not_personal("prefix of a numbering series"))
    next_number: Mapped[int] = mapped_column(default=1, info=not_personal("a counter"))
    last_hash: Mapped[str] = mapped_column(sa.String(64), default="", info=not_personal("a hash over papers"))


class BillRun(Identified, TenantOwned, Base):
    """One go at billing everything due until a day. It can be stopped and taken up again."""

    __tablename__ = "bill_run"
    __table_args__ = (tenant_key(), tenant_fk("started_by_id", "person"))

    until: Mapped[date] = mapped_column(info=not_personal("a date"))
    """Charges with ``due_from`` on or before this day are billed."""
    issue_on: Mapped[date] = mapped_column(info=not_personal("a date"))
    state: Mapped[str] = mapped_column(sa.String(10), default="preview", info=not_personal("preview, running, stopped or done"))
    started_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    accounts: Mapped[int] = mapped_column(default=0, info=not_personal("a count"))
    done: Mapped[int] = mapped_column(default=0, info=not_personal("a count"))
    invoices: Mapped[int] = mapped_column(default=0, server_default="0", info=not_personal("a count"))
    trouble: Mapped[list[str]] = mapped_column(
        default=list, server_default="[]", info=not_personal("accounts that could not be billed, and a word why")
    )
    after_id: Mapped[UUID | None] = mapped_column(info=not_personal("how far it has come"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=not_personal("when work was done"))
    finished_at: Mapped[datetime | None] = mapped_column(info=not_personal("when work was done"))


class Invoice(Identified, TenantOwned, Base):
    """A paper: an invoice or a credit note. Amounts are positive on both."""

    __tablename__ = "invoice"
    __table_args__ = (
        tenant_key(),
        tenant_fk("account_id", "account"),
        tenant_fk("bill_run_id", "bill_run"),
        tenant_fk("credits_id", "invoice"),
        sa.UniqueConstraint("operator_id", "series", "number"),
        sa.CheckConstraint("net + vat = gross", name="adds_up"),
        sa.CheckConstraint("state = 'draft' OR number IS NOT NULL", name="numbered"),
        sa.Index("ix_invoice_account", "operator_id", "account_id", "issued_on"),
        sa.Index("ix_invoice_issued", "operator_id", "issued_on"),
    )

    account_id: Mapped[UUID] = mapped_column(info=personal("invoice.record"))
    bill_run_id: Mapped[UUID | None] = mapped_column(info=not_personal("which run made it"))
    credits_id: Mapped[UUID | None] = mapped_column(info=personal("invoice.record"))
    """The invoice that a credit note takes back from."""
    kind: Mapped[str] = mapped_column(sa.String(12), default=InvoiceKind.INVOICE.value, info=not_personal("kind of paper"))
    state: Mapped[str] = mapped_column(sa.String(8), default=InvoiceState.DRAFT.value, info=not_personal("draft or issued"))
    series: Mapped[str] = mapped_column(sa.String(10), info=not_personal("prefix of a numbering series"))
    number: Mapped[int | None] = mapped_column(info=personal("invoice.record"))
    label: Mapped[str] = mapped_column(sa.String(40), default="", info=personal("invoice.record"))
    """The number as printed, such as ``KV-000123``."""
    issued_on: Mapped[date | None] = mapped_column(info=personal("invoice.record"))
    issued_at: Mapped[datetime | None] = mapped_column(info=personal("invoice.record"))
    due_on: Mapped[date | None] = mapped_column(info=personal("invoice.record"))
    delivered_from: Mapped[date | None] = mapped_column(info=personal("invoice.record"))
    delivered_to: Mapped[date | None] = mapped_column(info=personal("invoice.record"))
    seller: Mapped[dict[str, Any]] = mapped_column(default=dict, info=not_personal("identity of a business"))
    buyer: Mapped[dict[str, Any]] = mapped_column(default=dict, info=personal("invoice.record"))
    """The payer as they were when it was issued."""
    locale: Mapped[str] = mapped_column(sa.String(8), info=personal("invoice.record"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=not_personal("a currency"))
    net: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=personal("invoice.record"))
    vat: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=personal("invoice.record"))
    gross: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=personal("invoice.record"))
    prepaid: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0", info=personal("invoice.record"))
    """What the account had left over when it was issued, and so was paid before."""
    reference: Mapped[str] = mapped_column(sa.String(30), default="", info=personal("invoice.record"))
    """What a transfer must carry: a KID with its check digit in Norway, else an ISO 11649 creditor reference."""
    note: Mapped[str] = mapped_column(sa.String(500), default="", info=personal("invoice.record"))
    previous_hash: Mapped[str] = mapped_column(sa.String(64), default="", info=not_personal("a hash over papers"))
    hash: Mapped[str] = mapped_column(sa.String(64), default="", info=not_personal("a hash over papers"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("invoice.record"))

    account: Mapped[Account] = relationship(primaryjoin="foreign(Invoice.account_id) == Account.id")
    credited: Mapped["Invoice | None"] = relationship(primaryjoin="foreign(Invoice.credits_id) == remote(Invoice.id)", viewonly=True)
    lines: Mapped[list["InvoiceLine"]] = relationship(
        primaryjoin="Invoice.id == foreign(InvoiceLine.invoice_id)",
        order_by="InvoiceLine.position",
        cascade="all, delete-orphan",
        back_populates="invoice",
    )
    taxes: Mapped[list["InvoiceTax"]] = relationship(
        primaryjoin="Invoice.id == foreign(InvoiceTax.invoice_id)", order_by="InvoiceTax.position", cascade="all, delete-orphan"
    )

    @property
    def total(self) -> Money:
        """What it comes to, VAT included."""
        return Money(self.gross, self.currency)

    @property
    def is_issued(self) -> bool:
        """Whether it is out, and so fixed."""
        return self.state == InvoiceState.ISSUED.value

    @property
    def is_credit_note(self) -> bool:
        """Whether it gives money back."""
        return self.kind == InvoiceKind.CREDIT_NOTE.value


class RemovedPaper(TenantOwned, Base):
    """What stays of a paper that went at the end of its legal time: its place in the chain, its year and its sums, and nobody."""

    __tablename__ = "removed_paper"
    __table_args__ = (sa.PrimaryKeyConstraint("operator_id", "series", "number"),)

    series: Mapped[str] = mapped_column(sa.String(10), info=not_personal("prefix of a numbering series"))
    number: Mapped[int] = mapped_column(info=not_personal("a counter"))
    kind: Mapped[str] = mapped_column(sa.String(12), info=not_personal("kind of paper"))
    year: Mapped[int] = mapped_column(info=not_personal("a year"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=not_personal("a currency"))
    net: Mapped[int] = mapped_column(sa.BigInteger, info=not_personal("a sum without whose"))
    vat: Mapped[int] = mapped_column(sa.BigInteger, info=not_personal("a sum without whose"))
    gross: Mapped[int] = mapped_column(sa.BigInteger, info=not_personal("a sum without whose"))
    previous_hash: Mapped[str] = mapped_column(sa.String(64), info=not_personal("a hash over papers"))
    hash: Mapped[str] = mapped_column(sa.String(64), info=not_personal("a hash over papers"))
    removed_on: Mapped[date] = mapped_column(info=not_personal("when a machine worked"))


class InvoiceLine(Identified, TenantOwned, Base):
    """One line of a paper, frozen in the words of its reader. Opens the charge behind it."""

    __tablename__ = "invoice_line"
    __table_args__ = (
        tenant_key(),
        tenant_fk("invoice_id", "invoice", ondelete="CASCADE"),
        tenant_fk("charge_id", "charge"),
        tenant_fk("credits_line_id", "invoice_line"),
        sa.UniqueConstraint("invoice_id", "position"),
        sa.Index("ix_invoice_line_charge", "operator_id", "charge_id"),
        sa.Index("ix_invoice_line_credits", "operator_id", "credits_line_id"),
    )

    invoice_id: Mapped[UUID] = mapped_column(info=personal("invoice.record"))
    charge_id: Mapped[UUID | None] = mapped_column(info=personal("invoice.record"))
    credits_line_id: Mapped[UUID | None] = mapped_column(info=personal("invoice.record"))
    """The line that a line of a credit note takes back from."""
    position: Mapped[int] = mapped_column(info=not_personal("order of lines"))
    description: Mapped[str] = mapped_column(sa.String(240), info=personal("invoice.record"))
    detail: Mapped[list[str]] = mapped_column(default=list, info=personal("invoice.record"))
    quantity: Mapped[int] = mapped_column(sa.BigInteger, default=1000, info=personal("invoice.record"))
    """Thousandths."""
    unit: Mapped[str] = mapped_column(sa.String(3), default="C62", info=not_personal("UN/ECE recommendation 20"))
    net: Mapped[int] = mapped_column(sa.BigInteger, info=personal("invoice.record"))
    gross: Mapped[int] = mapped_column(sa.BigInteger, info=personal("invoice.record"))
    """What the reader was told it costs, VAT included."""
    vat_category: Mapped[str] = mapped_column(sa.String(2), info=not_personal("UNTDID 5305"))
    vat_rate: Mapped[int] = mapped_column(info=not_personal("basis points"))
    period_start: Mapped[date] = mapped_column(info=personal("invoice.record"))
    period_end: Mapped[date] = mapped_column(info=personal("invoice.record"))

    invoice: Mapped[Invoice] = relationship(primaryjoin="foreign(InvoiceLine.invoice_id) == Invoice.id", back_populates="lines")


class InvoiceTax(Identified, TenantOwned, Base):
    """VAT of one category and rate on a paper (EN 16931 BG-23)."""

    __tablename__ = "invoice_tax"
    __table_args__ = (
        tenant_fk("invoice_id", "invoice", ondelete="CASCADE"),
        sa.UniqueConstraint("invoice_id", "category", "rate"),
    )

    invoice_id: Mapped[UUID] = mapped_column(info=personal("invoice.record"))
    position: Mapped[int] = mapped_column(default=0, info=not_personal("order of lines"))
    category: Mapped[str] = mapped_column(sa.String(2), info=not_personal("UNTDID 5305"))
    rate: Mapped[int] = mapped_column(info=not_personal("basis points"))
    net: Mapped[int] = mapped_column(sa.BigInteger, info=personal("invoice.record"))
    vat: Mapped[int] = mapped_column(sa.BigInteger, info=personal("invoice.record"))
    reason: Mapped[str] = mapped_column(sa.String(40), default="", info=not_personal("VATEX code or key of an exemption"))


class InvoiceSending(Identified, TenantOwned, Base):
    """That a paper was mailed, to whom and by whom. No sender is named where a bill run did it."""

    __tablename__ = "invoice_sending"
    __table_args__ = (
        tenant_fk("invoice_id", "invoice", ondelete="CASCADE"),
        tenant_fk("sent_by_id", "person"),
        sa.Index("ix_invoice_sending_invoice", "operator_id", "invoice_id"),
    )

    invoice_id: Mapped[UUID] = mapped_column(info=personal("invoice.record"))
    address: Mapped[str] = mapped_column(sa.String(254), info=personal("invoice.record"))
    sent_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    sent_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("invoice.record"))


class Unsealing(Base):
    """While an open row stands here, papers may be removed: the end of their legal time, or a whole installation. Kept as a record."""

    __tablename__ = "unsealing"

    id: Mapped[int] = mapped_column(primary_key=True, info=not_personal("a counter"))
    reason: Mapped[str] = mapped_column(sa.String(240), info=not_personal("why papers were removed"))
    opened_at: Mapped[datetime] = mapped_column(default=clock.now, info=not_personal("when work was done"))
    closed_at: Mapped[datetime | None] = mapped_column(info=not_personal("when work was done"))
