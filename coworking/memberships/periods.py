"""The present period of a subscription: what it costs, which of its days are charged, and what it grants.

All money and all allowances of a period go through ``set_days``. Starting, renewing, pausing, changing and ending only
say how many days are to be paid, so that each comes to the same sum whatever happened before.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from coworking.billing.charging import charge
from coworking.billing.models import Charge
from coworking.core.db import db
from coworking.core.links import operator_in_force
from coworking.core.money import Money
from coworking.people.models import Person
from coworking.spaces.models import Location
from coworking.tax.rates import VatClass

from . import granting, promotions
from .models import PlanVersion, PriceOverride, Subscription
from .proration import Span, difference, running_days

ONE_DAY = timedelta(days=1)
PERIOD, PROMOTION, DAYS_BACK, DAYS_MORE, FEE = "subscription", "promotion", "days_back", "days_more", "sign_up_fee"


def price_of(subscription: Subscription, version: PlanVersion, seats: int, day: date) -> Money:
    """What a whole period that begins on ``day`` costs, before any promotion."""
    agreed = override_on(subscription, day)
    if agreed is not None and agreed.currency == version.currency:
        return agreed.price
    return list_price(version, seats)


def list_price(version: PlanVersion, seats: int) -> Money:
    """What a whole period costs anybody."""
    return version.price + Money(version.seat_amount, version.currency) * max(0, seats - version.seats)


def override_on(subscription: Subscription, day: date) -> PriceOverride | None:
    """The other price that holds on a day, the latest given first."""
    wanted = sa.select(PriceOverride).where(
        PriceOverride.subscription_id == subscription.id,
        PriceOverride.starts_on <= day,
        sa.or_(PriceOverride.ends_on.is_(None), PriceOverride.ends_on > day),
    )
    return db.session.scalar(wanted.order_by(PriceOverride.given_at.desc(), PriceOverride.id.desc()).limit(1))


def rests(subscription: Subscription) -> list[Span]:
    """The pauses as days; one without an end goes on for ever."""
    return [Span(pause.starts_on, pause.ends_on or date.max) for pause in subscription.pauses]


def period(subscription: Subscription) -> Span:
    """The whole present period."""
    return Span(subscription.period_start, subscription.period_end)


def days_to_pay(subscription: Subscription, start: date, end: date) -> int:
    """Days of ``[start, end)`` on which it runs, as far as is agreed today."""
    return running_days(Span(start, end), rests(subscription), subscription.ends_on)


def set_rate(subscription: Subscription, since: date, price: Money, discount: Money) -> None:
    """From ``since`` on this is what a whole period costs. No day of it is charged yet."""
    subscription.rate_start, subscription.rate_amount, subscription.rate_discount, subscription.rate_days = since, price.minor, discount.minor, 0


def first_running_day(subscription: Subscription, start: date) -> date:
    """``start``, or the day after the pause that it lies in."""
    for rest in sorted(rests(subscription), key=lambda span: span.start):
        if rest.start <= start < rest.end:
            start = rest.end
    return start


def charge_period(subscription: Subscription, due_from: date, key: str = "") -> None:
    """Charge and grant the days of a period that has just been put in place, with its price and promotion apart."""
    days, of_days = days_to_pay(subscription, subscription.rate_start, subscription.period_end), period(subscription).days
    key = f"subscription:{subscription.id}:{key or subscription.period_start}"
    price, discount = rate(subscription)
    facts = _facts(subscription, 0, days)
    amount, off = difference(price, 0, days, of_days), difference(discount, 0, days, of_days)
    if amount:
        write(subscription, key, PERIOD, amount, facts, due_from)
    if off:
        code = promotions.of(subscription)
        write(subscription, f"{key}:promotion", PROMOTION, off * -1, {**facts, "promotion": str(code.promotion_id) if code else ""}, due_from)
    if discount and days:
        promotions.use_period(subscription)
    subscription.rate_days = days
    if days:
        granting.more_days(subscription, 0, days, of_days, key, first_running_day(subscription, subscription.rate_start))


def set_days(subscription: Subscription, key: str, since: date, *, days: int | None = None) -> Money:
    """Bring what is charged of the present rate to the days on which it runs, or to ``days``. Returns the difference.

    ``key`` names the reason, once, its first word being pause, resume, change, end, undo or withdrawal. ``since``: the
    day from which more days bring their allowance.
    """
    before, of_days = subscription.rate_days, period(subscription).days
    after = days_to_pay(subscription, subscription.rate_start, subscription.period_end) if days is None else days
    price, discount = rate(subscription)
    amount = difference(price - discount, before, after, of_days)
    if after == before:
        return amount
    name = f"subscription:{subscription.id}:{key}"
    if amount:
        facts = _facts(subscription, before, after) | {"why": key.partition(":")[0]}
        write(subscription, name, DAYS_MORE if after > before else DAYS_BACK, amount, facts, since)
    if after > before:
        granting.more_days(subscription, before, after, of_days, name, since)
    else:
        granting.fewer_days(subscription, before, after, of_days, name)
    subscription.rate_days = after
    return amount


def rate(subscription: Subscription) -> tuple[Money, Money]:
    """The present price of a whole period, and what a promotion takes off it."""
    currency = subscription.version.currency
    return Money(subscription.rate_amount, currency), Money(subscription.rate_discount, currency)


def write(subscription: Subscription, key: str, rule: str, amount: Money, facts: dict[str, Any], due_from: date) -> Charge:
    """A charge of this subscription, for the days from its present rate's start to the period's end, taxed as the plan is."""
    version = subscription.version
    house = db.session.get(Location, version.location_id) if version.location_id else None
    return charge(
        subscription.account,
        source_kind="subscription",
        source_id=subscription.id,
        source_key=key,
        rule=rule,
        facts=facts,
        amount=amount,
        period_start=subscription.rate_start,
        period_end=max(subscription.rate_start, subscription.period_end - ONE_DAY),
        due_from=due_from,
        tax_included=version.tax_included,
        vat_class=VatClass(version.vat_class),
        vat_country=house.country if house is not None else operator_in_force().country,
        person=db.session.get(Person, subscription.person_id) if subscription.person_id else None,
        location_id=version.location_id,
        unit="MON" if rule == PERIOD and version.months == 1 else "C62",
    )


def _facts(subscription: Subscription, before: int, after: int) -> dict[str, Any]:
    version = subscription.version
    return {
        "name": dict(version.name), "version": str(version.id), "number": version.number, "months": version.months, "seats": subscription.seats,
        "price": subscription.rate_amount, "discount": subscription.rate_discount, "currency": version.currency,
        "before": before, "days": after, "of_days": period(subscription).days,
        "from": subscription.rate_start.isoformat(), "until": (subscription.period_end - ONE_DAY).isoformat(),
    }  # fmt: skip
