"""A booking, and the guests who come to it."""

from datetime import datetime, timedelta
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
from coworking.people.models import Person
from coworking.spaces.models import Resource


class BookingKind(Enum):
    """A person's booking, or time that staff took out of use."""

    BOOKING = "booking"
    BLOCK = "block"


class State(Enum):
    """Only a confirmed booking holds its time."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


EARLY = timedelta(minutes=15)
"""How long before the start people check in by themselves."""


class Booking(Identified, TenantOwned, Base):
    """A half-open stretch of time, ``[starts_at, ends_at)`` in UTC, in which somebody has one unit of a space.

    ``held_until`` is ``ends_at`` and the buffer kept free after it. No two confirmed bookings of one unit
    overlap in ``[starts_at, held_until)``: an exclusion constraint (PostgreSQL) or a trigger (SQLite) refuses it.
    """

    __tablename__ = "booking"
    __table_args__ = (
        tenant_key(),
        tenant_fk("resource_id", "resource"),
        tenant_fk("person_id", "person"),
        tenant_fk("booked_by_id", "person"),
        sa.UniqueConstraint("operator_id", "idempotency_key"),
        sa.CheckConstraint("starts_at < ends_at AND ends_at <= held_until", name="order"),
        sa.CheckConstraint("unit >= 0", name="unit"),
        sa.CheckConstraint("kind = 'block' OR person_id IS NOT NULL", name="person"),
        sa.Index(
            "ix_booking_unit_start",
            "resource_id",
            "unit",
            "starts_at",
            postgresql_where=sa.text("state = 'confirmed'"),
            sqlite_where=sa.text("state = 'confirmed'"),
        ),
        sa.Index(
            "ix_booking_block",
            "operator_id",
            "resource_id",
            "held_until",
            postgresql_where=sa.text("kind = 'block' AND state = 'confirmed'"),
            sqlite_where=sa.text("kind = 'block' AND state = 'confirmed'"),
        ),
        # The operator comes first, as in every query: without it SQLite would rather walk all of the operator's bookings.
        sa.Index("ix_booking_resource_start", "operator_id", "resource_id", "starts_at"),
        sa.Index("ix_booking_person_start", "operator_id", "person_id", "starts_at"),
    )

    resource_id: Mapped[UUID] = mapped_column(info=personal("booking.time"))
    unit: Mapped[int] = mapped_column(sa.Integer, default=0, info=not_personal("which desk of an area"))
    person_id: Mapped[UUID | None] = mapped_column(info=personal("booking.person"))
    booked_by_id: Mapped[UUID | None] = mapped_column(info=personal("booking.person"))
    kind: Mapped[str] = mapped_column(sa.String(10), default=BookingKind.BOOKING.value, info=not_personal("booking or block"))
    state: Mapped[str] = mapped_column(sa.String(10), default=State.CONFIRMED.value, info=personal("booking.time"))
    starts_at: Mapped[datetime] = mapped_column(info=personal("booking.time"))
    ends_at: Mapped[datetime] = mapped_column(info=personal("booking.time"))
    held_until: Mapped[datetime] = mapped_column(info=personal("booking.time"))
    title: Mapped[str] = mapped_column(sa.String(120), default="", info=personal("booking.title"))
    attendees: Mapped[int] = mapped_column(default=1, info=personal("booking.title"))
    amount: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=personal("booking.price"))
    vat_amount: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=personal("booking.price"))
    vat_rate: Mapped[int] = mapped_column(default=0, server_default="0", info=not_personal("basis points, as agreed"))
    agreement: Mapped[int] = mapped_column(default=0, server_default="0", info=not_personal("counts how often its price was agreed anew"))
    currency: Mapped[str] = mapped_column(sa.String(3), default="", info=not_personal("a currency"))
    price_lines: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list, info=personal("booking.price"))
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(64), info=not_personal("random, made for one form"))
    sequence: Mapped[int] = mapped_column(default=0, info=not_personal("RFC 5545 SEQUENCE, one up at each change"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("booking.time"))
    cancelled_at: Mapped[datetime | None] = mapped_column(info=personal("booking.time"))
    cancelled_by_id: Mapped[UUID | None] = mapped_column(info=personal("booking.person"))
    checked_in_at: Mapped[datetime | None] = mapped_column(info=personal("booking.check_in"))

    resource: Mapped[Resource] = relationship(primaryjoin="foreign(Booking.resource_id) == Resource.id")
    person: Mapped[Person | None] = relationship(primaryjoin="foreign(Booking.person_id) == Person.id")
    guests: Mapped[list["BookingGuest"]] = relationship(
        primaryjoin="Booking.id == foreign(BookingGuest.booking_id)", cascade="all, delete-orphan", order_by="BookingGuest.id"
    )

    @property
    def price(self) -> Money:
        """What it costs, VAT included, as agreed when it was made."""
        return Money(self.amount, self.currency)

    @property
    def minutes(self) -> int:
        """Its length in minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_confirmed(self) -> bool:
        """Whether it still holds its time."""
        return self.state == State.CONFIRMED.value

    def may_check_in(self, now: datetime) -> bool:
        """Whether the person may say at ``now`` that they are here: from EARLY before the start until the end, once."""
        return self.is_confirmed and self.checked_in_at is None and self.starts_at - EARLY <= now < self.ends_at


class BookingGuest(Identified, TenantOwned, Base):
    """Somebody invited to a booking by e-mail."""

    __tablename__ = "booking_guest"
    __table_args__ = (tenant_fk("booking_id", "booking", ondelete="CASCADE"), sa.UniqueConstraint("booking_id", "email"))

    booking_id: Mapped[UUID] = mapped_column(info=personal("guest.booking"))
    email: Mapped[str] = mapped_column(sa.String(254), info=personal("guest.email"))
    name: Mapped[str] = mapped_column(sa.String(120), default="", info=personal("guest.name"))
    invited_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("guest.booking"))
