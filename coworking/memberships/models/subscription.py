"""A subscription: somebody is on a plan, at the version that they agreed to."""

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coworking.billing.models import Account
from coworking.core import clock
from coworking.core.db import Base, Identified
from coworking.core.labels import not_personal, personal
from coworking.core.money import Money
from coworking.core.tenancy import TenantOwned, tenant_fk, tenant_key

from .plan import PlanVersion


class SubscriptionState(Enum):
    """Where a subscription is in its life."""

    PENDING = "pending"
    """Agreed, starts on a later day or when the first payment arrives."""
    TRIAL = "trial"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Subscription(Identified, TenantOwned, Base):
    """A person or a company on a plan. Days are on the operator's wall; a period is ``[period_start, period_end)``.

    ``anchor`` is the day of the month on which periods begin: in shorter months the last day stands in for it, and the
    anchor is kept (31 January, 28 February, 31 March).
    """

    __tablename__ = "subscription"
    __table_args__ = (
        tenant_key(),
        tenant_fk("version_id", "plan_version"),
        tenant_fk("next_version_id", "plan_version"),
        tenant_fk("account_id", "account"),
        tenant_fk("person_id", "person"),
        tenant_fk("company_id", "company"),
        sa.UniqueConstraint("operator_id", "idempotency_key"),
        # Neither, once the person was erased and only what a law holds is left.
        sa.CheckConstraint("person_id IS NULL OR company_id IS NULL", name="holder"),
        sa.CheckConstraint("anchor BETWEEN 1 AND 31", name="anchor"),
        sa.CheckConstraint("seats >= 1", name="seats"),
        sa.CheckConstraint("period_start <= period_end", name="period"),
        sa.Index("ix_subscription_person", "operator_id", "person_id", "state"),
        sa.Index("ix_subscription_company", "operator_id", "company_id", "state"),
        sa.Index("ix_subscription_due", "operator_id", "next_on"),
    )

    version_id: Mapped[UUID] = mapped_column(info=personal("subscription.record"))
    """Pinned: a later version does not reach it without notice, and never without consent when it costs more."""
    next_version_id: Mapped[UUID | None] = mapped_column(info=personal("subscription.record"))
    """Agreed change, from the next renewal on."""
    next_seats: Mapped[int | None] = mapped_column(info=personal("subscription.record"))
    """Agreed number of people, from the next renewal on."""
    account_id: Mapped[UUID] = mapped_column(info=personal("subscription.record"))
    person_id: Mapped[UUID | None] = mapped_column(info=personal("subscription.record"))
    company_id: Mapped[UUID | None] = mapped_column(info=personal("subscription.record"))
    state: Mapped[str] = mapped_column(sa.String(8), default=SubscriptionState.PENDING.value, info=personal("subscription.record"))
    seats: Mapped[int] = mapped_column(default=1, info=personal("subscription.record"))
    started_on: Mapped[date] = mapped_column(info=personal("subscription.record"))
    anchor: Mapped[int] = mapped_column(sa.SmallInteger, info=personal("subscription.record"))
    trial_until: Mapped[date | None] = mapped_column(info=personal("subscription.record"))
    period_start: Mapped[date] = mapped_column(info=personal("subscription.record"))
    period_end: Mapped[date] = mapped_column(info=personal("subscription.record"))
    """First day that is not paid for: the next renewal."""
    rate_start: Mapped[date] = mapped_column(info=personal("subscription.record"))
    """First day of the period at the present price: later than ``period_start`` after a change in between."""
    rate_amount: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=personal("subscription.record"))
    """Minor units that a whole period costs at the present price."""
    rate_discount: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=personal("subscription.record"))
    """Minor units that a promotion takes off a whole period."""
    rate_days: Mapped[int] = mapped_column(default=0, info=personal("subscription.record"))
    """Days from ``rate_start`` on that are charged: pauses and an early end take theirs out."""
    overdrawn: Mapped[dict[str, Any]] = mapped_column(default=dict, info=personal("subscription.record"))
    """By unit, what was used of days that were given up later: it comes off what this period grants next."""
    next_on: Mapped[date | None] = mapped_column(info=personal("subscription.record"))
    """When the daily job has something to do: start, renew, remind, rest, go on or end."""
    cancelled_at: Mapped[datetime | None] = mapped_column(info=personal("subscription.record"))
    ends_on: Mapped[date | None] = mapped_column(info=personal("subscription.record"))
    """First day on which it is over, once somebody gave notice."""
    end_reason: Mapped[str] = mapped_column(sa.String(20), default="", info=personal("subscription.record"))
    """member, operator, withdrawal, unpaid, expired."""
    agreed_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("subscription.record"))
    """When the contract was made: the withdrawal period runs from it (directive 2011/83/EU, article 9)."""
    begin_at_once: Mapped[bool] = mapped_column(default=False, info=personal("subscription.record"))
    """The consumer asked for the service to begin within the withdrawal period (article 16)."""
    idempotency_key: Mapped[str | None] = mapped_column(sa.String(64), info=not_personal("random, made for one form"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("subscription.record"))

    version: Mapped[PlanVersion] = relationship(primaryjoin="foreign(Subscription.version_id) == PlanVersion.id")
    account: Mapped[Account] = relationship(primaryjoin="foreign(Subscription.account_id) == Account.id")
    pauses: Mapped[list["Pause"]] = relationship(
        primaryjoin="Subscription.id == foreign(Pause.subscription_id)", order_by="Pause.starts_on", cascade="all, delete-orphan"
    )
    events: Mapped[list["SubscriptionEvent"]] = relationship(
        primaryjoin="Subscription.id == foreign(SubscriptionEvent.subscription_id)", order_by="SubscriptionEvent.id", cascade="all, delete-orphan"
    )

    @property
    def is_running(self) -> bool:
        """Whether the plan's benefits are given now."""
        return self.state in {SubscriptionState.TRIAL.value, SubscriptionState.ACTIVE.value}


class Pause(Identified, TenantOwned, Base):
    """Days, ``[starts_on, ends_on)``, in which a subscription rests: no charge, no allowance, no access."""

    __tablename__ = "pause"
    __table_args__ = (tenant_fk("subscription_id", "subscription", ondelete="CASCADE"), sa.Index("ix_pause_subscription", "subscription_id"))

    subscription_id: Mapped[UUID] = mapped_column(info=personal("subscription.record"))
    starts_on: Mapped[date] = mapped_column(info=personal("subscription.record"))
    ends_on: Mapped[date | None] = mapped_column(info=personal("subscription.record"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("subscription.record"))


class PriceOverride(Identified, TenantOwned, Base):
    """Another price for one subscription, with its reason and its end."""

    __tablename__ = "price_override"
    __table_args__ = (
        tenant_fk("subscription_id", "subscription", ondelete="CASCADE"),
        tenant_fk("given_by_id", "person"),
        sa.CheckConstraint("amount >= 0", name="amount"),
        sa.Index("ix_price_override_subscription", "subscription_id"),
    )

    subscription_id: Mapped[UUID] = mapped_column(info=personal("subscription.record"))
    amount: Mapped[int] = mapped_column(sa.BigInteger, info=personal("subscription.record"))
    currency: Mapped[str] = mapped_column(sa.String(3), info=not_personal("a currency"))
    reason: Mapped[str] = mapped_column(sa.String(240), info=personal("subscription.record"))
    starts_on: Mapped[date] = mapped_column(info=personal("subscription.record"))
    ends_on: Mapped[date | None] = mapped_column(info=personal("subscription.record"))
    """First day without it."""
    given_by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    given_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("subscription.record"))

    @property
    def price(self) -> Money:
        """What a period costs instead."""
        return Money(self.amount, self.currency)


class VersionNotice(Identified, TenantOwned, Base):
    """A subscriber was told of a new version: what changes, when, and whether they said yes where the price goes up."""

    __tablename__ = "version_notice"
    __table_args__ = (
        tenant_key(),
        tenant_fk("subscription_id", "subscription", ondelete="CASCADE"),
        tenant_fk("version_id", "plan_version"),
        sa.UniqueConstraint("subscription_id", "version_id"),
    )

    subscription_id: Mapped[UUID] = mapped_column(info=personal("subscription.record"))
    version_id: Mapped[UUID] = mapped_column(info=personal("subscription.record"))
    told_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("subscription.record"))
    effective_on: Mapped[date] = mapped_column(info=personal("subscription.record"))
    needs_consent: Mapped[bool] = mapped_column(info=not_personal("whether the price goes up"))
    answered_at: Mapped[datetime | None] = mapped_column(info=personal("subscription.record"))
    consented: Mapped[bool | None] = mapped_column(info=personal("subscription.record"))


class SubscriptionEvent(Identified, TenantOwned, Base):
    """Something that happened to a subscription. ``key`` makes each thing happen once, however often it is asked for."""

    __tablename__ = "subscription_event"
    __table_args__ = (
        tenant_fk("subscription_id", "subscription", ondelete="CASCADE"),
        tenant_fk("by_id", "person"),
        sa.UniqueConstraint("subscription_id", "key"),
    )

    subscription_id: Mapped[UUID] = mapped_column(info=personal("subscription.record"))
    key: Mapped[str] = mapped_column(sa.String(120), info=not_personal("name of one happening, such as renewed:2026-12-01"))
    what: Mapped[str] = mapped_column(sa.String(30), info=personal("subscription.record"))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, info=personal("subscription.record"))
    by_id: Mapped[UUID | None] = mapped_column(info=personal("staff.work"))
    at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("subscription.record"))


class Order(Identified, TenantOwned, Base):
    """Somebody is buying: a plan, a pass or a drop-in booking, kept from the first page to the payment.

    The goods are made in the transaction in which it is paid or accepted, once.
    """

    __tablename__ = "purchase_order"
    __table_args__ = (
        tenant_key(),
        tenant_fk("person_id", "person"),
        tenant_fk("account_id", "account"),
        tenant_fk("version_id", "plan_version"),
        tenant_fk("subscription_id", "subscription"),
        sa.UniqueConstraint("operator_id", "idempotency_key"),
        sa.Index("ix_purchase_order_person", "operator_id", "person_id"),
    )

    person_id: Mapped[UUID] = mapped_column(info=personal("order.record"))
    account_id: Mapped[UUID] = mapped_column(info=personal("order.record"))
    version_id: Mapped[UUID] = mapped_column(info=personal("order.record"))
    subscription_id: Mapped[UUID | None] = mapped_column(info=personal("order.record"))
    state: Mapped[str] = mapped_column(sa.String(10), default="open", info=personal("order.record"))
    """open, paid, done or cancelled. Paid and not done: the money came and the goods could not be made, so staff look."""
    amount: Mapped[int] = mapped_column(sa.BigInteger, default=0, info=personal("order.record"))
    """Minor units that were shown as due when ordering, VAT included."""
    currency: Mapped[str] = mapped_column(sa.String(3), default="", info=not_personal("a currency"))
    trouble: Mapped[str] = mapped_column(sa.String(20), default="", info=not_personal("why a paid order could not be done"))
    seats: Mapped[int] = mapped_column(default=1, info=personal("order.record"))
    starts_on: Mapped[date] = mapped_column(info=personal("order.record"))
    promotion_code: Mapped[str] = mapped_column(sa.String(30), default="", info=personal("order.record"))
    begin_at_once: Mapped[bool] = mapped_column(default=False, info=personal("order.record"))
    idempotency_key: Mapped[str] = mapped_column(sa.String(64), info=not_personal("random, made for one form"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now, info=personal("order.record"))
    done_at: Mapped[datetime | None] = mapped_column(info=personal("order.record"))
