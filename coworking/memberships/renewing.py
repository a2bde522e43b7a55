"""What time does to a subscription: it starts, leaves its trial, renews, reminds, rests, goes on and ends.

``bring_to`` does, in their order, all the steps that are due. Done every day or once after a week without a worker, it
comes to the same; done twice, it is done once.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from coworking.core.db import db
from coworking.core.jobs import enqueue

from . import giving_back, granting, promotions
from .anchors import next_start
from .giving_back import Bought
from .history import happened, lock, once, tell
from .models import Pause, PlanVersion, Subscription, SubscriptionState, VersionNotice
from .periods import charge_period, price_of, set_rate

RENEWED = "memberships.renewed"
"""The job for whoever reckons with a new period's allowance."""
REMIND_LONG = timedelta(days=45)
"""Before the last day for notice of a term longer than a month: between three months and one (code de la consommation, L215-1)."""
REMIND_TRIAL = timedelta(days=3)
REMIND_PRICE = timedelta(days=14)
"""Before a monthly price goes up because a promotion or an agreed price ends."""

ENDED, PAUSED, ACTIVE, TRIAL, PENDING = (
    SubscriptionState.ENDED.value, SubscriptionState.PAUSED.value, SubscriptionState.ACTIVE.value, SubscriptionState.TRIAL.value, SubscriptionState.PENDING.value,
)  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """Something that is due on a day. On one day an end comes first, then what goes on, renews and rests."""

    day: date
    rank: int
    what: str
    pause: Pause | None = None


def bring_to(subscription: Subscription, today: date) -> int:
    """Do every step that is due by ``today``; how many there were."""
    lock(subscription)
    done = 0
    while (step := next_step(subscription)) is not None and step.day <= today:
        _do(subscription, step, today)
        done += 1
    subscription.next_on = step.day if step is not None else None
    db.session.flush()
    return done


def schedule(subscription: Subscription) -> None:
    """Note the day of the next step, by which the daily job finds it."""
    db.session.flush()
    step = next_step(subscription)
    subscription.next_on = step.day if step is not None else None


def next_step(subscription: Subscription) -> Step | None:
    """The step that comes next, or None once it has ended."""
    if subscription.state == ENDED:
        return None
    steps = [Step(subscription.period_end, 2, "renew")]
    if subscription.ends_on is not None:
        steps.append(Step(subscription.ends_on, 0, "end"))
    if subscription.state == PENDING:
        steps.append(Step(subscription.started_on, 1, "start"))
    steps.extend(_pauses(subscription))
    steps.extend(_reminders(subscription))
    return min(steps, key=lambda step: (step.day, step.rank))


def _pauses(subscription: Subscription) -> list[Step]:
    steps = []
    for pause in subscription.pauses:
        if happened(subscription, f"rested:{pause.id}") is None:
            steps.append(Step(pause.starts_on, 3, "rest", pause))
        elif pause.ends_on is not None and happened(subscription, f"resumed:{pause.id}") is None:
            steps.append(Step(pause.ends_on, 1, "resume", pause))
    return steps


def _reminders(subscription: Subscription) -> list[Step]:
    if subscription.ends_on is not None or happened(subscription, f"reminded:{subscription.period_end}") is not None:
        return []
    ahead = _remind_before(subscription)
    return [Step(max(subscription.period_start, subscription.period_end - ahead), 4, "remind")] if ahead is not None else []


def _remind_before(subscription: Subscription) -> timedelta | None:
    if subscription.state == TRIAL:
        return REMIND_TRIAL
    if subscription.version.months > 1:
        return REMIND_LONG + timedelta(days=subscription.version.notice_days)
    present = subscription.rate_amount - subscription.rate_discount
    return REMIND_PRICE if upcoming(subscription) > present and subscription.state != PENDING else None


def upcoming(subscription: Subscription) -> int:
    """Minor units that the next whole period costs, as agreed today."""
    version = next_version(subscription, subscription.period_end)
    price = price_of(subscription, version, subscription.next_seats or subscription.seats, subscription.period_end)
    return (price - promotions.discount_of(subscription, version, price)).minor


def next_version(subscription: Subscription, day: date) -> PlanVersion:
    """The version that a period beginning on ``day`` is on: the agreed change, else what was announced and needs no more consent."""
    if subscription.next_version_id is not None:
        return db.session.get_one(PlanVersion, subscription.next_version_id)
    accepted = sa.or_(VersionNotice.needs_consent.is_(False), VersionNotice.consented.is_(True))
    told = (
        sa.select(PlanVersion)
        .join(VersionNotice, VersionNotice.version_id == PlanVersion.id)
        .where(VersionNotice.subscription_id == subscription.id, VersionNotice.effective_on <= day, accepted)
    )
    newest = db.session.scalar(told.where(PlanVersion.plan_id == subscription.version.plan_id).order_by(PlanVersion.number.desc()).limit(1))
    return newest if newest is not None and newest.number > subscription.version.number else subscription.version


def _do(subscription: Subscription, step: Step, today: date) -> None:
    if step.what == "start":
        if once(subscription, "started", "started") is not None:
            subscription.state = TRIAL if subscription.trial_until and subscription.trial_until > step.day else ACTIVE
    elif step.what == "renew":
        renew(subscription, today)
    elif step.what == "end":
        _end(subscription)
    elif step.what == "remind":
        _remind(subscription, today)
    elif step.pause is not None:
        _rest(subscription, step.pause) if step.what == "rest" else _resume(subscription, step.pause)


def _remind(subscription: Subscription, today: date) -> None:
    # A letter that comes after the renewal is none: leaving then asks for no notice (ending.py).
    in_time = subscription.period_end > today
    event = once(subscription, f"reminded:{subscription.period_end}", "reminded", renews_on=subscription.period_end.isoformat(), told=in_time)
    if event is not None and in_time:
        tell(event, "trial_ends" if subscription.state == TRIAL else "renews")


def renew(subscription: Subscription, today: date) -> None:
    """Put the next period in place, charge and grant it. Once a period."""
    start = subscription.period_end
    if once(subscription, f"renewed:{start}", "renewed", due=today.isoformat()) is None:
        raise RuntimeError(f"{subscription.id} stands at a period that was renewed before")
    subscription.version_id = next_version(subscription, start).id
    subscription.seats, subscription.next_seats, subscription.next_version_id = subscription.next_seats or subscription.seats, None, None
    db.session.flush()
    db.session.expire(subscription, ["version"])
    begin_period(subscription, start, start)
    if subscription.version.allowances:
        enqueue(RENEWED, subscription_id=str(subscription.id))
    if subscription.state == TRIAL:
        subscription.state = ACTIVE


def begin_period(subscription: Subscription, start: date, due_from: date, key: str = "") -> None:
    """A period of the subscription's version from ``start``, charged and granted by the days on which it runs.

    ``key`` names the period where its first day alone would not: after a change on that day.
    """
    version = subscription.version
    subscription.period_start, subscription.period_end = start, next_start(start, subscription.anchor, max(1, version.months))
    subscription.overdrawn = {}
    price = price_of(subscription, version, subscription.seats, start)
    set_rate(subscription, start, price, promotions.discount_of(subscription, version, price))
    charge_period(subscription, due_from, key)


def _end(subscription: Subscription) -> None:
    event = once(subscription, f"ended:{subscription.ends_on}", "ended", reason=subscription.end_reason)
    granting.lay_down(subscription, f"subscription:{subscription.id}:ended")
    subscription.state = ENDED
    giving_back.credit_what_is_left(Bought("subscription", subscription.id, subscription.account, subscription.version.name))
    if event is not None and subscription.end_reason != "withdrawal":
        tell(event, "ended")


def _rest(subscription: Subscription, pause: Pause) -> None:
    laid = granting.lay_down(subscription, f"subscription:{subscription.id}:pause:{pause.id}")
    once(subscription, f"rested:{pause.id}", "rested", laid=laid)
    subscription.state = PAUSED


def _resume(subscription: Subscription, pause: Pause) -> None:
    rested = happened(subscription, f"rested:{pause.id}")
    if pause.ends_on is not None and rested is not None and once(subscription, f"resumed:{pause.id}", "resumed") is not None:
        granting.take_up(subscription, rested.facts["laid"], pause.ends_on, f"subscription:{subscription.id}:resumed:{pause.id}")
        subscription.state = ACTIVE
