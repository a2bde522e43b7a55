"""Charging a saved method, and everything that a bank can answer."""

import pytest

from coworking.payments.failures import Failure
from coworking.payments.port import MethodKind, State
from coworking.payments.stripe_adapter import StripePayments

from .conftest import Double, eur, saved


def charge(payments: StripePayments, customer: str, method: str, key: str, return_url: str = "", amount: int = 4900):
    return payments.charge_saved(
        customer=customer,
        method=method,
        amount=eur(amount),
        description="Invoice 2026-17",
        idempotency_key=key,
        return_url=return_url,
        metadata={"payment": "42"},
    )


def test_a_good_card_is_charged_and_tells_its_fee(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    outcome = charge(payments, customer, saved(double, payments, customer), key)
    assert (outcome.state, outcome.amount, outcome.failure) == (State.SUCCEEDED, eur(4900), None)
    assert outcome.fee == eur(4900 * 150 // 10_000 + 25)
    assert outcome.metadata == {"payment": "42"} and outcome.customer == customer
    assert outcome.method and (outcome.method.kind, outcome.method.brand, outcome.method.last4) == (MethodKind.CARD, "visa", "4242")
    assert payments.fetch(outcome.ref) == outcome


@pytest.mark.parametrize(
    ("number", "failure"),
    [
        ("4000000000000002", Failure.DECLINED),
        ("4000000000009995", Failure.INSUFFICIENT_FUNDS),
        ("4000000000009987", Failure.BANK_REFUSED),
        ("4000000000009979", Failure.BANK_REFUSED),
        ("4000000000006975", Failure.LIMIT_REACHED),
        ("4000000000000069", Failure.EXPIRED),
        ("4000000000000127", Failure.WRONG_CODE),
        ("4000000000000119", Failure.TRY_LATER),
    ],
)
def test_a_declined_charge_is_an_outcome_with_a_reason(
    double: Double, payments: StripePayments, customer: str, key: str, number: str, failure: Failure
) -> None:
    token = saved(double, payments, customer)
    double.test(f"cards/{token}/number", card=number)
    outcome = charge(payments, customer, token, key)
    assert (outcome.state, outcome.failure) == (State.FAILED, failure)
    assert payments.fetch(outcome.ref).failure is failure


def test_a_card_that_saves_but_never_pays(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    outcome = charge(payments, customer, saved(double, payments, customer, card="4000000000000341"), key)
    assert (outcome.state, outcome.failure) == (State.FAILED, Failure.DECLINED)


def test_a_card_past_its_month_is_told_as_expired(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer)
    double.test(f"cards/{token}/expiry")
    assert charge(payments, customer, token, key).failure is Failure.EXPIRED


def test_a_card_that_was_approved_when_saved_needs_nobody_later(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer, card="4000002500003155")
    assert charge(payments, customer, token, key).state is State.SUCCEEDED


def test_a_bank_that_always_asks_gets_no_answer_when_nobody_is_there(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer, card="4000002760003184")
    outcome = charge(payments, customer, token, key)
    assert (outcome.state, outcome.failure, outcome.action_url) == (State.NEEDS_ACTION, Failure.NEEDS_AUTHENTICATION, "")


@pytest.mark.parametrize("card", ["4000002500003155", "4000002760003184", "4000000000003220"])
def test_a_payer_who_is_there_approves_at_the_bank(double: Double, payments: StripePayments, customer: str, key: str, card: str) -> None:
    token = saved(double, payments, customer, card=card)
    waiting = charge(payments, customer, token, key, return_url="http://house.localhost/back")
    assert waiting.state is State.NEEDS_ACTION and waiting.action_url.startswith("http://house.localhost/demo/stripe/approve/")
    double.test(f"approve/{waiting.ref}", approve="true")
    assert payments.fetch(waiting.ref).state is State.SUCCEEDED


def test_a_payer_who_refuses_at_the_bank_pays_nothing(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer, card="4000002760003184")
    waiting = charge(payments, customer, token, key, return_url="http://house.localhost/back")
    double.test(f"approve/{waiting.ref}", approve="false")
    after = payments.fetch(waiting.ref)
    assert (after.state, after.failure) == (State.FAILED, Failure.AUTHENTICATION_FAILED)


def test_an_approved_payment_can_still_be_declined(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer, card="4000008260003178")
    waiting = charge(payments, customer, token, key, return_url="http://house.localhost/back")
    double.test(f"approve/{waiting.ref}", approve="true")
    assert payments.fetch(waiting.ref).failure is Failure.INSUFFICIENT_FUNDS


def test_giving_up_a_payment_that_waits(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer, card="4000002760003184")
    waiting = charge(payments, customer, token, key, return_url="http://house.localhost/back")
    assert payments.cancel(waiting.ref).failure is Failure.ABANDONED
    assert payments.cancel(waiting.ref).failure is Failure.ABANDONED


def test_a_payment_that_went_through_is_not_cancelled(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    outcome = charge(payments, customer, saved(double, payments, customer), key)
    assert payments.cancel(outcome.ref).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("iban", "seconds", "state", "failure"),
    [
        ("DE89370400440532013000", 10, State.SUCCEEDED, None),
        ("DE08370400440532013003", 200, State.SUCCEEDED, None),
        ("DE62370400440532013001", 10, State.FAILED, Failure.DEBIT_RETURNED),
        ("DE78370400440532013004", 200, State.FAILED, Failure.DEBIT_RETURNED),
    ],
)
def test_a_direct_debit_is_under_way_until_the_bank_tells(
    double: Double, payments: StripePayments, customer: str, key: str, iban: str, seconds: int, state: State, failure: Failure | None
) -> None:
    token = saved(double, payments, customer, iban=iban)
    outcome = charge(payments, customer, token, key)
    assert outcome.state is State.PROCESSING
    double.test("clock", seconds=seconds)
    after = payments.fetch(outcome.ref)
    assert (after.state, after.failure) == (state, failure)


def test_a_direct_debit_that_had_counted_as_paid_is_returned(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    outcome = charge(payments, customer, saved(double, payments, customer, iban="DE89370400440532013000"), key)
    double.test("clock", seconds=10)
    assert payments.fetch(outcome.ref).state is State.SUCCEEDED
    double.test(f"returns/{outcome.ref}")
    after = payments.fetch(outcome.ref)
    assert (after.state, after.failure) == (State.FAILED, Failure.DEBIT_RETURNED)


def test_kroner_cannot_be_debited_under_sepa(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    from coworking.core.money import Money

    token = saved(double, payments, customer, iban="DE89370400440532013000")
    outcome = payments.charge_saved(customer=customer, method=token, amount=Money(49_000, "NOK"), description="x", idempotency_key=key)
    assert (outcome.state, outcome.failure) == (State.FAILED, Failure.NOT_SUPPORTED)


def test_a_method_of_somebody_else_or_gone_is_refused(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer)
    other = payments.create_customer(name="Ben", email="ben@example.test", locale="en", idempotency_key=f"{key}-ben")
    assert charge(payments, other, token, key).failure is Failure.METHOD_GONE
    payments.detach(token)
    assert charge(payments, customer, token, f"{key}-2").failure is Failure.METHOD_GONE
    assert charge(payments, customer, "pm_nobody", f"{key}-3").failure is Failure.METHOD_GONE


@pytest.mark.parametrize(
    ("amount", "failure"), [(49, Failure.AMOUNT_TOO_SMALL), (100_000_000, Failure.AMOUNT_TOO_LARGE), (0, Failure.REFUSED), (-500, Failure.REFUSED)]
)
def test_an_amount_that_nobody_takes(double: Double, payments: StripePayments, customer: str, key: str, amount: int, failure: Failure) -> None:
    outcome = charge(payments, customer, saved(double, payments, customer), key, amount=amount)
    assert (outcome.state, outcome.failure, outcome.ref) == (State.FAILED, failure, "")
