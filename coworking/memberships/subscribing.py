"""Going onto a plan: trial, sign-up fee, deposit, promotion, the first charge, and what the plan grants."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from coworking.billing import deposits
from coworking.billing.accounts import account_of, account_of_company, known_account_of, known_account_of_company
from coworking.billing.models import Account
from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.money import Money
from coworking.people.company import Company
from coworking.people.models import Person

from . import granting, periods, promotions
from .anchors import next_start
from .history import once, tell
from .models import Plan, PlanKind, PlanVersion, Promotion, Subscription, SubscriptionState
from .renewing import begin_period, bring_to

FURTHEST = timedelta(days=92)
"""How far ahead a plan may start."""
MOST_SEATS = 500


class Refused(ValueError):
    """It can't be subscribed to. ``why``: gone, start, seats, already, hold or code."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to subscribe to."""

    version: PlanVersion
    starts_on: date
    seats: int = 0
    """People it is for; 0: as many as the plan includes."""
    code: str = ""
    begin_at_once: bool = False
    trial: bool = True
    agreed: bool = False
    """It was ordered while the version was on offer: a newer one does not change what was agreed."""
    key: str | None = None
    """Names the form, so that sending it twice subscribes once."""


def check(wish: Wish, holder: Person | Company | None, today: date) -> Promotion | None:
    """The promotion that the wish uses, once all else is in order. Raises Refused."""
    plan = db.session.get_one(Plan, wish.version.plan_id)
    on_offer = wish.agreed or (plan.retired_at is None and plan.current.id == wish.version.id)
    if plan.kind == PlanKind.PASS.value or not on_offer:
        raise Refused("gone")
    if not today <= wish.starts_on <= today + FURTHEST:
        raise Refused("start")
    if not 0 <= wish.seats <= MOST_SEATS or (wish.seats > wish.version.seats and not wish.version.seat_amount):
        raise Refused("seats")
    if holder is not None and not wish.agreed and _on_hold(holder):
        raise Refused("hold")
    if holder is not None and plan.kind == PlanKind.PLAN.value and open_plan(holder) is not None:
        raise Refused("already")
    try:
        return promotions.find(wish.code, wish.version, today)
    except promotions.CodeRefused as refusal:
        raise Refused("code") from refusal


def _on_hold(holder: Person | Company) -> bool:
    account = known_account_of(holder) if isinstance(holder, Person) else known_account_of_company(holder)
    return account is not None and account.on_hold


def open_plan(holder: Person | Company) -> Subscription | None:
    """The membership that a person, or a company, has: not ended and not about to end."""
    own = Subscription.person_id == holder.id if isinstance(holder, Person) else Subscription.company_id == holder.id
    wanted = (
        sa.select(Subscription)
        .join(PlanVersion, PlanVersion.id == Subscription.version_id)
        .join(Plan, Plan.id == PlanVersion.plan_id)
        .where(own, Subscription.state != SubscriptionState.ENDED.value, Subscription.ends_on.is_(None), Plan.kind == PlanKind.PLAN.value)
    )
    return db.session.scalar(wanted.limit(1))


def may_try(holder: Person | Company | None, version: PlanVersion) -> bool:
    """Whether the free trial of the plan is open to somebody: once each."""
    if not version.trial_days or holder is None:
        return bool(version.trial_days)
    own = Subscription.person_id == holder.id if isinstance(holder, Person) else Subscription.company_id == holder.id
    before = (
        sa.select(Subscription.id).join(PlanVersion, PlanVersion.id == Subscription.version_id).where(own, PlanVersion.plan_id == version.plan_id)
    )
    return db.session.scalar(before.limit(1)) is None


def subscribe(holder: Person | Company, wish: Wish, today: date, *, by: UUID | None = None) -> Subscription:
    """Put a person or a company on a plan. The same ``wish.key`` gives the first subscription again. Raises Refused.

    Without a trial the first period is charged now, whenever it starts: that is what is due when ordering.
    """
    if wish.key is not None and (before := _known(wish.key)) is not None:
        return before
    account = account_of(holder) if isinstance(holder, Person) else account_of_company(holder)
    _one_at_a_time(account)
    promotion = check(wish, holder, today)
    try:
        with db.session.begin_nested():
            subscription = _written(holder, account, wish)
    except IntegrityError:
        before = _known(wish.key or "")
        if before is None:
            raise
        return before
    if promotion is not None:
        _redeem(promotion, subscription)
    _first_charges(subscription, today)
    event = once(subscription, "subscribed", "subscribed", by, due=today.isoformat(), starts_on=wish.starts_on.isoformat())
    bring_to(subscription, today)
    if event is not None:
        tell(event, "subscribed")
    return subscription


def _one_at_a_time(account: Account) -> None:
    # Two orders at once must not put one person on two plans.
    db.session.execute(sa.select(Account.id).where(Account.id == account.id).with_for_update())


def _known(key: str) -> Subscription | None:
    return db.session.scalar(sa.select(Subscription).where(Subscription.idempotency_key == key))


def _redeem(promotion: Promotion, subscription: Subscription) -> None:
    try:
        promotions.redeem(promotion, subscription)
    except promotions.CodeRefused as refusal:
        raise Refused("code") from refusal


def _written(holder: Person | Company, account: Account, wish: Wish) -> Subscription:
    version, start = wish.version, wish.starts_on
    trial_until = start + timedelta(days=version.trial_days) if wish.trial and may_try(holder, version) else None
    first = trial_until or start
    subscription = Subscription(
        id=new_id(), version_id=version.id, account_id=account.id, seats=max(wish.seats, version.seats),
        person_id=holder.id if isinstance(holder, Person) else None, company_id=holder.id if isinstance(holder, Company) else None,
        state=SubscriptionState.PENDING.value, started_on=start, anchor=first.day, trial_until=trial_until,
        period_start=start, period_end=first, rate_start=start, rate_amount=0, rate_discount=0, rate_days=0, overdrawn={},
        agreed_at=clock.now(), begin_at_once=wish.begin_at_once, idempotency_key=wish.key, created_at=clock.now(),
    )  # fmt: skip
    db.session.add(subscription)
    db.session.flush()
    return subscription


def _first_charges(subscription: Subscription, today: date) -> None:
    version, key = subscription.version, f"subscription:{subscription.id}"
    if subscription.trial_until is None:
        begin_period(subscription, subscription.started_on, today)
    else:
        _grant_trial(subscription)
    if version.sign_up_fee:
        facts = {"name": dict(version.name), "version": str(version.id), "number": version.number}
        periods.write(subscription, f"{key}:sign_up", periods.FEE, Money(version.sign_up_fee, version.currency), facts, today)
    if version.deposit:
        deposits.ask(subscription.account, key, Money(version.deposit, version.currency))


def _grant_trial(subscription: Subscription) -> None:
    """A trial grants its days' part of what a whole period does."""
    assert subscription.trial_until is not None  # noqa: S101
    whole = (next_start(subscription.trial_until, subscription.anchor, subscription.version.months) - subscription.trial_until).days
    days = min(whole, (subscription.trial_until - subscription.started_on).days)
    granting.more_days(subscription, 0, days, whole, f"subscription:{subscription.id}:trial", subscription.started_on)
