"""A company and the people who sit under its name: one bill, one shared allowance."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key

from .models import Person

BUSINESS = not_personal("identity of a business")


class Company(Identified, TenantOwned, Base):
    """A business that buys for its people. Its admins add and remove them."""

    __tablename__ = "company"
    __table_args__ = (tenant_key(), sa.Index("ix_company_name", "operator_id", "name"))

    name: Mapped[str] = mapped_column(sa.String(120), info=BUSINESS)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=BUSINESS)
    closed_at: Mapped[datetime | None] = mapped_column(info=BUSINESS)

    seats: Mapped[list["Seat"]] = relationship(
        primaryjoin="Company.id == foreign(Seat.company_id)", cascade="all, delete-orphan", order_by="Seat.joined_at"
    )


class Seat(Identified, TenantOwned, Base):
    """That a person belongs to a company, from a moment on until they leave. A person has one open seat at most."""

    __tablename__ = "seat"
    __table_args__ = (
        tenant_fk("company_id", "company", ondelete="CASCADE"),
        tenant_fk("person_id", "person", ondelete="CASCADE"),
        sa.Index(
            "uq_seat_open",
            "operator_id",
            "person_id",
            unique=True,
            postgresql_where=sa.text("left_at IS NULL"),
            sqlite_where=sa.text("left_at IS NULL"),
        ),
        sa.Index("ix_seat_company", "company_id"),
    )

    company_id: Mapped[UUID] = mapped_column(info=personal("person.company"))
    person_id: Mapped[UUID] = mapped_column(info=personal("person.company"))
    admin: Mapped[bool] = mapped_column(default=False, info=personal("person.role"))
    joined_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("person.company"))
    left_at: Mapped[datetime | None] = mapped_column(info=personal("person.company"))

    company: Mapped[Company] = relationship(primaryjoin="foreign(Seat.company_id) == Company.id", back_populates="seats")
    person: Mapped[Person] = relationship(primaryjoin="foreign(Seat.person_id) == Person.id")


class SeatInvitation(Identified, TenantOwned, Base):
    """An admin asked somebody by mail to join the company. The link is good once; we keep only its hash."""

    __tablename__ = "seat_invitation"
    __table_args__ = (
        tenant_fk("company_id", "company", ondelete="CASCADE"),
        tenant_fk("invited_by_id", "person"),
        sa.Index("ix_seat_invitation_company", "company_id"),
    )

    company_id: Mapped[UUID] = mapped_column(info=personal("person.company"))
    invited_by_id: Mapped[UUID | None] = mapped_column(info=personal("person.company"))
    email: Mapped[str] = mapped_column(sa.String(254), info=personal("link.address"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True, info=personal("session.token"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("session.times"))
    expires_at: Mapped[datetime] = mapped_column(info=personal("session.times"))
    used_at: Mapped[datetime | None] = mapped_column(info=personal("session.times"))
