"""The consumer's right to withdraw within fourteen days: directive 2011/83/EU, articles 9 to 16, and 11a of (EU) 2023/2673.

Norway has it in angrerettloven § 20, the United Kingdom in the Consumer Contracts Regulations 2013, regulation 29.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import holidays
import sqlalchemy as sa

from coworking.billing.charging import charged_for
from coworking.billing.models import Charge
from coworking.core import clock
from coworking.core.db import db
from coworking.core.jobs import enqueue
from coworking.core.links import operator_in_force
from coworking.core.money import Money

from .giving_back import PAY_BACK
from .history import once, tell
from .models import Subscription, SubscriptionState
from .periods import FEE, days_to_pay, period, rate, set_days, write
from .proration import difference
from .renewing import bring_to, schedule

DAYS = 14
BACK = "withdrawal_back"
EU = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
COUNTRIES = EU | {"NO", "IS", "LI", "GB"}


class NotOpen(ValueError):
    """There is no right to withdraw, or not any more."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What withdrawing today gives back, and what is kept for days that were asked for and used."""

    back: Money
    kept: Money


def last_day(agreed_at: datetime) -> date:
    """Last day on which withdrawing is in time: the fourteenth after the contract, or the working day that follows.

    Regulation 1182/71, article 3(4): a period that would end on a holiday, a Saturday or a Sunday ends on the next working day.
    """
    operator = operator_in_force()
    day = clock.wall_day(agreed_at, operator.zone) + timedelta(days=DAYS)
    days_off = holidays.country_holidays(operator.country, years=[day.year, day.year + 1])
    while day.weekday() >= 5 or day in days_off:
        day += timedelta(days=1)
    return day


def is_open(subscription: Subscription, today: date) -> bool:
    """Whether a consumer may withdraw from this contract today."""
    consumer = subscription.person_id is not None and not subscription.account.is_business
    runs = subscription.state != SubscriptionState.ENDED.value
    return consumer and runs and operator_in_force().country in COUNTRIES and today <= last_day(subscription.agreed_at)


def terms(subscription: Subscription, today: date) -> Withdrawal:
    """What withdrawing today means. Days are paid only where the consumer asked to begin at once (article 14(3) and (4))."""
    charged = _charged(subscription)
    kept = Money(0, subscription.version.currency)
    if subscription.begin_at_once and subscription.state != SubscriptionState.TRIAL.value:
        price, discount = rate(subscription)
        unused = difference(price - discount, _used(subscription, today), subscription.rate_days, period(subscription).days)
        kept = charged - _fee(subscription) - unused
    return Withdrawal(charged - kept, kept)


def _used(subscription: Subscription, today: date) -> int:
    return min(subscription.rate_days, days_to_pay(subscription, subscription.rate_start, max(subscription.rate_start, today)))


def _charged(subscription: Subscription) -> Money:
    return Money(sum(each.amount for each in charged_for("subscription", subscription.id)), subscription.version.currency)


def _fee(subscription: Subscription) -> Money:
    fee = db.session.scalar(sa.select(Charge).where(Charge.source_key == f"subscription:{subscription.id}:sign_up", Charge.rule == FEE))
    return fee.money if fee is not None else Money(0, subscription.version.currency)


def withdraw(subscription: Subscription, today: date) -> Withdrawal:
    """Undo the contract from today on, and acknowledge it by mail with date and time. Doing it twice is doing it once. Raises NotOpen."""
    bring_to(subscription, today)
    if subscription.end_reason == "withdrawal":
        return Withdrawal(Money(0, subscription.version.currency), _charged(subscription))
    if not is_open(subscription, today):
        raise NotOpen
    agreed = terms(subscription, today)
    set_days(subscription, "withdrawal", today, days=_used(subscription, today) if subscription.begin_at_once else 0)
    rest = _charged(subscription) - agreed.kept
    if rest:
        facts = {"name": dict(subscription.version.name), "version": str(subscription.version_id), "number": subscription.version.number}
        write(subscription, f"subscription:{subscription.id}:withdrawal:rest", BACK, rest * -1, facts, today)
    subscription.ends_on, subscription.end_reason, subscription.cancelled_at = today, "withdrawal", clock.now()
    event = once(
        subscription, "withdrawn", "withdrawn",
        back=agreed.back.minor, kept=agreed.kept.minor, currency=agreed.back.currency, at=clock.now().isoformat(), ends_on=today.isoformat(),
    )  # fmt: skip
    schedule(subscription)
    bring_to(subscription, today)
    if event is not None:
        tell(event, "withdrawn")
        enqueue(PAY_BACK, kind="subscription", bought_id=str(subscription.id))
    return agreed
