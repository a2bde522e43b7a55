"""What is done about plans without anybody asking, and the mails that follow what somebody asked."""

import json
import logging
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.jobs import cron, enqueue, job
from coworking.people import links
from coworking.people.addresses import find_person
from coworking.people.links import Purpose
from coworking.people.models import LinkWish

from . import emails, giving_back, history, ledger, notices, orders, renewing, withdrawal_of_passes
from .giving_back import Bought
from .models import Order, PlanVersion, Subscription, SubscriptionEvent
from .quoting import PASS

RENEW, LEAVE = "memberships.renew", "memberships.mail_leave_link"
A_BATCH = 6
"""Subscriptions in one transaction: the only writer's place is free again within a tenth of a second."""

log = logging.getLogger(__name__)


@cron("memberships.daily", every=60)
def daily() -> None:
    """Bring every operator's subscriptions to their day. Hourly, because midnight comes at another hour elsewhere."""
    with tenancy.across_operators():
        found = sa.select(Subscription.operator_id).where(Subscription.next_on.is_not(None)).distinct()
        operators = list(db.session.scalars(found))
    for operator_id in operators:
        with tenancy.acting_for(operator_id):
            enqueue(RENEW)
            enqueue("memberships.tidy")


@job(RENEW)
def renew(after: str | None = None) -> None:
    """Do what is due for a batch of subscriptions, then ask for the next batch. One that fails holds up no other."""
    today = history.today()
    due = sa.select(Subscription).where(Subscription.next_on <= today).order_by(Subscription.id).limit(A_BATCH)
    if after is not None:
        due = due.where(Subscription.id > UUID(after))
    batch = list(db.session.scalars(due))
    for subscription in batch:
        try:
            with db.session.begin_nested():
                renewing.bring_to(subscription, today)
        except Exception:
            log.exception("subscription %s could not be brought to its day", subscription.id)
    if len(batch) == A_BATCH:
        enqueue(RENEW, after=str(batch[-1].id))


@job("memberships.tidy")
def tidy() -> None:
    """Empty allowances whose time is over, and forget orders that nobody paid."""
    ledger.expire(clock.now())
    orders.forget_old(history.today() - orders.KEPT + timedelta(days=1))


@job(history.TELL)
def tell(event_id: str, template: str) -> None:
    """Mail what happened to a subscription."""
    event = db.session.get(SubscriptionEvent, UUID(event_id))
    if event is not None:
        emails.happened(event, template)


@job(withdrawal_of_passes.WITHDRAWN)
def pass_withdrawn(order_id: str, back: int, kept: int, at: str) -> None:
    """Acknowledge by mail that somebody withdrew from a pass."""
    order = db.session.get(Order, UUID(order_id))
    if order is not None:
        emails.pass_withdrawn(order, back, kept, datetime.fromisoformat(at))


@job(orders.ORDERED)
def ordered(order_id: str) -> None:
    """Confirm an order by mail."""
    order = db.session.get(Order, UUID(order_id))
    if order is not None:
        emails.ordered(order)


@job(giving_back.PAY_BACK)
def pay_back(kind: str, bought_id: str) -> None:
    """Give back what a withdrawal left over."""
    if kind == PASS:
        order = db.session.get(Order, UUID(bought_id))
        if order is not None:
            giving_back.pay_back(withdrawal_of_passes.bought(order), order.person_id)
        return
    row = db.session.get(Subscription, UUID(bought_id))
    if row is not None and row.person_id is not None:
        giving_back.pay_back(Bought(kind, row.id, row.account, row.version.name), row.person_id)


@job(notices.ANNOUNCE)
def announce(version_id: str, effective_on: str, after: str | None = None) -> None:
    """Tell a batch of subscribers of a new version, then ask for the next batch."""
    version = db.session.get(PlanVersion, UUID(version_id))
    if version is None:
        return
    batch = notices.behind(version, UUID(after) if after else None, notices.A_BATCH)
    for subscription in batch:
        notices.tell_of(subscription, version, date.fromisoformat(effective_on))
    if len(batch) == notices.A_BATCH:
        enqueue(notices.ANNOUNCE, version_id=version_id, effective_on=effective_on, after=str(batch[-1].id))


def wish_to_leave(email: str, name: str, contract: str) -> None:
    """Somebody not signed in asks to end a contract. The request does the same work whoever they are."""
    row = LinkWish(kind="leave", email=email, goes_on=json.dumps({"name": name[:120], "contract": contract[:240]}, ensure_ascii=False))
    db.session.add(row)
    db.session.flush()
    enqueue(LEAVE, wish_id=str(row.id))


@job(LEAVE)
def mail_leave_link(wish_id: str) -> None:
    """Mail the link to the address, where it is one of ours with a plan; else let the operator know of the request."""
    row = db.session.get(LinkWish, UUID(wish_id))
    if row is None:
        return
    person = find_person(row.email)
    if person is not None and history.of_person(person.id):
        emails.leave_link(person, links.make(person, Purpose.LEAVE))
    else:
        typed = json.loads(row.goes_on or "{}")
        emails.leave_request(row, typed.get("name", ""), typed.get("contract", ""))
    db.session.delete(row)
