"""Promotion codes: whether one counts, and using it up, never more often than the operator said."""

from datetime import date
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult

from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.money import Money

from .models import PlanVersion, Promotion, Redemption, Subscription

LONGEST = 30


class CodeRefused(ValueError):
    """The code gives nothing here: unknown, over, used up, or for another plan."""


def find(code: str, version: PlanVersion, today: date) -> Promotion | None:
    """The promotion of a code that was typed; None for no code. Raises CodeRefused."""
    typed = "".join(code.split()).upper()
    if not typed:
        return None
    if len(typed) > LONGEST or not typed.isprintable():
        raise CodeRefused
    found = db.session.scalar(sa.select(Promotion).where(Promotion.code == typed))
    if found is None or not _counts(found, version, today):
        raise CodeRefused
    return found


def _counts(promotion: Promotion, version: PlanVersion, today: date) -> bool:
    return (
        promotion.ended_at is None
        and (promotion.last_day is None or today <= promotion.last_day)
        and (promotion.most_uses == 0 or promotion.used < promotion.most_uses)
        and promotion.plan_id in (None, version.plan_id)
        and (promotion.percent > 0 or promotion.currency == version.currency)
    )


def redeem(promotion: Promotion, subscription: Subscription) -> Redemption:
    """Use a code for a subscription, once. Raises CodeRefused when others took the last use."""
    before = of(subscription)
    if before is not None:
        return before
    use_once(promotion)
    redemption = Redemption(
        id=new_id(), promotion_id=promotion.id, subscription_id=subscription.id, periods_left=promotion.periods or None, redeemed_at=clock.now()
    )
    db.session.add(redemption)
    db.session.flush()
    return redemption


def use_once(promotion: Promotion) -> None:
    """Count one use. Raises CodeRefused when there is none left: the database decides who had the last."""
    taken = (
        sa.update(Promotion)
        .where(Promotion.id == promotion.id, Promotion.ended_at.is_(None), sa.or_(Promotion.most_uses == 0, Promotion.used < Promotion.most_uses))
        .values(used=Promotion.used + 1)
    )
    if cast("CursorResult[Any]", db.session.execute(taken)).rowcount != 1:
        raise CodeRefused


def of(subscription: Subscription) -> Redemption | None:
    """The code that a subscription uses."""
    return db.session.scalar(sa.select(Redemption).where(Redemption.subscription_id == subscription.id))


def discount(promotion: Promotion, version: PlanVersion, price: Money) -> Money:
    """What the promotion takes off a whole period; nothing for another plan or currency, never more than the price."""
    if promotion.plan_id not in (None, version.plan_id) or (promotion.amount and promotion.currency != price.currency):
        return Money(0, price.currency)
    if promotion.percent:
        return price.share(promotion.percent, 100)
    return Money(min(promotion.amount, price.minor), price.currency)


def discount_of(subscription: Subscription, version: PlanVersion, price: Money, ahead: int = 0) -> Money:
    """What the subscription's code takes off its next period, or the one ``ahead`` of it."""
    redemption = of(subscription)
    if redemption is None or (redemption.periods_left is not None and redemption.periods_left <= ahead):
        return Money(0, price.currency)
    return discount(db.session.get_one(Promotion, redemption.promotion_id), version, price)


def use_period(subscription: Subscription) -> None:
    """One period with the code is charged."""
    redemption = of(subscription)
    if redemption is not None and redemption.periods_left:
        redemption.periods_left -= 1
