"""Leaving: what it means is told before anybody confirms, it can be undone until it happens, and nothing is asked for it.

By whom and why is in ``end_reason``: member, operator, unpaid or withdrawal.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.billing.models import Account, Deposit
from coworking.core import clock
from coworking.core.db import db
from coworking.core.money import Money

from . import granting, promotions
from .anchors import next_start
from .changing import minimum_until
from .history import count, happened, once, tell
from .models import Grant, Subscription, SubscriptionState
from .periods import period, price_of, rate, rests, set_days
from .proration import Span, difference, part, running_days
from .renewing import bring_to, next_version, schedule

MEMBER, OPERATOR, UNPAID = "member", "operator", "unpaid"


class TooLate(ValueError):
    """It has ended already."""


@dataclass(frozen=True, slots=True)
class LastBill:
    """A period that is still to be charged before the end."""

    span: Span
    days: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaving today means: told before it is confirmed, and again by mail afterwards."""

    ends_on: date
    """First day on which it is over."""
    bills: list[LastBill] = field(default_factory=list)
    credit: Money | None = None
    """For days that are paid and not used."""
    minimum_until: date | None = None
    """Where a minimum term sets the date."""
    notice_days: int = 0
    deposit: Money | None = None

    @property
    def last_day(self) -> date:
        """Last day on which it runs."""
        return self.ends_on - timedelta(days=1)

    @property
    def still_to_pay(self) -> Money | None:
        """All that is charged from now on; None when nothing is."""
        return sum((bill.amount for bill in self.bills[1:]), self.bills[0].amount) if self.bills else None


def terms_of_leaving(subscription: Subscription, today: date, asked_on: date | None = None) -> Leaving:
    """What giving notice means. ``asked_on``: the day on which somebody first said so, where that was earlier."""
    notice, minimum = subscription.version.notice_days, minimum_until(subscription)
    if subscription.state == SubscriptionState.TRIAL.value:
        return Leaving(subscription.period_end, deposit=_deposit(subscription))
    if may_go_freely(subscription):
        return _leaving(subscription, today + timedelta(days=1), 0, None)
    earliest = max((asked_on or today) + timedelta(days=notice), today + timedelta(days=1))
    ends_on = max(earliest, minimum, subscription.period_end)
    return _leaving(subscription, ends_on, notice, minimum if minimum == ends_on and minimum > earliest else None)


def may_go_freely(subscription: Subscription) -> bool:
    """Whether a term longer than a month renewed without the letter before it: then notice is not needed (L215-1)."""
    if subscription.version.months <= 1 or happened(subscription, f"renewed:{subscription.period_start}") is None:
        return False
    letter = happened(subscription, f"reminded:{subscription.period_start}")
    return letter is None or not letter.facts["told"]


def _leaving(subscription: Subscription, ends_on: date, notice: int, minimum: date | None) -> Leaving:
    credit = None
    if ends_on < subscription.period_end:
        credit = credit_when_ending(subscription, ends_on)
    return Leaving(ends_on, _bills(subscription, ends_on), credit or None, minimum, notice, _deposit(subscription))


def credit_when_ending(subscription: Subscription, ends_on: date) -> Money:
    """What of the present period comes back when it ends on a day within it."""
    price, discount = rate(subscription)
    kept = running_days(Span(subscription.rate_start, subscription.period_end), rests(subscription), ends_on)
    return difference(price - discount, kept, max(kept, subscription.rate_days), period(subscription).days)


def _bills(subscription: Subscription, ends_on: date) -> list[LastBill]:
    bills: list[LastBill] = []
    start, ahead = subscription.period_end, 0
    while start < ends_on:
        version = next_version(subscription, start)
        end = next_start(start, subscription.anchor, version.months)
        days = running_days(Span(start, end), rests(subscription), ends_on)
        price = price_of(subscription, version, subscription.next_seats or subscription.seats, start)
        off = promotions.discount_of(subscription, version, price, ahead)
        of_days = (end - start).days
        bills.append(LastBill(Span(start, min(end, ends_on)), days, part(price, days, of_days) - part(off, days, of_days)))
        start, ahead = end, ahead + 1
    return [bill for bill in bills if bill.amount]


def _deposit(subscription: Subscription) -> Money | None:
    held = db.session.scalar(
        sa.select(Deposit).where(
            Deposit.source_key == f"subscription:{subscription.id}", Deposit.received_at.is_not(None), Deposit.returned_at.is_(None)
        )
    )
    return held.money if held is not None else None


def leave(subscription: Subscription, today: date, *, asked_on: date | None = None, by: UUID | None = None) -> date:
    """Give notice; returns the first day on which it is over. Doing it twice changes nothing. Raises TooLate."""
    bring_to(subscription, today)
    if subscription.state == SubscriptionState.ENDED.value:
        raise TooLate
    if subscription.ends_on is not None:
        return subscription.ends_on
    terms = terms_of_leaving(subscription, today, asked_on)
    _end_on(subscription, terms.ends_on, MEMBER, today, by, _facts(terms))
    return terms.ends_on


def _facts(terms: Leaving) -> dict[str, object]:
    still, credit = terms.still_to_pay, terms.credit
    return {
        "bills": [[bill.span.start.isoformat(), bill.span.end.isoformat(), bill.amount.minor] for bill in terms.bills],
        "still": still.minor if still else 0, "credit": credit.minor if credit else 0, "deposit": terms.deposit.minor if terms.deposit else 0,
    }  # fmt: skip


def end_by_operator(subscription: Subscription, on: date, reason: str, today: date, *, by: UUID | None = None) -> None:
    """The operator ends it on a day of theirs; what is paid beyond comes back. Raises TooLate, ValueError for a day gone by."""
    bring_to(subscription, today)
    if subscription.state == SubscriptionState.ENDED.value:
        raise TooLate
    if on < today:
        raise ValueError("a day gone by")
    if subscription.ends_on == on:
        return
    _end_on(subscription, on, OPERATOR, today, by, {"reason": reason})


def end_unpaid(account: Account, today: date) -> None:
    """End what an account is subscribed to, today, because it was not paid. Called by the state machine of overdue."""
    open_ = sa.select(Subscription).where(Subscription.account_id == account.id, Subscription.state != SubscriptionState.ENDED.value)
    for subscription in db.session.scalars(open_.order_by(Subscription.id)).all():
        bring_to(subscription, today)
        if subscription.state != SubscriptionState.ENDED.value:
            _end_on(subscription, today, UNPAID, today, None, {})


def _end_on(subscription: Subscription, on: date, reason: str, today: date, by: UUID | None, facts: dict[str, object]) -> None:
    number = count(subscription, "leaving") + 1
    subscription.ends_on, subscription.end_reason, subscription.cancelled_at = on, reason, clock.now()
    db.session.flush()
    credit = set_days(subscription, f"end:{number}", today) * -1
    ends = _cut(subscription, on)
    told = {**facts, "credit": max(0, credit.minor), "currency": subscription.version.currency, "ends_on": on.isoformat(), "why": reason, "cut": ends}
    event = once(subscription, f"leaving:{number}", "leaving", by, **told)
    schedule(subscription)
    bring_to(subscription, today)
    if event is not None:
        tell(event, "leaving" if reason == MEMBER else "ended_by_operator" if reason == OPERATOR else "ended_unpaid")


def _cut(subscription: Subscription, on: date) -> dict[str, str | None]:
    """Let no allowance live longer than the plan; what each had, so that it can be undone."""
    end = granting.midnight(on)
    later = sa.select(Grant).where(
        Grant.subscription_id == subscription.id, Grant.remaining > 0, sa.or_(Grant.expires_at.is_(None), Grant.expires_at > end)
    )
    had = {}
    for grant in db.session.scalars(later):
        had[str(grant.id)] = grant.expires_at.isoformat() if grant.expires_at else None
        grant.expires_at = max(end, grant.valid_from)
    return had


def stay(subscription: Subscription, today: date, *, by: UUID | None = None, staff: bool = False) -> None:
    """Undo a notice before it takes effect. Without a notice nothing changes. Raises TooLate, also for an end by the operator."""
    bring_to(subscription, today)
    if subscription.state == SubscriptionState.ENDED.value:
        raise TooLate
    if subscription.ends_on is None:
        return
    if subscription.end_reason != MEMBER and not staff:
        raise TooLate
    number = count(subscription, "leaving")
    notice = happened(subscription, f"leaving:{number}")
    subscription.ends_on, subscription.end_reason, subscription.cancelled_at = None, "", None
    db.session.flush()
    _uncut(notice.facts.get("cut", {}) if notice is not None else {})
    set_days(subscription, f"undo:{number}", today)
    event = once(subscription, f"stayed:{number}", "stayed", by)
    schedule(subscription)
    bring_to(subscription, today)
    if event is not None:
        tell(event, "stayed")


def _uncut(had: dict[str, str | None]) -> None:
    for grant_id, ends in had.items():
        grant = db.session.get(Grant, UUID(grant_id))
        if grant is not None:
            grant.expires_at = datetime.fromisoformat(ends) if ends else None
