"""What tests of subscriptions share: plans, days, and what was charged in all."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from coworking.billing.models import Charge
from coworking.core.db import db
from coworking.core.texts import Texts
from coworking.memberships.models import Allowance, Grant, Plan, PlanKind, PlanVersion, Subscription
from coworking.memberships.subscribing import Wish, subscribe
from coworking.people.company import Company
from coworking.people.models import Person

START = date(2026, 12, 1)
HOURS = "minutes:meeting_room"


def a_plan(
    slug: str = "desk", amount: int = 310000, hours: int = 10, *, kind: PlanKind = PlanKind.PLAN, currency: str = "NOK", **terms: Any
) -> PlanVersion:
    """A published plan with one version, which grants hours in meeting rooms."""
    plan = Plan(slug=slug, kind=kind.value, versions=[a_version(1, amount, hours, currency=currency, name=slug.title(), **terms)])
    db.session.add(plan)
    db.session.flush()
    return plan.current


def a_version(number: int, amount: int, hours: int = 10, *, currency: str = "NOK", name: str = "Desk", **terms: Any) -> PlanVersion:
    """A version, not yet in the database."""
    granted = [Allowance(unit=HOURS, quantity=hours * 60)] if hours else []
    return PlanVersion(
        number=number,
        name=Texts(en=name),
        amount=amount,
        currency=currency,
        allowances=granted,
        **{"months": 1, "notice_days": 30, "seats": 1, **terms},
    )


def on_plan(holder: Person | Company, version: PlanVersion, start: date = START, **wish: Any) -> Subscription:
    """A subscription from ``start``, agreed on that day."""
    here = db.session.get_one(type(holder), holder.id)
    assert isinstance(here, Person | Company)
    return subscribe(here, Wish(version, start, **wish), start)


def charged(subscription: Subscription) -> list[int]:
    """Amounts of its charges in the order in which they were written."""
    wanted = sa.select(Charge.amount).where(Charge.source_id == subscription.id, Charge.waived_at.is_(None)).order_by(Charge.created_at, Charge.id)
    return list(db.session.scalars(wanted))


def left(subscription: Subscription, unit: str = HOURS) -> int:
    """What is left of its allowance, whenever it may be used."""
    wanted = sa.select(sa.func.coalesce(sa.func.sum(Grant.remaining), 0)).where(Grant.subscription_id == subscription.id, Grant.unit == unit)
    return int(db.session.scalar(wanted) or 0)
