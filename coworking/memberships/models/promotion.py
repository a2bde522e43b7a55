"""Codes that make something cheaper for a while."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.money import Money
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key

OFFER = not_personal("a public offer")


class Promotion(Identified, TenantOwned, Base):
    """A code that takes a share or an amount off for a number of periods."""

    __tablename__ = "promotion"
    __table_args__ = (
        tenant_key(),
        tenant_fk("plan_id", "plan"),
        sa.UniqueConstraint("operator_id", "code"),
        sa.CheckConstraint("(percent BETWEEN 1 AND 100 AND amount = 0) OR (percent = 0 AND amount > 0)", name="one_kind"),
        sa.CheckConstraint("used <= most_uses OR most_uses = 0", name="uses"),
    )

    code: Mapped[str] = mapped_column(sa.String(30), info=OFFER)
    """Upper case; compared without regard to case."""
    plan_id: Mapped[UUID | None] = mapped_column(info=OFFER)
    percent: Mapped[int] = mapped_column(default=0, info=OFFER)
    amount: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=not_personal("minor units a period, VAT as the price"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=OFFER)
    periods: Mapped[int] = mapped_column(default=1, info=not_personal("how many periods; 0 for all"))
    most_uses: Mapped[int] = mapped_column(default=0, info=not_personal("0 for no limit"))
    used: Mapped[int] = mapped_column(default=0, info=not_personal("a count"))
    last_day: Mapped[date | None] = mapped_column(info=OFFER)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=OFFER)
    ended_at: Mapped[datetime | None] = mapped_column(info=OFFER)

    @property
    def money(self) -> Money:
        """The amount that it takes off."""
        return Money(self.amount, self.currency)


class Redemption(Identified, TenantOwned, Base):
    """That a subscription uses a code, and for how many more periods."""

    __tablename__ = "redemption"
    __table_args__ = (
        tenant_fk("promotion_id", "promotion"),
        tenant_fk("subscription_id", "subscription", ondelete="CASCADE"),
        sa.UniqueConstraint("promotion_id", "subscription_id"),
    )

    promotion_id: Mapped[UUID] = mapped_column(info=personal("subscription.record"))
    subscription_id: Mapped[UUID] = mapped_column(info=personal("subscription.record"))
    periods_left: Mapped[int | None] = mapped_column(info=personal("subscription.record"))
    """Empty: for as long as it runs."""
    redeemed_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("subscription.record"))
