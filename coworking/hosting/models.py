"""The host's plans, and which of them each operator has."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base
from coworking.core.labels import not_personal
from coworking.core.money import Money
from coworking.core.tenancy import TenantOwned

OFFER = not_personal("an offer of the host")
CONTRACT = not_personal("what a business has agreed with the host")


class HostPlan(Base):
    """A plan for operators, as the host's own site shows it. Its price lives at Stripe under ``price_ref``."""

    __tablename__ = "host_plan"

    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True, info=OFFER)
    name: Mapped[str] = mapped_column(sa.String(80), info=OFFER)
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=OFFER)
    currency: Mapped[str] = mapped_column(sa.String(3), info=OFFER)
    interval: Mapped[str] = mapped_column(sa.String(5), info=not_personal("month or year"))
    price_ref: Mapped[str] = mapped_column(sa.String(80), info=OFFER)
    active: Mapped[bool] = mapped_column(default=True, info=OFFER)

    @property
    def price(self) -> Money:
        """What it costs an interval, VAT not included."""
        return Money(self.amount, self.currency)


class HostContract(TenantOwned, Base):
    """Where an operator stands with the host. Stripe keeps the subscription; this is what it said last."""

    __tablename__ = "host_contract"
    __table_args__ = (sa.PrimaryKeyConstraint("operator_id"),)

    customer: Mapped[str] = mapped_column(sa.String(80), default="", info=CONTRACT)
    subscription_ref: Mapped[str] = mapped_column(sa.String(80), default="", index=True, info=CONTRACT)
    checkout_ref: Mapped[str] = mapped_column(sa.String(120), default="", info=CONTRACT)
    price_ref: Mapped[str] = mapped_column(sa.String(80), default="", info=CONTRACT)
    state: Mapped[str] = mapped_column(sa.String(12), default="", info=not_personal("a member of payments.host.HostState, or empty"))
    period_ends_at: Mapped[datetime | None] = mapped_column(info=CONTRACT)
    ends_at_period_end: Mapped[bool] = mapped_column(default=False, info=CONTRACT)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, info=CONTRACT)
