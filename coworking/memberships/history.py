"""One writer at a subscription at a time, and each thing that happens to it once."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.jobs import enqueue
from coworking.core.links import operator_in_force
from coworking.people.company import Seat

from .models import Subscription, SubscriptionEvent, SubscriptionState

TELL = "memberships.tell"


def today() -> date:
    """The date on the wall of the operator in force."""
    day: date = clock.today(operator_in_force().zone)
    return day


def lock(subscription: Subscription) -> Subscription:
    """Wait for whoever else changes it, and read it anew. SQLite's writers wait for each other anyway."""
    db.session.flush()
    db.session.refresh(subscription, with_for_update=True)
    db.session.expire(subscription, ["pauses", "version"])
    return subscription


def happened(subscription: Subscription, key: str) -> SubscriptionEvent | None:
    """The event under this key, if that happened."""
    wanted = sa.select(SubscriptionEvent).where(SubscriptionEvent.subscription_id == subscription.id, SubscriptionEvent.key == key)
    return db.session.scalar(wanted)


def once(subscription: Subscription, key: str, what: str, by: UUID | None = None, **facts: Any) -> SubscriptionEvent | None:
    """Note that something happens; None when it did already, and then nothing more may be done about it."""
    if happened(subscription, key) is not None:
        return None
    event = SubscriptionEvent(id=new_id(), subscription_id=subscription.id, key=key, what=what, facts=facts, by_id=by, at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(event)
    except IntegrityError:
        return None
    return event


def count(subscription: Subscription, what: str) -> int:
    """How often something of this kind happened."""
    wanted = sa.select(sa.func.count()).where(SubscriptionEvent.subscription_id == subscription.id, SubscriptionEvent.what == what)
    return db.session.scalar(wanted) or 0


def tell(event: SubscriptionEvent, template: str) -> None:
    """Mail the holder what happened, after the answer."""
    enqueue(TELL, event_id=str(event.id), template=template)


def of_person(person_id: UUID, *, ended: bool = False) -> list[Subscription]:
    """What a person has and may change: their own, and their company's where they are its admin; the latest first."""
    led = sa.select(Seat.company_id).where(Seat.person_id == person_id, Seat.left_at.is_(None), Seat.admin.is_(True))
    wanted = sa.select(Subscription).where(sa.or_(Subscription.person_id == person_id, Subscription.company_id.in_(led)))
    over = Subscription.state == SubscriptionState.ENDED.value
    return list(db.session.scalars(wanted.where(over if ended else ~over).order_by(Subscription.id.desc())))
