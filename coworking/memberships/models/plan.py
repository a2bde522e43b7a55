"""Plans and what they hold. A version never changes: an edit makes the next one."""

from datetime import datetime
from enum import Enum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal
from coworking.core.money import Money
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key
from coworking.core.texts import Texts
from coworking.tax.rates import VatClass

OFFER = not_personal("a public offer")


class PlanKind(Enum):
    """How something is sold."""

    PLAN = "plan"
    """A membership that renews."""
    ADD_ON = "add_on"
    """Something that renews beside a membership: a locker, a mailbox."""
    PASS = "pass"  # noqa: S105 - a day pass opens doors, not accounts
    """Bought once: a day pass, a bundle of days or hours."""


class Plan(Identified, TenantOwned, Base):
    """Something that people can buy. Its price and contents are in its versions."""

    __tablename__ = "plan"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("operator_id", "slug"))

    slug: Mapped[str] = mapped_column(sa.String(60), info=OFFER)
    kind: Mapped[str] = mapped_column(sa.String(10), default=PlanKind.PLAN.value, info=OFFER)
    published: Mapped[bool] = mapped_column(default=True, info=OFFER)
    retired_at: Mapped[datetime | None] = mapped_column(info=OFFER)
    position: Mapped[int] = mapped_column(default=0, info=OFFER)

    versions: Mapped[list["PlanVersion"]] = relationship(
        primaryjoin="Plan.id == foreign(PlanVersion.plan_id)", order_by="PlanVersion.number", cascade="all, delete-orphan", back_populates="plan"
    )

    @property
    def current(self) -> "PlanVersion":
        """The version that new members get."""
        return self.versions[-1]


class PlanVersion(Identified, TenantOwned, Base):
    """What a plan costs and holds. Never changed: an edit makes the next version."""

    __tablename__ = "plan_version"
    __table_args__ = (
        tenant_key(),
        tenant_fk("plan_id", "plan"),
        tenant_fk("location_id", "location"),
        sa.UniqueConstraint("plan_id", "number"),
        sa.CheckConstraint("amount >= 0 AND deposit >= 0 AND sign_up_fee >= 0 AND seat_amount >= 0", name="amounts"),
        sa.CheckConstraint("months >= 0 AND notice_days >= 0 AND minimum_months >= 0 AND trial_days >= 0 AND seats >= 1", name="terms"),
    )

    plan_id: Mapped[UUID] = mapped_column(info=OFFER)
    number: Mapped[int] = mapped_column(info=OFFER)
    location_id: Mapped[UUID | None] = mapped_column(info=OFFER)
    """Where it is supplied, for VAT and revenue; empty: every house of the operator."""
    name: Mapped[Texts] = mapped_column(default=Texts, info=OFFER)
    summary: Mapped[Texts] = mapped_column(default=Texts, info=OFFER)
    includes: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list, info=OFFER)
    """What else the card says, in the operator's words; what can be counted is in ``allowances``."""
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=not_personal("minor units a period"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=OFFER)
    tax_included: Mapped[bool] = mapped_column(default=True, info=not_personal("how the price was given"))
    vat_class: Mapped[str] = mapped_column(sa.String(10), default=VatClass.SPACE.value, info=not_personal("kind of supply"))
    months: Mapped[int] = mapped_column(default=1, info=not_personal("months a period; 0 for what is bought once"))
    notice_days: Mapped[int] = mapped_column(default=30, info=not_personal("days before it ends"))
    minimum_months: Mapped[int] = mapped_column(default=0, info=OFFER)
    trial_days: Mapped[int] = mapped_column(default=0, info=OFFER)
    deposit: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=not_personal("minor units, no VAT"))
    sign_up_fee: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=not_personal("minor units, VAT as the price"))
    seats: Mapped[int] = mapped_column(default=1, info=not_personal("people included"))
    seat_amount: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=not_personal("minor units a period for each further person"))
    discount: Mapped[int] = mapped_column(default=0, info=not_personal("basis points off member prices of bookings"))
    access: Mapped[str] = mapped_column(
        sa.String(12), default="opening", info=not_personal("opening: while the house is open; always: day and night")
    )
    valid_days: Mapped[int] = mapped_column(default=0, info=not_personal("days that something bought once can be used; 0: no end"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=OFFER)

    plan: Mapped[Plan] = relationship(primaryjoin="foreign(PlanVersion.plan_id) == Plan.id", back_populates="versions")
    allowances: Mapped[list["Allowance"]] = relationship(
        primaryjoin="PlanVersion.id == foreign(Allowance.version_id)", order_by="Allowance.position", cascade="all, delete-orphan"
    )

    @property
    def price(self) -> Money:
        """What a period costs, with VAT inside when ``tax_included``."""
        return Money(self.amount, self.currency)


class Allowance(Identified, TenantOwned, Base):
    """What a plan version grants each period, of one unit.

    Units: ``minutes:<kind of space>``, ``minutes:*`` for any space, ``day`` (a day at a hot desk), ``credit`` and ``print``.
    """

    __tablename__ = "allowance"
    __table_args__ = (
        tenant_fk("version_id", "plan_version", ondelete="CASCADE"),
        sa.UniqueConstraint("version_id", "unit"),
        sa.CheckConstraint("quantity > 0", name="quantity"),
    )

    version_id: Mapped[UUID] = mapped_column(info=OFFER)
    unit: Mapped[str] = mapped_column(sa.String(30), info=OFFER)
    quantity: Mapped[int] = mapped_column(info=not_personal("minutes, days, credits or pages"))
    carry_over: Mapped[int] = mapped_column(default=0, info=not_personal("periods that what is left lives on"))
    position: Mapped[int] = mapped_column(default=0, info=OFFER)
