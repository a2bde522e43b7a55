"""What stands in the way of an erasure: things that still run between the person and the house, each with where it ends."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from coworking.billing import balance
from coworking.billing.accounts import known_account_of
from coworking.billing.models import Account, Charge, Deposit, Invoice, InvoiceState, Payment, PaymentState
from coworking.bookings.models import Booking, State
from coworking.core import clock
from coworking.core.db import db
from coworking.core.permissions import Role
from coworking.memberships.models import Subscription, SubscriptionState
from coworking.people.company import Seat
from coworking.people.models import Person


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that has to end first. ``until``: the day after which it is over by itself, where that is known."""

    key: str
    text: str
    endpoint: str = ""
    """Page that solves it; empty where only waiting or the staff does."""
    values: dict[str, Any] = field(default_factory=dict)
    until: date | None = None


def blockers(person: Person) -> list[Blocker]:
    """All that stands in the way now, in the order in which to solve it."""
    account = known_account_of(person)
    money = [*_unbilled(account), *_unpaid(account), *_under_way(account), *_owed_back(account)] if account is not None else []
    return [*_plans(person), *_bookings(person), *money, *_owner(person), *_admin(person)]


def _plans(person: Person) -> Iterator[Blocker]:
    running = sa.select(Subscription.ends_on).where(Subscription.person_id == person.id, Subscription.state != SubscriptionState.ENDED.value)
    ends = list(db.session.scalars(running))
    if ends:
        until = max(ends) if all(ends) else None  # type: ignore[type-var]
        yield Blocker("plan", _("Your plan is still running."), "memberships.plan", until=until)


def _bookings(person: Person) -> Iterator[Blocker]:
    ahead = (Booking.person_id == person.id, Booking.state == State.CONFIRMED.value, Booking.ends_at > clock.now())
    count, last = db.session.execute(sa.select(sa.func.count(), sa.func.max(Booking.ends_at)).where(*ahead)).one()
    if count:
        text = ngettext("You have %(num)d booking ahead.", "You have %(num)d bookings ahead.", count)
        yield Blocker("bookings", text, "bookings.mine", until=last.date())


def _unbilled(account: Account) -> Iterator[Blocker]:
    open_ = (Charge.account_id == account.id, Charge.invoice_id.is_(None), Charge.waived_at.is_(None))
    drafts = sa.select(Invoice.id).where(Invoice.account_id == account.id, Invoice.state == InvoiceState.DRAFT.value)
    if db.session.scalar(sa.select(sa.select(Charge.id).where(*open_).exists() | drafts.exists())):
        yield Blocker("charges", _("Something is not billed yet. It goes on your next invoice."), "billing.index")


def _unpaid(account: Account) -> Iterator[Blocker]:
    count = len(balance.open_invoices(account))
    if count:
        yield Blocker("invoices", ngettext("%(num)d invoice is not paid.", "%(num)d invoices are not paid.", count), "billing.index")


def _under_way(account: Account) -> Iterator[Blocker]:
    moving = sa.select(Payment.id).where(Payment.account_id == account.id, Payment.state == PaymentState.PROCESSING.value)
    if db.session.scalar(sa.select(moving.exists())):
        yield Blocker("payments", _("A payment of yours is under way. That takes a few days."))


def _owed_back(account: Account) -> Iterator[Blocker]:
    held = sa.select(Deposit.id).where(Deposit.account_id == account.id, Deposit.received_at.is_not(None), Deposit.returned_at.is_(None))
    if db.session.scalar(sa.select(held.exists())) or balance.credit_left(account):
        yield Blocker("credit", _("We have money of yours, and give it back first. Tell us where to send it."), "site.contact")


def _owner(person: Person) -> Iterator[Blocker]:
    if person.role != Role.OWNER.value:
        return
    others = sa.select(Person.id).where(Person.role == Role.OWNER.value, Person.id != person.id, Person.closed_at.is_(None))
    if not db.session.scalar(sa.select(others.exists())):
        yield Blocker("owner", _("You are the only owner here. Make somebody else an owner first."), "desk.roles")


def _admin(person: Person) -> Iterator[Blocker]:
    led = sa.select(Seat.company_id).where(Seat.person_id == person.id, Seat.left_at.is_(None), Seat.admin.is_(True))
    others = sa.select(Seat.company_id).where(Seat.person_id != person.id, Seat.left_at.is_(None), Seat.admin.is_(True))
    sitting = sa.select(Seat.company_id).where(Seat.person_id != person.id, Seat.left_at.is_(None))
    running = sa.select(Subscription.company_id).where(Subscription.company_id.in_(led), Subscription.state != SubscriptionState.ENDED.value)
    alone = led.where(Seat.company_id.not_in(others), sa.or_(Seat.company_id.in_(sitting), Seat.company_id.in_(running)))
    if db.session.scalar(sa.select(alone.exists())):
        yield Blocker("admin", _("You are the only admin of your company. Make somebody else an admin first."), "portal.company")
