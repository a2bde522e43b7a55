"""Another price for one subscription, with a reason and an end. It counts for periods that begin while it holds."""

from datetime import date
from uuid import UUID

from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.money import CurrencyMismatch, Money

from .history import lock, once
from .models import PriceOverride, Subscription, SubscriptionState
from .renewing import schedule


class OverrideRefused(ValueError):
    """It can't be agreed so. ``why``: ended, days or reason."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def agree(subscription: Subscription, price: Money, reason: str, starts_on: date, ends_on: date | None, *, by: UUID | None = None) -> PriceOverride:
    """Charge ``price`` for each period that begins on ``[starts_on, ends_on)``. Raises OverrideRefused, CurrencyMismatch."""
    lock(subscription)
    if subscription.state == SubscriptionState.ENDED.value:
        raise OverrideRefused("ended")
    if ends_on is not None and ends_on <= starts_on:
        raise OverrideRefused("days")
    if not reason:
        raise OverrideRefused("reason")
    if price.currency != subscription.version.currency:
        raise CurrencyMismatch(f"{price.currency} and {subscription.version.currency}")
    row = PriceOverride(
        id=new_id(), subscription_id=subscription.id, amount=price.minor, currency=price.currency, reason=reason,
        starts_on=starts_on, ends_on=ends_on, given_by_id=by, given_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    until = ends_on.isoformat() if ends_on else None
    once(
        subscription, f"override:{row.id}", "override", by,
        amount=price.minor, currency=price.currency, reason=reason, since=starts_on.isoformat(), until=until,
    )  # fmt: skip
    schedule(subscription)
    return row


def stop(subscription: Subscription, override: PriceOverride, on: date, *, by: UUID | None = None) -> None:
    """Let it hold no longer than until ``on``."""
    lock(subscription)
    if override.ends_on is None or override.ends_on > on:
        override.ends_on = max(on, override.starts_on)
        once(subscription, f"override_over:{override.id}:{on}", "override_over", by, on=on.isoformat())
    schedule(subscription)
