"""Pauses: days without charge, allowance and access. The anchor is kept, so the period after is billed from its usual day.

Days of a period that was charged already are credited at once; days of a later period are never charged. What is left of
the allowance rests with the plan and comes back with it.
"""

from datetime import date, timedelta
from uuid import UUID

from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.money import Money

from .history import lock, once, tell
from .models import Pause, Subscription, SubscriptionState
from .periods import period, rate, set_days
from .proration import Span, difference
from .renewing import bring_to, schedule

SHORTEST = timedelta(days=7)
LONGEST = timedelta(days=184)
FURTHEST = timedelta(days=184)


class PauseRefused(ValueError):
    """It can't be paused so. ``why``: state, start, length, overlap, end or begun."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def check(subscription: Subscription, starts_on: date, ends_on: date | None, today: date, *, staff: bool = False) -> None:
    """Raise PauseRefused unless ``[starts_on, ends_on)`` can be paused. Staff may pause from today, for any time, and without an end."""
    if subscription.state not in {SubscriptionState.ACTIVE.value, SubscriptionState.PAUSED.value}:
        raise PauseRefused("state")
    if not (today if staff else today + timedelta(days=1)) <= starts_on <= today + FURTHEST:
        raise PauseRefused("start")
    if ends_on is None:
        if not staff:
            raise PauseRefused("length")
    elif ends_on <= starts_on or (not staff and not SHORTEST <= ends_on - starts_on <= LONGEST):
        raise PauseRefused("length")
    wanted = Span(starts_on, ends_on or date.max)
    if any(Span(pause.starts_on, pause.ends_on or date.max).within(wanted).days for pause in subscription.pauses):
        raise PauseRefused("overlap")
    if subscription.ends_on is not None and wanted.end > subscription.ends_on:
        raise PauseRefused("end")


def credit_of(subscription: Subscription, starts_on: date, ends_on: date | None) -> Money:
    """What a pause gives back of the present period, nothing written: what the page says before."""
    price, discount = rate(subscription)
    given_up = Span(starts_on, ends_on or date.max).within(Span(subscription.rate_start, subscription.period_end)).days
    before = subscription.rate_days
    return difference(price - discount, before, max(0, before - given_up), period(subscription).days) * -1


def pause(subscription: Subscription, starts_on: date, ends_on: date | None, today: date, *, staff: bool = False, by: UUID | None = None) -> Pause:
    """Rest on ``[starts_on, ends_on)``. The same days again are the same pause. Raises PauseRefused."""
    bring_to(subscription, today)
    same = next((each for each in subscription.pauses if (each.starts_on, each.ends_on) == (starts_on, ends_on)), None)
    if same is not None:
        return same
    check(subscription, starts_on, ends_on, today, staff=staff)
    row = Pause(id=new_id(), subscription_id=subscription.id, starts_on=starts_on, ends_on=ends_on, asked_at=clock.now())
    db.session.add(row)
    _again(subscription)
    credit = set_days(subscription, f"pause:{row.id}", today)
    until = ends_on.isoformat() if ends_on else None
    event = once(
        subscription, f"paused:{row.id}", "paused", by, since=starts_on.isoformat(), until=until, amount=credit.minor, currency=credit.currency
    )
    bring_to(subscription, today)
    if event is not None:
        tell(event, "paused")
    return row


def resume(subscription: Subscription, row: Pause, on: date, today: date, *, by: UUID | None = None) -> None:
    """Go on from ``on`` instead of the end that was agreed. A pause that has not begun is called off. Raises PauseRefused."""
    bring_to(subscription, today)
    db.session.refresh(row)
    if on < today or (row.ends_on is not None and row.ends_on <= today):
        raise PauseRefused("start")
    if row.ends_on is not None and row.ends_on <= on:
        return
    key = f"{row.id}:{on}"
    if on <= row.starts_on:
        db.session.delete(row)
    else:
        row.ends_on = on
    _again(subscription)
    amount = set_days(subscription, f"resume:{key}", max(on, today))
    event = once(subscription, f"goes_on:{key}", "goes_on", by, since=on.isoformat(), amount=amount.minor, currency=amount.currency)
    bring_to(subscription, today)
    if event is not None:
        tell(event, "goes_on")


def _again(subscription: Subscription) -> None:
    db.session.flush()
    lock(subscription)
    schedule(subscription)
