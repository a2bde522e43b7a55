"""A new version of a plan reaches those who are on an older one by a letter, never by itself.

It counts from the first renewal after the notice. Where it costs more or grants less it needs their yes: whoever says
no, or nothing, stays on what was agreed, until the operator ends that with the plan's own notice.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.jobs import enqueue

from . import ending
from .history import lock, once, tell
from .models import PlanVersion, Subscription, SubscriptionState, VersionNotice
from .periods import list_price
from .renewing import schedule

ANNOUNCE = "memberships.announce"
A_BATCH = 15


class TooSoon(ValueError):
    """The notice would be shorter than the plan's. ``earliest``: the first day on which it may count."""

    def __init__(self, earliest: date) -> None:
        super().__init__(earliest)
        self.earliest = earliest


def earliest(version: PlanVersion, today: date) -> date:
    """First day on which a version announced today may count: after the longest notice of any version in use, a month at least."""
    longest = db.session.scalar(sa.select(sa.func.max(PlanVersion.notice_days)).where(PlanVersion.plan_id == version.plan_id)) or 0
    return today + timedelta(days=max(longest, 30))


def announce(version: PlanVersion, effective_on: date, today: date) -> None:
    """Tell everybody who is on an older version, batch by batch after the answer. Raises TooSoon."""
    first = earliest(version, today)
    if effective_on < first:
        raise TooSoon(first)
    enqueue(ANNOUNCE, version_id=str(version.id), effective_on=effective_on.isoformat())


def behind(version: PlanVersion, after: UUID | None, most: int) -> list[Subscription]:
    """Subscriptions on an older version of the plan, in the order of their ids."""
    wanted = (
        sa.select(Subscription)
        .join(PlanVersion, PlanVersion.id == Subscription.version_id)
        .where(
            PlanVersion.plan_id == version.plan_id,
            PlanVersion.number < version.number,
            Subscription.state != SubscriptionState.ENDED.value,
            Subscription.ends_on.is_(None),
        )
    )
    if after is not None:
        wanted = wanted.where(Subscription.id > after)
    return list(db.session.scalars(wanted.order_by(Subscription.id).limit(most)))


def tell_of(subscription: Subscription, version: PlanVersion, effective_on: date) -> VersionNotice | None:
    """The letter to one subscriber, once; None when they had it."""
    known = sa.select(VersionNotice.id).where(VersionNotice.subscription_id == subscription.id, VersionNotice.version_id == version.id)
    if db.session.scalar(known) is not None:
        return None
    notice = VersionNotice(
        id=new_id(), subscription_id=subscription.id, version_id=version.id, told_at=clock.now(), effective_on=effective_on,
        needs_consent=is_worse(subscription, version),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(notice)
    except IntegrityError:
        return None
    event = once(subscription, f"noticed:{version.id}", "noticed", version=str(version.id), effective_on=effective_on.isoformat())
    if event is not None:
        tell(event, "new_version")
    return notice


def is_worse(subscription: Subscription, version: PlanVersion) -> bool:
    """Whether a version costs this subscriber more, grants less, or binds longer than theirs."""
    present = subscription.version
    seats = max(subscription.seats, version.seats)
    dearer = list_price(version, seats).minor * present.months > list_price(present, subscription.seats).minor * version.months
    now, then = ({each.unit: each.quantity for each in which.allowances} for which in (present, version))
    binds = version.notice_days > present.notice_days or version.minimum_months > present.minimum_months or version.months > present.months
    return dearer or binds or any(then.get(unit, 0) < much for unit, much in now.items())


def waiting(subscription: Subscription) -> VersionNotice | None:
    """The newest letter that still asks for an answer."""
    wanted = (
        sa.select(VersionNotice)
        .join(PlanVersion, PlanVersion.id == VersionNotice.version_id)
        .where(VersionNotice.subscription_id == subscription.id, VersionNotice.needs_consent.is_(True), VersionNotice.answered_at.is_(None))
        .where(PlanVersion.number > subscription.version.number, PlanVersion.plan_id == subscription.version.plan_id)
    )
    return db.session.scalar(wanted.order_by(PlanVersion.number.desc()).limit(1))


def answer(subscription: Subscription, notice: VersionNotice, consented: bool) -> None:
    """Note the subscriber's yes or no. It can be changed until the version counts."""
    lock(subscription)
    notice.consented, notice.answered_at = consented, clock.now()
    db.session.flush()
    once(subscription, f"answered:{notice.id}:{consented}:{clock.now().isoformat()}", "answered", consented=consented, version=str(notice.version_id))
    schedule(subscription)


def without_consent(version: PlanVersion) -> list[Subscription]:
    """Who was told and did not say yes."""
    wanted = (
        sa.select(Subscription)
        .join(VersionNotice, VersionNotice.subscription_id == Subscription.id)
        .where(
            VersionNotice.version_id == version.id,
            VersionNotice.needs_consent.is_(True),
            VersionNotice.consented.is_not(True),
            Subscription.state != SubscriptionState.ENDED.value,
            Subscription.ends_on.is_(None),
        )
    )
    return list(db.session.scalars(wanted.order_by(Subscription.id)))


def end_old_terms(subscriptions: Iterable[Subscription], reason: str, today: date, *, by: UUID | None = None) -> int:
    """The operator no longer offers what these are on: each ends with its own notice, not before what is paid. How many."""
    number = 0
    for subscription in subscriptions:
        terms = ending.terms_of_leaving(subscription, today)
        ending.end_by_operator(subscription, terms.ends_on, reason, today, by=by)
        number += 1
    return number
