"""Buying a plan or a pass: from the first page to the payment, and the goods once, in the payment's own transaction."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from coworking.billing import hooks, invoicing
from coworking.billing.charging import charge, charged_for
from coworking.billing.models import Account, Payment
from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.jobs import enqueue
from coworking.core.money import Money
from coworking.people.company import Company
from coworking.people.models import Person
from coworking.tax.rates import VatClass

from . import granting, history, ledger, promotions, subscribing
from .ending import end_unpaid
from .ledger import Source
from .models import Order, Plan, PlanKind, PlanVersion, Promotion
from .quoting import PASS, Quote, quote, vat_country
from .subscribing import Refused, Wish, subscribe

OPEN, PAID, DONE, CANCELLED = "open", "paid", "done", "cancelled"
ORDERED = "memberships.ordered"
KEPT = timedelta(days=3)
"""How long an order that nobody paid can still be paid."""


@dataclass(frozen=True, slots=True)
class Basket:
    """What somebody is about to order, and what it costs."""

    wish: Wish
    quote: Quote


def fill(wish: Wish, payer: Account, holder: Person | Company | None, today: date) -> Basket:
    """The order as it would be, with nothing written. Raises subscribing.Refused."""
    plan = db.session.get_one(Plan, wish.version.plan_id)
    promotion = _check_pass(wish, plan, today) if plan.kind == PlanKind.PASS.value else subscribing.check(wish, holder, today)
    wish = replace(wish, trial=wish.trial and subscribing.may_try(holder, wish.version))
    return Basket(wish, quote(wish, payer, promotion, plan.kind))


def _check_pass(wish: Wish, plan: Plan, today: date) -> Promotion | None:
    if not wish.agreed and (plan.retired_at is not None or plan.current.id != wish.version.id):
        raise Refused("gone")
    if not today <= wish.starts_on <= today + subscribing.FURTHEST:
        raise Refused("start")
    try:
        return promotions.find(wish.code, wish.version, today)
    except promotions.CodeRefused as refusal:
        raise Refused("code") from refusal


def place(person: Person, account: Account, basket: Basket, key: str) -> Order:
    """Write the order, once for each ``key``. Nobody owes anything yet."""
    if (before := placed_with(key)) is not None:
        return before
    wish = basket.wish
    order = Order(
        id=new_id(), person_id=person.id, account_id=account.id, version_id=wish.version.id, state=OPEN, seats=max(wish.seats, wish.version.seats),
        starts_on=wish.starts_on, promotion_code=basket.quote.promotion.code if basket.quote.promotion else "", begin_at_once=wish.begin_at_once,
        amount=basket.quote.gross.minor, currency=basket.quote.gross.currency, idempotency_key=key, created_at=clock.now(),
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(order)
    except IntegrityError:
        if (before := placed_with(key)) is None:
            raise
        return before
    return order


def placed_with(key: str) -> Order | None:
    """The order that a form made."""
    return db.session.scalar(sa.select(Order).where(Order.idempotency_key == key))


def total(order: Order) -> Money:
    """What was shown as due when ordering, VAT included."""
    return Money(order.amount, order.currency)


def purpose_of(order: Order) -> str:
    """What a payment of it is for."""
    return f"order:{order.id}"


def accept(order: Order) -> Order:
    """Do the order without a payment in advance: nothing is due now, or an invoice follows. Doing it twice does it once."""
    return _fulfil(order)


@hooks.paid("order")
def paid(payment: Payment) -> None:
    """The money is there: make the goods and the invoice that it pays."""
    try:
        order = db.session.get(Order, UUID(payment.purpose.partition(":")[2]))
    except ValueError:
        return
    if order is None or order.account_id != payment.account_id:
        return
    # Given up and paid all the same: whoever pays gets what they ordered.
    _fulfil(order, may_be=(OPEN, PAID, CANCELLED))


@hooks.given_up
def given_up(account: Account, _arrears: object) -> None:
    """An account that is never paid loses what it is subscribed to."""
    end_unpaid(account, history.today())


def cancel(order: Order) -> None:
    """Forget an order that nobody paid."""
    db.session.refresh(order, with_for_update=True)
    if order.state == OPEN:
        order.state = CANCELLED
    db.session.flush()


def _fulfil(order: Order, may_be: tuple[str, ...] = (OPEN, PAID)) -> Order:
    db.session.flush()
    db.session.refresh(order, with_for_update=True)
    if order.state not in may_be or order.done_at is not None:
        return order
    order.state = PAID
    try:
        with db.session.begin_nested():
            source = _make(order, history.today())
    except Refused as refusal:
        order.trouble = refusal.why
        enqueue(ORDERED, order_id=str(order.id))
        return order
    order.state, order.done_at, order.trouble = DONE, clock.now(), ""
    db.session.flush()
    invoicing.bill(db.session.get_one(Account, order.account_id), charged_for(*source))
    return order


def _make(order: Order, today: date) -> tuple[str, UUID]:
    """What was ordered; where its charges hang."""
    version = db.session.get_one(PlanVersion, order.version_id)
    wish = Wish(
        version, max(order.starts_on, today), seats=order.seats, code=order.promotion_code, begin_at_once=order.begin_at_once, agreed=True,
        key=f"order:{order.id}",
    )  # fmt: skip
    if db.session.get_one(Plan, version.plan_id).kind == PlanKind.PASS.value:
        _make_pass(order, wish, today)
        return PASS, order.id
    subscription = subscribe(holder_of(order), wish, today)
    order.subscription_id = subscription.id
    return "subscription", subscription.id


def holder_of(order: Order) -> Person | Company:
    """Who gets it: the company that pays, else whoever ordered."""
    account = db.session.get_one(Account, order.account_id)
    if account.company_id is not None:
        return db.session.get_one(Company, account.company_id)
    return db.session.get_one(Person, order.person_id)


def _make_pass(order: Order, wish: Wish, today: date) -> None:
    promotion = _check_pass(wish, db.session.get_one(Plan, wish.version.plan_id), today)
    version, key = wish.version, f"pass:{order.id}"
    ends = wish.starts_on + timedelta(days=version.valid_days) if version.valid_days else None
    for allowance in version.allowances:
        ledger.grant(
            holder_of(order), allowance.unit, allowance.quantity, source=Source(PASS, order.id, f"{key}:{allowance.unit}"),
            valid_from=granting.midnight(wish.starts_on), expires_at=granting.midnight(ends) if ends else None,
        )  # fmt: skip
    off = promotions.discount(promotion, version, version.price).minor if promotion is not None else 0
    if promotion is not None:
        _use(promotion)
    if version.amount - off:
        _charge_pass(order, version, Money(version.amount - off, version.currency), off, wish.starts_on, ends)
    enqueue(ORDERED, order_id=str(order.id))


def _use(promotion: Promotion) -> None:
    try:
        promotions.use_once(promotion)
    except promotions.CodeRefused as refusal:
        raise Refused("code") from refusal


def _charge_pass(order: Order, version: PlanVersion, amount: Money, off: int, start: date, ends: date | None) -> None:
    charge(
        db.session.get_one(Account, order.account_id),
        source_kind=PASS,
        source_id=order.id,
        source_key=f"pass:{order.id}",
        rule=PASS,
        facts={
            "name": dict(version.name), "version": str(version.id), "number": version.number, "price": version.amount, "discount": off,
            "currency": version.currency, "from": start.isoformat(), "until": (ends - timedelta(days=1)).isoformat() if ends else "",
        },
        amount=amount,
        period_start=start,
        period_end=ends - timedelta(days=1) if ends else start,
        due_from=history.today(),
        tax_included=version.tax_included,
        vat_class=VatClass(version.vat_class),
        vat_country=vat_country(version),
        person=db.session.get_one(Person, order.person_id),
        location_id=version.location_id,
    )  # fmt: skip


def stuck() -> list[Order]:
    """Orders that were paid and could not be made: staff start them by hand, or give the money back."""
    return list(db.session.scalars(sa.select(Order).where(Order.state == PAID).order_by(Order.created_at).limit(50)))


def settle_by_hand(order: Order) -> Order:
    """Try a stuck order again, now that somebody made room for it."""
    return _fulfil(order)


def forget_old(now_minus_kept: date) -> int:
    """Give up orders that nobody paid; how many."""
    old = sa.select(Order).where(Order.state == OPEN, Order.created_at < granting.midnight(now_minus_kept)).limit(50)
    rows = list(db.session.scalars(old))
    for order in rows:
        order.state = CANCELLED
    return len(rows)
