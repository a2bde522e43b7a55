"""No answer, half an answer, two answers: nothing is taken twice and nothing is lost."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from coworking.config import Config
from coworking.payments import stripe_client
from coworking.payments.failures import Failure, NotPossible, ProviderUnavailable
from coworking.payments.port import Account, MovementKind, Outcome, State
from coworking.payments.stripe_adapter import StripePayments

from .conftest import VISIT, Double, eur, saved


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, double: Double, account: Account) -> StripePayments:
    """The adapter with little patience."""
    monkeypatch.setattr(stripe_client, "READ_SECONDS", 0.3)
    stripe_client._client.cache_clear()
    return StripePayments(account, double.config())


def payments_in(payments: StripePayments) -> list[int]:
    now = datetime.now(UTC)
    book = payments.list_movements(now - timedelta(days=1), now + timedelta(days=400))
    return [entry.amount.minor for entry in book if entry.kind is MovementKind.PAYMENT]


def charge(payments: StripePayments, customer: str, token: str, key: str) -> Outcome:
    return payments.charge_saved(customer=customer, method=token, amount=eur(4900), description="Invoice", idempotency_key=key)


@pytest.mark.parametrize("kind", ["refuse", "busy", "cut", "sleep"])
def test_a_charge_without_an_answer_is_repeated_with_its_key_and_happens_once(
    double: Double, hurried: StripePayments, customer: str, key: str, kind: str
) -> None:
    token = saved(double, hurried, customer)
    double.test("faults", path="/v1/payment_intents$", kind=kind, times=1 if kind == "busy" else 2, seconds=1)
    with pytest.raises(ProviderUnavailable):
        charge(hurried, customer, token, key)
    assert charge(hurried, customer, token, key).state is State.SUCCEEDED
    assert payments_in(hurried) == [4900]
    stripe_client._client.cache_clear()


def test_one_short_trouble_is_not_even_noticed(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer)
    double.test("faults", path="/v1/payment_intents$", kind="cut", times=1)
    assert charge(payments, customer, token, key).state is State.SUCCEEDED
    assert payments_in(payments) == [4900]


def test_without_a_key_of_our_own_the_same_trouble_charges_twice(double: Double, hurried: StripePayments, customer: str, key: str) -> None:
    """The control: were each try a wish of its own, the money would be taken twice."""
    token = saved(double, hurried, customer)
    double.test("faults", path="/v1/payment_intents$", kind="cut", times=2)
    with pytest.raises(ProviderUnavailable):
        charge(hurried, customer, token, key)
    charge(hurried, customer, token, secrets.token_hex(8))
    assert payments_in(hurried) == [4900, 4900]
    stripe_client._client.cache_clear()


def test_twenty_at_once_with_one_key_are_one_charge(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer)
    with ThreadPoolExecutor(20) as pool:
        outcomes = list(pool.map(lambda _number: charge(payments, customer, token, key), range(20)))
    assert len({outcome.ref for outcome in outcomes}) == 1
    assert payments_in(payments) == [4900]


def test_a_decline_is_replayed_too(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer, card="4000000000000341")
    assert charge(payments, customer, token, key) == charge(payments, customer, token, key)


def test_a_key_with_other_wishes_is_refused(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key)
    with pytest.raises(NotPossible) as refused:
        payments.start_checkout(VISIT, amount=eur(2600), description="Day pass", idempotency_key=key)
    assert refused.value.failure is Failure.KEY_REUSED


def test_a_key_is_forgotten_after_a_day(double: Double, payments: StripePayments, key: str) -> None:
    first = payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key)
    assert payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key) == first
    double.test("clock", seconds=25 * 3600)
    assert payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key) != first


def test_nobody_at_the_other_end_is_told_as_such(key: str) -> None:
    nowhere = StripePayments(Account("stripe", "sk_test_nowhere"), Config(stripe_api_base="http://127.0.0.1:9"))
    with pytest.raises(ProviderUnavailable) as trouble:
        nowhere.describe()
    assert trouble.value.failure.sentence and "sk_test_nowhere" not in str(trouble.value)


def test_what_people_type_is_not_in_errors(payments: StripePayments, key: str) -> None:
    with pytest.raises(NotPossible) as refused:
        payments.create_customer(name="Ada", email="not-an-address", locale="en", idempotency_key=key)
    assert "not-an-address" not in str(refused.value)
