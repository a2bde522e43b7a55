"""Plans as the public page shows them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal
from coworking.core.money import Money
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key
from coworking.core.texts import Texts

OFFER = not_personal("a public offer")


class Plan(Identified, TenantOwned, Base):
    """Something that people can be members on. Its price and contents are in its versions."""

    __tablename__ = "plan"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("operator_id", "slug"))

    slug: Mapped[str] = mapped_column(sa.String(60), info=OFFER)
    published: Mapped[bool] = mapped_column(default=True, info=OFFER)
    position: Mapped[int] = mapped_column(default=0, info=OFFER)

    versions: Mapped[list["PlanVersion"]] = relationship(
        primaryjoin="Plan.id == foreign(PlanVersion.plan_id)", order_by="PlanVersion.number", cascade="all, delete-orphan"
    )

    @property
    def current(self) -> "PlanVersion":
        """The version that new members get."""
        return self.versions[-1]


class PlanVersion(Identified, TenantOwned, Base):
    """What a plan costs and holds. Never changed: an edit makes the next version."""

    __tablename__ = "plan_version"
    __table_args__ = (tenant_key(), tenant_fk("plan_id", "plan"), sa.UniqueConstraint("plan_id", "number"))

    plan_id: Mapped[UUID] = mapped_column(info=OFFER)
    number: Mapped[int] = mapped_column(info=OFFER)
    name: Mapped[Texts] = mapped_column(default=Texts, info=OFFER)
    summary: Mapped[Texts] = mapped_column(default=Texts, info=OFFER)
    includes: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list, info=OFFER)
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=not_personal("minor units a month, VAT included"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=OFFER)
    vat_rate: Mapped[int] = mapped_column(default=2500, info=not_personal("basis points"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=OFFER)

    @property
    def price(self) -> Money:
        """What a month costs, VAT included."""
        return Money(self.amount, self.currency)
