"""Giving money back, being made to, and the account's book afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from coworking.core.money import CurrencyMismatch, Money
from coworking.payments.failures import Failure, NotPossible, UnknownReference
from coworking.payments.port import DisputeState, Movement, MovementKind, Outcome, State
from coworking.payments.stripe_adapter import StripePayments

from .conftest import Double, eur, saved


@pytest.fixture
def paid(double: Double, payments: StripePayments, customer: str, key: str) -> Outcome:
    return pay(double, payments, customer, key)


def pay(double: Double, payments: StripePayments, customer: str, key: str, **wishes: str) -> Outcome:
    token = saved(double, payments, customer, **wishes)
    return payments.charge_saved(customer=customer, method=token, amount=eur(4900), description="Invoice", idempotency_key=key)


def book(payments: StripePayments) -> list[Movement]:
    start = datetime.now(UTC)
    return list(payments.list_movements(start - timedelta(days=1), start + timedelta(days=400)))


def test_part_and_then_the_rest_is_given_back(payments: StripePayments, paid: Outcome, key: str) -> None:
    part = payments.refund(paid.ref, eur(1000), idempotency_key=f"{key}-1", metadata={"why": "noise"})
    assert (part.state, part.amount, part.payment_ref, part.metadata) == (State.SUCCEEDED, eur(1000), paid.ref, {"why": "noise"})
    assert payments.fetch(part.ref) == part
    assert payments.fetch(paid.ref).refunded == eur(1000)
    payments.refund(paid.ref, eur(3900), idempotency_key=f"{key}-2")
    assert payments.fetch(paid.ref).refunded == eur(4900)
    with pytest.raises(NotPossible) as refused:
        payments.refund(paid.ref, eur(1), idempotency_key=f"{key}-3")
    assert refused.value.failure is Failure.NOT_REFUNDABLE


def test_never_more_than_was_paid(payments: StripePayments, paid: Outcome, key: str) -> None:
    payments.refund(paid.ref, eur(4000), idempotency_key=f"{key}-1")
    with pytest.raises(NotPossible) as refused:
        payments.refund(paid.ref, eur(901), idempotency_key=f"{key}-2")
    assert refused.value.failure is Failure.REFUND_TOO_LARGE
    assert payments.fetch(paid.ref).refunded == eur(4000)


@pytest.mark.parametrize("amount", [0, -100])
def test_nothing_and_less_than_nothing_is_not_given_back(payments: StripePayments, paid: Outcome, key: str, amount: int) -> None:
    with pytest.raises(NotPossible):
        payments.refund(paid.ref, eur(amount), idempotency_key=key + "r")
    assert payments.fetch(paid.ref).refunded == eur(0)


def test_a_refund_in_another_currency_is_refused_before_anything_happens(payments: StripePayments, paid: Outcome, key: str) -> None:
    with pytest.raises(CurrencyMismatch):
        payments.refund(paid.ref, Money(1000, "NOK"), idempotency_key=key + "r")
    assert payments.fetch(paid.ref).refunded == eur(0)


def test_the_same_refund_asked_twice_is_one(payments: StripePayments, paid: Outcome, key: str) -> None:
    one, two = (payments.refund(paid.ref, eur(1000), idempotency_key=key + "r") for _time in range(2))
    assert one == two and payments.fetch(paid.ref).refunded == eur(1000)


def test_what_was_never_paid_is_not_given_back(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    declined = pay(double, payments, customer, key, card="4000000000000341")
    with pytest.raises(NotPossible) as refused:
        payments.refund(declined.ref, eur(100), idempotency_key=key + "r")
    assert refused.value.failure is Failure.NOT_REFUNDABLE
    with pytest.raises(UnknownReference):
        payments.refund("pi_nothing", eur(100), idempotency_key=key + "s")


@pytest.mark.parametrize(
    ("card", "before", "after"), [("4000000000007726", State.PROCESSING, State.SUCCEEDED), ("4000000000005126", State.SUCCEEDED, State.FAILED)]
)
def test_a_refund_can_end_otherwise_than_it_began(
    double: Double, payments: StripePayments, customer: str, key: str, card: str, before: State, after: State
) -> None:
    paid = pay(double, payments, customer, key, card=card)
    refund = payments.refund(paid.ref, eur(1000), idempotency_key=key + "r")
    assert refund.state is before
    double.test("clock", seconds=5)
    assert payments.fetch(refund.ref).state is after
    assert payments.fetch(paid.ref).refunded == eur(1000 if after is State.SUCCEEDED else 0)


@pytest.mark.parametrize(
    ("decision", "state", "left"), [("", DisputeState.OPEN, -4900), ("won", DisputeState.WON, 0), ("lost", DisputeState.LOST, -4900)]
)
def test_a_dispute_takes_the_money_until_it_is_decided(
    double: Double, payments: StripePayments, paid: Outcome, key: str, decision: str, state: DisputeState, left: int
) -> None:
    case = double.test(f"dispute/{paid.ref}", decide=decision)
    dispute = payments.fetch_dispute(case["id"])
    assert (dispute.state, dispute.payment_ref, dispute.amount, dispute.reason) == (state, paid.ref, eur(4900), "fraudulent")
    assert (dispute.answer_by is not None) == (state is DisputeState.OPEN)
    assert payments.fetch(paid.ref).disputed
    moved = [entry.amount.minor for entry in book(payments) if entry.kind in {MovementKind.DISPUTE, MovementKind.DISPUTE_WON}]
    assert sum(moved) == left
    if state is DisputeState.OPEN:
        with pytest.raises(NotPossible) as refused:
            payments.refund(paid.ref, eur(100), idempotency_key=key + "r")
        assert refused.value.failure is Failure.NOT_REFUNDABLE


def test_a_card_that_disputes_by_itself(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    paid = pay(double, payments, customer, key, card="4000000000000259")
    assert not paid.disputed
    double.test("clock", seconds=2)
    assert payments.fetch(paid.ref).disputed


def test_the_book_names_every_movement(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    paid = pay(double, payments, customer, key)
    refund = payments.refund(paid.ref, eur(1000), idempotency_key=key + "r")
    debit = pay(double, payments, customer, key + "d", iban="DE89370400440532013000")
    double.test("clock", seconds=10)
    double.test(f"returns/{debit.ref}")
    failing = pay(double, payments, customer, key + "f", card="4000000000005126")
    undone = payments.refund(failing.ref, eur(500), idempotency_key=key + "u")
    double.test("clock", seconds=10)
    card_fee, debit_fee, none = eur(98), eur(35), eur(0)
    assert {(entry.kind, entry.amount, entry.fee, entry.source_ref, entry.payment_ref) for entry in book(payments)} == {
        (MovementKind.PAYMENT, eur(4900), card_fee, paid.ref, paid.ref),
        (MovementKind.REFUND, eur(-1000), none, refund.ref, paid.ref),
        (MovementKind.PAYMENT, eur(4900), debit_fee, debit.ref, debit.ref),
        (MovementKind.PAYMENT_RETURNED, eur(-4900), none, debit.ref, debit.ref),
        (MovementKind.PAYMENT, eur(4900), card_fee, failing.ref, failing.ref),
        (MovementKind.REFUND, eur(-500), none, undone.ref, failing.ref),
        (MovementKind.REFUND_FAILED, eur(500), none, undone.ref, failing.ref),
    }


def test_the_book_is_read_page_by_page_between_two_moments(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer)
    for number in range(103):
        payments.charge_saved(customer=customer, method=token, amount=eur(100 + number), description="x", idempotency_key=f"{key}-{number}")
    entries = book(payments)
    assert len({entry.ref for entry in entries}) == 103
    moments = sorted({entry.happened_at for entry in entries})
    middle = moments[len(moments) // 2]
    before = list(payments.list_movements(middle - timedelta(days=1), middle))
    after = list(payments.list_movements(middle, middle + timedelta(days=1)))
    assert len(before) + len(after) == 103 and all(entry.happened_at < middle for entry in before)
