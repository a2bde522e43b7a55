"""What a plan grants, by the same days as it is charged: given up with them, and granted anew with them.

What was used beyond the days that are kept is remembered in ``overdrawn`` and comes off what the period grants next,
so that changing to and fro, or pausing and going on, never makes an allowance larger.
"""

from datetime import date, datetime

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db
from coworking.core.links import operator_in_force
from coworking.people.company import Company
from coworking.people.models import Person

from . import ledger
from .anchors import next_start
from .ledger import Source
from .models import Allowance, Grant, Subscription
from .proration import quantity


def holder_of(subscription: Subscription) -> Person | Company:
    """Whose allowance it is."""
    if subscription.person_id is not None:
        return db.session.get_one(Person, subscription.person_id)
    return db.session.get_one(Company, subscription.company_id)


def midnight(day: date) -> datetime:
    """The moment at which a day begins on the operator's wall."""
    return clock.at_wall(day, 0, operator_in_force().zone)


def whole(subscription: Subscription, allowance: Allowance) -> int:
    """What a whole period grants of one unit: the plan's allowance is for its seats, further seats bring as much each."""
    return quantity(allowance.quantity, subscription.seats, subscription.version.seats)


def more_days(subscription: Subscription, before: int, after: int, of_days: int, key: str, since: date) -> None:
    """Grant what the days from ``before`` to ``after`` bring, usable from the morning of ``since``."""
    overdrawn = dict(subscription.overdrawn)
    for allowance in subscription.version.allowances:
        amount = whole(subscription, allowance)
        wanted = quantity(amount, after, of_days) - quantity(amount, before, of_days)
        owed = min(wanted, overdrawn.get(allowance.unit, 0))
        overdrawn[allowance.unit] = overdrawn.get(allowance.unit, 0) - owed
        if wanted - owed > 0:
            _grant(subscription, allowance, wanted - owed, key, since)
    subscription.overdrawn = {unit: much for unit, much in overdrawn.items() if much}


def _grant(subscription: Subscription, allowance: Allowance, much: int, key: str, since: date) -> None:
    lives_until = next_start(subscription.period_end, subscription.anchor, subscription.version.months * allowance.carry_over)
    source = Source("subscription", subscription.id, f"{key}:{allowance.unit}")
    ledger.grant(
        holder_of(subscription), allowance.unit, much, source=source, valid_from=midnight(since), expires_at=midnight(lives_until),
        subscription_id=subscription.id,
    )  # fmt: skip


def fewer_days(subscription: Subscription, before: int, after: int, of_days: int, key: str) -> None:
    """Give up what the days from ``after`` to ``before`` brought, as far as it is left."""
    overdrawn = dict(subscription.overdrawn)
    for allowance in subscription.version.allowances:
        amount = whole(subscription, allowance)
        wanted = quantity(amount, before, of_days) - quantity(amount, after, of_days)
        short = wanted - _take(subscription, allowance.unit, wanted, f"{key}:{allowance.unit}")
        overdrawn[allowance.unit] = overdrawn.get(allowance.unit, 0) + short
    subscription.overdrawn = {unit: much for unit, much in overdrawn.items() if much}


def _take(subscription: Subscription, unit: str, wanted: int, key: str) -> int:
    """Take up to ``wanted`` from what this period granted; how much it was."""
    taken = 0
    for grant in _grants(subscription, unit):
        if taken < wanted:
            taken += ledger.trim(grant, wanted - taken, Source("subscription", subscription.id, f"{key}:{grant.id}"))
    return taken


def _grants(subscription: Subscription, unit: str | None = None) -> list[Grant]:
    """What this period granted and is not used up, the newest first."""
    wanted = sa.select(Grant).where(
        Grant.subscription_id == subscription.id, Grant.remaining > 0, Grant.valid_from >= midnight(subscription.period_start)
    )
    if unit is not None:
        wanted = wanted.where(Grant.unit == unit)
    return list(db.session.scalars(wanted.order_by(Grant.id.desc())))


def lay_down(subscription: Subscription, key: str) -> list[dict[str, str | int | None]]:
    """Take everything out of use, as a pause does; what it was, for ``take_up``."""
    wanted = sa.select(Grant).where(Grant.subscription_id == subscription.id, Grant.remaining > 0)
    laid: list[dict[str, str | int | None]] = []
    for grant in db.session.scalars(wanted.order_by(Grant.id)).all():
        entry = ledger.take_away(grant, Source("subscription", subscription.id, f"{key}:{grant.id}"))
        if entry is not None:
            ends = grant.expires_at.isoformat() if grant.expires_at else None
            laid.append({"unit": grant.unit, "quantity": -entry.quantity, "from": grant.valid_from.isoformat(), "until": ends})
    return laid


def take_up(subscription: Subscription, laid: list[dict[str, str | int | None]], since: date, key: str) -> None:
    """Put back into use what a pause laid down, where its time is not over."""
    for number, each in enumerate(laid):
        ends = datetime.fromisoformat(str(each["until"])) if each["until"] else None
        begins = max(datetime.fromisoformat(str(each["from"])), midnight(since))
        if ends is None or ends > begins:
            ledger.grant(
                holder_of(subscription), str(each["unit"]), int(each["quantity"] or 0),
                source=Source("subscription", subscription.id, f"{key}:{number}"), valid_from=begins, expires_at=ends, subscription_id=subscription.id,
            )  # fmt: skip
