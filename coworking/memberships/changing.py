"""Changing plan or seats: now, with the unused days credited and the new ones charged, or from the next renewal on.

Any number of changes fit into one period: each price ends up charged for exactly its own days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core.db import db
from coworking.core.money import Money

from . import granting, promotions
from .anchors import months_after, next_start
from .history import count, once, tell
from .models import Plan, PlanVersion, PriceOverride, Promotion, Subscription, SubscriptionState
from .periods import days_to_pay, list_price, period, price_of, rate, set_days, set_rate
from .proration import Span, difference, part
from .renewing import begin_period, bring_to, schedule
from .subscribing import MOST_SEATS


class ChangeRefused(ValueError):
    """It can't be changed so. ``why``: state, leaving, same, gone, seats or minimum."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Change:
    """What a change means in money, before anybody agrees to it."""

    version: PlanVersion
    seats: int
    back: Money
    """For the days of the present plan that are not used; nothing at renewal."""
    due: Money
    """For the days of the new plan up to the next renewal."""
    since: date
    renews_on: date
    price: Money
    """A whole period from then on, before promotions."""

    @property
    def difference(self) -> Money:
        """What is paid more, or less, for the present period."""
        return self.due - self.back


def check(subscription: Subscription, version: PlanVersion, seats: int, today: date, *, staff: bool = False) -> None:
    """Raise ChangeRefused unless the subscription can go to ``version`` with so many ``seats``."""
    if subscription.state == SubscriptionState.ENDED.value:
        raise ChangeRefused("state")
    if subscription.ends_on is not None:
        raise ChangeRefused("leaving")
    if (version.id, seats) == (subscription.version_id, subscription.seats):
        raise ChangeRefused("same")
    plan, present = db.session.get_one(Plan, version.plan_id), db.session.get_one(Plan, subscription.version.plan_id)
    stays = version.id == subscription.version_id
    if not stays and (plan.kind != present.kind or plan.retired_at is not None or plan.current.id != version.id or not (plan.published or staff)):
        raise ChangeRefused("gone")
    if version.currency != subscription.version.currency:
        raise ChangeRefused("gone")
    if not version.seats <= seats <= MOST_SEATS or (seats > version.seats and not version.seat_amount):
        raise ChangeRefused("seats")
    if not staff and _is_less(subscription, version, seats) and today < minimum_until(subscription):
        raise ChangeRefused("minimum")


def _is_less(subscription: Subscription, version: PlanVersion, seats: int) -> bool:
    present, months = list_price(subscription.version, subscription.seats).minor, subscription.version.months
    return list_price(version, seats).minor * months < present * version.months


def minimum_until(subscription: Subscription) -> date:
    """First day after the minimum term, which a pause makes longer by its days."""
    first = subscription.trial_until or subscription.started_on
    end = months_after(first, subscription.version.minimum_months)
    closed = [Span(pause.starts_on, pause.ends_on) for pause in subscription.pauses if pause.ends_on is not None]
    return end + timedelta(days=sum(rest.days for rest in closed if rest.start < end)) if subscription.version.minimum_months else first


def now(subscription: Subscription, version: PlanVersion, seats: int, today: date) -> Change:
    """What changing today would cost, nothing written."""
    price, discount = rate(subscription)
    used = days_to_pay(subscription, subscription.rate_start, today)
    back = difference(price - discount, used, subscription.rate_days, period(subscription).days)
    new = price_at(subscription, version, seats)
    new_discount = _discount(subscription, version, new)
    if subscription.state == SubscriptionState.TRIAL.value:
        nothing = Money(0, version.currency)
        return Change(version, seats, nothing, nothing, today, subscription.period_end, new)
    if version.months != subscription.version.months:
        renews_on = next_start(today, today.day, version.months)
        return Change(version, seats, back, new - promotions.discount_of(subscription, version, new), today, renews_on, new)
    days = days_to_pay(subscription, today, subscription.period_end)
    due = part(new - new_discount, days, period(subscription).days)
    return Change(version, seats, back, due, today, subscription.period_end, new)


def at_renewal(subscription: Subscription, version: PlanVersion, seats: int) -> Change:
    """What changing at the next renewal would cost, nothing written."""
    nothing = Money(0, version.currency)
    return Change(version, seats, nothing, nothing, subscription.period_end, subscription.period_end, price_at(subscription, version, seats))


def price_at(subscription: Subscription, version: PlanVersion, seats: int) -> Money:
    """The price after a change: an agreed price holds for the plan that it was agreed for."""
    if version.plan_id == subscription.version.plan_id and seats == subscription.seats:
        return price_of(subscription, version, seats, subscription.period_end)
    return list_price(version, seats)


def _discount(subscription: Subscription, version: PlanVersion, price: Money) -> Money:
    # The period in which the code counts goes on with the new plan.
    redemption = promotions.of(subscription) if subscription.rate_discount else None
    if redemption is None:
        return Money(0, price.currency)
    return promotions.discount(db.session.get_one(Promotion, redemption.promotion_id), version, price)


def change_now(subscription: Subscription, version: PlanVersion, seats: int, today: date, *, staff: bool = False, by: UUID | None = None) -> Change:
    """Go to another plan or number of seats today. Asking again changes nothing more. Raises ChangeRefused."""
    bring_to(subscription, today)
    check(subscription, version, seats, today, staff=staff)
    if subscription.state not in {SubscriptionState.ACTIVE.value, SubscriptionState.TRIAL.value}:
        raise ChangeRefused("state")
    change, key = now(subscription, version, seats, today), f"change:{count(subscription, 'changed') + 1}"
    before = subscription.version
    if subscription.state == SubscriptionState.ACTIVE.value:
        set_days(subscription, f"{key}:back", today, days=days_to_pay(subscription, subscription.rate_start, today))
    else:
        granting.lay_down(subscription, f"subscription:{subscription.id}:{key}")
    other_length = version.months != before.months
    _put(subscription, version, seats, today)
    if subscription.state == SubscriptionState.TRIAL.value:
        _grant_rest_of_trial(subscription, key, today)
    elif other_length:
        subscription.anchor = today.day
        begin_period(subscription, today, today, f"{today}:{key}")
    else:
        set_rate(subscription, today, change.price, _discount(subscription, version, change.price))
        set_days(subscription, key, today)
    _told(subscription, key, before, change, by)
    bring_to(subscription, today)
    return change


def _put(subscription: Subscription, version: PlanVersion, seats: int, today: date) -> None:
    if version.plan_id != subscription.version.plan_id or seats != subscription.seats:
        _end_overrides(subscription, today)
    subscription.version_id, subscription.seats = version.id, seats
    subscription.next_version_id = subscription.next_seats = None
    db.session.flush()
    db.session.expire(subscription, ["version"])


def _end_overrides(subscription: Subscription, on: date) -> None:
    agreed = sa.select(PriceOverride).where(
        PriceOverride.subscription_id == subscription.id, sa.or_(PriceOverride.ends_on.is_(None), PriceOverride.ends_on > on)
    )
    for override in db.session.scalars(agreed):
        override.ends_on = max(on, override.starts_on)
    db.session.flush()


def _grant_rest_of_trial(subscription: Subscription, key: str, today: date) -> None:
    end = subscription.period_end
    whole = (next_start(end, subscription.anchor, subscription.version.months) - end).days
    granting.more_days(subscription, 0, min(whole, (end - today).days), whole, f"subscription:{subscription.id}:{key}", today)


def _told(subscription: Subscription, key: str, before: PlanVersion, change: Change, by: UUID | None) -> None:
    event = once(
        subscription, key, "changed", by,
        **{"from": str(before.id), "to": str(change.version.id)}, seats=change.seats, since=change.since.isoformat(),
        back=change.back.minor, due=change.due.minor, price=change.price.minor, currency=change.version.currency,
    )  # fmt: skip
    if event is not None:
        tell(event, "changed")


def change_at_renewal(
    subscription: Subscription, version: PlanVersion, seats: int, today: date, *, staff: bool = False, by: UUID | None = None
) -> Change:
    """Agree on another plan or number of seats from the next renewal on. Raises ChangeRefused."""
    bring_to(subscription, today)
    check(subscription, version, seats, subscription.period_end, staff=staff)
    change = at_renewal(subscription, version, seats)
    if (subscription.next_version_id, subscription.next_seats) == (version.id, seats):
        return change
    if version.plan_id != subscription.version.plan_id or seats != subscription.seats:
        _end_overrides(subscription, subscription.period_end)
    subscription.next_version_id, subscription.next_seats = version.id, seats
    schedule(subscription)
    _told(subscription, f"change:{count(subscription, 'changed') + 1}", subscription.version, change, by)
    return change


def keep_plan(subscription: Subscription, today: date, *, by: UUID | None = None) -> None:
    """Call off a change that was agreed for the next renewal."""
    bring_to(subscription, today)
    if subscription.next_version_id is None and subscription.next_seats is None:
        return
    subscription.next_version_id = subscription.next_seats = None
    schedule(subscription)
    once(subscription, f"kept:{count(subscription, 'changed')}:{subscription.period_end}", "kept", by)
