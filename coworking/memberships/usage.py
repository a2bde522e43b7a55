"""What a company's people used in a month: bookings, time from the shared allowance, and charges."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from coworking.billing.models import Account, Charge
from coworking.core import clock
from coworking.core.db import db
from coworking.core.money import Money
from coworking.people.company import Company

from .anchors import months_after
from .models import Direction, Grant, LedgerEntry, Subscription, SubscriptionState


@dataclass(frozen=True, slots=True)
class Used:
    """One person's month."""

    allowance: dict[str, int]
    """Unit to how much of the pool was used."""
    charged: Money


@dataclass(frozen=True, slots=True)
class Pool:
    """What is left of one unit for everybody."""

    unit: str
    left: int
    quantity: int


def by_person(company: Company, account: Account | None, day: date, zone: str, currency: str) -> dict[UUID, Used]:
    """What each person used in the month of ``day``: two queries."""
    first = day.replace(day=1)
    following = months_after(first, 1)
    start, end = clock.at_wall(first, 0, zone), clock.at_wall(following, 0, zone)
    spent = (
        sa.select(LedgerEntry.person_id, Grant.unit, sa.func.sum(LedgerEntry.quantity))
        .join(Grant, LedgerEntry.grant_id == Grant.id)
        .where(
            Grant.company_id == company.id,
            LedgerEntry.person_id.is_not(None),
            LedgerEntry.direction.in_([Direction.SPEND.value, Direction.REFUND.value]),
            LedgerEntry.at >= start,
            LedgerEntry.at < end,
        )
        .group_by(LedgerEntry.person_id, Grant.unit)
    )
    allowance: dict[UUID, dict[str, int]] = {}
    for person_id, unit, quantity in db.session.execute(spent):
        assert person_id is not None  # noqa: S101 - asked for above
        allowance.setdefault(person_id, {})[unit] = -int(quantity)
    charged = _charged(account, first, following, currency) if account is not None else {}
    return {each: Used(allowance.get(each, {}), charged.get(each, Money(0, currency))) for each in allowance.keys() | charged.keys()}


def _charged(account: Account, first: date, following: date, currency: str) -> dict[UUID, Money]:
    wanted = (
        sa.select(Charge.person_id, sa.func.sum(Charge.amount))
        .where(
            Charge.account_id == account.id,
            Charge.currency == currency,
            Charge.waived_at.is_(None),
            Charge.person_id.is_not(None),
            Charge.period_start >= first,
            Charge.period_start < following,
        )
        .group_by(Charge.person_id)
    )
    return {person_id: Money(int(minor), currency) for person_id, minor in db.session.execute(wanted) if person_id is not None}


def pools(company: Company) -> list[Pool]:
    """What is left for everybody now, by unit."""
    now = clock.now()
    wanted = (
        sa.select(Grant.unit, sa.func.sum(Grant.remaining), sa.func.sum(Grant.quantity))
        .where(Grant.company_id == company.id, Grant.valid_from <= now, sa.or_(Grant.expires_at.is_(None), Grant.expires_at > now))
        .group_by(Grant.unit)
        .order_by(Grant.unit)
    )
    return [Pool(unit, int(left), int(quantity)) for unit, left, quantity in db.session.execute(wanted)]


def seats_paid(company: Company) -> int | None:
    """For how many people the company's plans are; None where it has no plan, and so no limit."""
    running = (SubscriptionState.ACTIVE.value, SubscriptionState.TRIAL.value, SubscriptionState.PENDING.value, SubscriptionState.PAUSED.value)
    wanted = sa.select(sa.func.sum(Subscription.seats)).where(Subscription.company_id == company.id, Subscription.state.in_(running))
    total = db.session.scalar(wanted)
    return int(total) if total else None
