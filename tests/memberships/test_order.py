"""Orders: what is shown is what is billed, and whatever the payment does, the goods are made once."""

from datetime import date
from itertools import permutations

import pytest
import sqlalchemy as sa
import time_machine

from coworking.billing import balance, charging, recording, settling
from coworking.billing.accounts import account_of
from coworking.billing.models import Account, Invoice, Payment, Refund
from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.money import Money
from coworking.memberships import ending, ledger, orders, renewing, withdrawal, withdrawal_of_passes
from coworking.memberships.models import Grant, Order, PlanKind, PlanVersion, Promotion, Subscription
from coworking.memberships.orders import Basket
from coworking.memberships.subscribing import Refused, Wish
from coworking.payments.failures import Failure
from coworking.payments.port import Outcome, State
from coworking.people.models import Person
from tests.cast import House

from .conftest import Postman
from .helpers import HOURS, START, a_plan

pytestmark = pytest.mark.usefixtures("december")


def _order(house: House, version: PlanVersion, key: str = "form", **wish: object) -> Order:
    alice = db.session.get_one(Person, house.alice.id)
    account = account_of(alice)
    basket: Basket = orders.fill(Wish(version, START, **wish), account, alice, START)  # type: ignore[arg-type]
    return orders.place(alice, account, basket, key)


def _payment(order: Order, amount: int | None = None) -> Payment:
    payment = Payment(
        id=new_id(), account_id=order.account_id, how="card", provider="stripe", purpose=orders.purpose_of(order), idempotency_key=str(new_id()),
        amount=order.amount if amount is None else amount, currency=order.currency, state="pending",
    )  # fmt: skip
    db.session.add(payment)
    db.session.flush()
    return payment


def _told(payment: Payment, state: State) -> None:
    failure = Failure.REFUSED if state is State.FAILED else None
    outcome = Outcome(ref=f"pi_{payment.id.hex}", state=state, amount=payment.money, failure=failure, happened_at=clock.now())
    settling.settle(payment, outcome)


def _owes(order: Order) -> int:
    return balance.balance(db.session.get_one(Account, order.account_id)).get("NOK", Money(0, "NOK")).minor


def _count(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.mark.proves("W2G-2")
def test_what_is_shown_is_what_is_billed_and_paid(inside: House) -> None:
    db.session.add(Promotion(code="HALF", percent=50, periods=1, currency="NOK"))
    order = _order(inside, a_plan(sign_up_fee=50000), code="half")
    assert orders.total(order) == Money(155000 + 50000, "NOK")
    _told(_payment(order), State.SUCCEEDED)
    invoice = db.session.scalars(sa.select(Invoice)).one()
    assert (order.state, invoice.gross, balance.open_amount(invoice).minor) == ("done", 205000, 0)
    assert db.session.get_one(Subscription, order.subscription_id).state == "active"


def test_a_business_abroad_sees_what_it_will_be_billed(inside: House) -> None:
    alice = db.session.get_one(Person, inside.alice.id)
    account = account_of(alice)
    account.is_business, account.country = True, "SE"
    version = a_plan(amount=100000, tax_included=False)
    basket = orders.fill(Wish(version, START), account, alice, START)
    orders.accept(orders.place(alice, account, basket, "form"))
    assert db.session.scalars(sa.select(Invoice)).one().gross == basket.quote.gross.minor


@pytest.mark.parametrize("told", sorted(set(permutations([State.SUCCEEDED, State.FAILED, State.PROCESSING, State.SUCCEEDED, State.FAILED])), key=str))
def test_all_orders_and_duplicates_of_a_payments_events_end_the_same(inside: House, told: tuple[State, ...]) -> None:
    order = _order(inside, a_plan())
    payment = _payment(order)
    for state in told:
        _told(payment, state)
    assert (order.state, payment.state) == ("done", "succeeded")
    assert (_count(Subscription), _count(Invoice), _count(Grant)) == (1, 1, 1)
    assert _owes(order) == 0


def test_paying_twice_leaves_the_second_sum_as_credit(inside: House) -> None:
    order = _order(inside, a_plan())
    for _ in range(2):
        _told(_payment(order), State.SUCCEEDED)
    assert (_count(Subscription), _count(Invoice)) == (1, 1)
    assert _owes(order) == -310000


def test_a_payment_that_comes_after_all_counts(inside: House) -> None:
    order = _order(inside, a_plan())
    orders.cancel(order)
    _told(_payment(order), State.SUCCEEDED)
    assert order.state == "done"


def test_who_ordered_gets_what_they_ordered_though_a_new_version_came(inside: House) -> None:
    from .helpers import a_version

    version = a_plan()
    order = _order(inside, version)
    version.plan.versions.append(a_version(2, 999900))
    db.session.flush()
    _told(_payment(order), State.SUCCEEDED)
    assert db.session.get_one(Subscription, order.subscription_id).version_id == version.id


def test_a_paid_order_that_cant_be_made_waits_for_staff_with_its_money_kept(inside: House) -> None:
    first, second = _order(inside, a_plan(), "one"), _order(inside, a_plan("other"), "two")
    for order in (first, second):
        _told(_payment(order), State.SUCCEEDED)
    assert (first.state, second.state, second.trouble) == ("done", "paid", "already")
    assert _owes(first) == -310000


def test_a_day_pass_grants_its_days_for_its_time(inside: House) -> None:
    version = a_plan("day", 35000, 2, kind=PlanKind.PASS, months=0, valid_days=30)
    order = _order(inside, version)
    for _ in range(2):
        orders.accept(order)
    grant = db.session.scalars(sa.select(Grant)).one()
    assert (order.state, grant.remaining, grant.expires_at and grant.expires_at.date()) == ("done", 120, date(2026, 12, 30))
    assert db.session.scalars(sa.select(Invoice)).one().gross == 35000


def test_the_last_use_of_a_code_is_given_once(inside: House) -> None:
    db.session.add(Promotion(code="ONE", percent=50, periods=1, currency="NOK", most_uses=1))
    version = a_plan("day", 35000, kind=PlanKind.PASS, months=0)
    first, second = _order(inside, version, "one", code="ONE"), _order(inside, version, "two", code="ONE")
    orders.accept(first)
    orders.accept(second)
    assert (first.state, second.state, second.trouble) == ("done", "paid", "code")
    with pytest.raises(Refused, match="code"):
        _order(inside, version, "three", code="ONE")


def test_an_order_that_nobody_pays_is_forgotten(inside: House) -> None:
    order = _order(inside, a_plan())
    assert orders.forget_old(date(2026, 12, 1)) == 0
    assert orders.forget_old(date(2026, 12, 2)) == 1
    assert order.state == "cancelled"


def test_who_withdraws_gets_a_credit_note_and_the_money_back(inside: House, postman: Postman) -> None:
    order = _order(inside, a_plan(sign_up_fee=50000), begin_at_once=True)
    alice = db.session.get_one(Person, order.person_id)
    orders.accept(order)
    account = db.session.get_one(Account, order.account_id)
    recording.record(account, orders.total(order), "transfer", START, payment_id=new_id(), by=alice.id)
    subscription = db.session.get_one(Subscription, order.subscription_id)
    with time_machine.travel("2026-12-08T08:00:00Z", tick=False):
        done = withdrawal.withdraw(subscription, date(2026, 12, 8))
        assert _owes(order) == -done.back.minor == -290000
        db.session.commit()
        postman.work()
    db.session.expire_all()
    note = db.session.scalars(sa.select(Invoice).where(Invoice.kind == "credit_note")).one()
    refund = db.session.scalars(sa.select(Refund)).one()
    assert (note.gross, refund.amount, _owes(order)) == (290000, 290000, 0)
    assert charging.open_charges(account) == []


def test_an_end_by_the_operator_credits_what_was_billed_beyond_it(inside: House) -> None:
    order = _order(inside, a_plan())
    orders.accept(order)
    subscription = db.session.get_one(Subscription, order.subscription_id)
    ending.end_by_operator(subscription, date(2026, 12, 16), "We close", START)
    assert _owes(order) == 310000, "until then the account's next invoice could take it"
    renewing.bring_to(subscription, date(2026, 12, 16))
    assert _owes(order) == 150000


def test_who_withdraws_from_a_pass_and_used_half_of_it_pays_half(inside: House, postman: Postman) -> None:
    order = _order(inside, a_plan("day", 35000, 2, kind=PlanKind.PASS, months=0, valid_days=30))
    orders.accept(order)
    account, alice = db.session.get_one(Account, order.account_id), db.session.get_one(Person, order.person_id)
    recording.record(account, orders.total(order), "transfer", START, payment_id=new_id(), by=alice.id)
    ledger.spend(alice, [HOURS], 60, clock.now(), ledger.Source("booking", None, "one"))
    assert withdrawal_of_passes.withdraw(order, START).kept.minor == 17500
    with pytest.raises(withdrawal.NotOpen):
        withdrawal_of_passes.withdraw(order, START)
    db.session.commit()
    assert "Day" in postman.letters(inside)[-1].subject
    db.session.expire_all()
    assert (db.session.scalars(sa.select(Refund)).one().amount, _owes(order)) == (17500, 0)
    _told(_payment(order), State.SUCCEEDED)
    assert (order.state, _owes(order)) == ("cancelled", -35000), "a second payment afterwards makes nothing anew, and is not lost"
