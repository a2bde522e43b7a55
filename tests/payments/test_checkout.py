"""Visits to the provider's page: pay, save a card, leave, come too late."""

import pytest

from coworking.core.money import Money
from coworking.payments.failures import Failure, KeyRefused, NotPossible, UnknownReference
from coworking.payments.port import Account, CheckoutState, State, Visit
from coworking.payments.stripe_adapter import StripePayments
from coworking.payments.stripe_host import StripeHostBilling

from .conftest import VISIT, Double, eur, saved


@pytest.mark.proves("WPX-17")
def test_a_stranger_pays_and_nothing_is_kept(double: Double, payments: StripePayments, key: str) -> None:
    page = payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key, metadata={"payment": "7"})
    assert page.url.startswith("http://house.localhost/demo/stripe/checkout/")
    assert payments.fetch_checkout(page.ref).state is CheckoutState.OPEN
    double.test(f"checkout/{page.ref}", email="ada@example.test")
    done = payments.fetch_checkout(page.ref)
    assert (done.state, done.method, done.metadata) == (CheckoutState.DONE, None, {"payment": "7"})
    assert done.outcome is not None
    assert (done.outcome.state, done.outcome.amount, done.outcome.metadata) == (State.SUCCEEDED, eur(2500), {"payment": "7"})
    assert done.outcome.fee == eur(2500 * 150 // 10_000 + 25)


def test_paying_may_keep_the_card_for_a_new_customer(double: Double, payments: StripePayments, key: str) -> None:
    visit = Visit(VISIT.success_url, VISIT.cancel_url, email="ada@example.test", locale="fr")
    page = payments.start_checkout(visit, amount=eur(9900), description="Plan", idempotency_key=key, save_method=True)
    double.test(f"checkout/{page.ref}", card="5555555555554444")
    done = payments.fetch_checkout(page.ref)
    assert done.customer and done.method and done.method.brand == "mastercard"
    again = payments.charge_saved(customer=done.customer, method=done.method.token, amount=eur(9900), description="Plan", idempotency_key=f"{key}-2")
    assert again.state is State.SUCCEEDED


def test_a_declined_visit_stays_open_for_another_card(double: Double, payments: StripePayments, key: str) -> None:
    page = payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key)
    assert double.test(f"checkout/{page.ref}", card="4000000000000002")["error"]["code"] == "card_declined"
    tried = payments.fetch_checkout(page.ref)
    assert tried.state is CheckoutState.OPEN
    assert tried.outcome and (tried.outcome.state, tried.outcome.failure) == (State.FAILED, Failure.DECLINED)
    double.test(f"checkout/{page.ref}")
    done = payments.fetch_checkout(page.ref)
    assert done.outcome and done.outcome.state is State.SUCCEEDED and done.outcome.ref == tried.outcome.ref


@pytest.mark.parametrize(("approve", "state"), [("true", CheckoutState.DONE), ("false", CheckoutState.OPEN)])
def test_the_bank_may_ask_during_a_visit(double: Double, payments: StripePayments, key: str, approve: str, state: CheckoutState) -> None:
    page = payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key)
    double.test(f"checkout/{page.ref}", card="4000000000003220", approve=approve)
    assert payments.fetch_checkout(page.ref).state is state


@pytest.mark.parametrize(("iban", "state"), [("DE89370400440532013000", State.SUCCEEDED), ("DE62370400440532013001", State.FAILED)])
def test_a_debit_in_a_visit_is_done_before_the_bank_has_told(double: Double, payments: StripePayments, key: str, iban: str, state: State) -> None:
    page = payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key)
    double.test(f"checkout/{page.ref}", iban=iban)
    done = payments.fetch_checkout(page.ref)
    assert done.state is CheckoutState.DONE and done.outcome and done.outcome.state is State.PROCESSING
    double.test("clock", seconds=10)
    after = payments.fetch_checkout(page.ref).outcome
    assert after and after.state is state


def test_a_card_is_saved_without_paying(double: Double, payments: StripePayments, customer: str) -> None:
    token = saved(double, payments, customer)
    (method,) = payments.methods(customer)
    assert (method.token, method.last4, method.is_default) == (token, "4242", False)


def test_a_card_that_the_bank_declines_is_not_saved(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    visit = Visit(VISIT.success_url, VISIT.cancel_url, customer=customer)
    page = payments.start_saving_method(visit, currency="NOK", idempotency_key=key)
    double.test(f"checkout/{page.ref}", card="4000000000000002")
    assert payments.fetch_checkout(page.ref).state is CheckoutState.OPEN
    assert payments.methods(customer) == []


def test_a_page_nobody_should_pay_on_is_closed(double: Double, payments: StripePayments, key: str) -> None:
    page = payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key)
    assert payments.expire_checkout(page.ref).state is CheckoutState.EXPIRED
    assert payments.expire_checkout(page.ref).state is CheckoutState.EXPIRED
    assert "error" in double.test(f"checkout/{page.ref}")


def test_a_paid_page_is_not_closed(double: Double, payments: StripePayments, key: str) -> None:
    page = payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key)
    double.test(f"checkout/{page.ref}")
    assert payments.expire_checkout(page.ref).state is CheckoutState.DONE


def test_a_page_closes_by_itself_after_a_day(double: Double, payments: StripePayments, key: str) -> None:
    page = payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key)
    double.test("clock", seconds=25 * 3600)
    assert payments.fetch_checkout(page.ref).state is CheckoutState.EXPIRED


@pytest.mark.parametrize(
    "amount", [Money(0, "EUR"), Money(-100, "EUR"), Money(10, "EUR"), Money(200, "NOK"), Money(10**9, "NOK"), Money(5000, "€€€")]
)
def test_an_amount_that_nobody_takes_opens_no_page(payments: StripePayments, key: str, amount: Money) -> None:
    with pytest.raises(NotPossible):
        payments.start_checkout(VISIT, amount=amount, description="x", idempotency_key=key)


def test_the_default_is_charged_first_and_forgotten_cards_are_gone(double: Double, payments: StripePayments, customer: str) -> None:
    first, second = saved(double, payments, customer), saved(double, payments, customer, card="5555555555554444")
    payments.choose_default(customer, first)
    assert [(method.token, method.is_default) for method in payments.methods(customer)] == [(first, True), (second, False)]
    payments.detach(first)
    payments.detach(first)
    assert [method.token for method in payments.methods(customer)] == [second]
    with pytest.raises((NotPossible, UnknownReference)):
        payments.choose_default(customer, first)


def test_a_deleted_customer_has_nothing_left(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer)
    payments.delete_customer(customer)
    payments.delete_customer(customer)
    assert payments.methods(customer) == ()
    outcome = payments.charge_saved(customer=customer, method=token, amount=eur(900), description="x", idempotency_key=key)
    assert (outcome.state, outcome.failure) == (State.FAILED, Failure.METHOD_GONE)
    with pytest.raises(UnknownReference):
        payments.portal(customer=customer, return_url="http://house.localhost/home")
    with pytest.raises(UnknownReference):
        payments.start_saving_method(
            Visit("http://h.localhost/", "http://h.localhost/", customer=customer), currency="EUR", idempotency_key=f"{key}-2"
        )


def test_the_portal_is_a_link(payments: StripePayments, customer: str) -> None:
    link = payments.portal(customer=customer, return_url="http://house.localhost/home", locale="nb")
    assert link.url.startswith("http://house.localhost/demo/stripe/portal/")


def test_another_account_sees_nothing_of_it(double: Double, payments: StripePayments, customer: str, key: str) -> None:
    token = saved(double, payments, customer)
    page = payments.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key)
    double.test(f"checkout/{page.ref}")
    paid = payments.fetch_checkout(page.ref).outcome
    assert paid
    other = StripePayments(Account("stripe", "sk_test_somebody_else"), double.config())
    for ask in (
        lambda: other.fetch_checkout(page.ref),
        lambda: other.fetch(paid.ref),
        lambda: other.refund(paid.ref, eur(100), idempotency_key=key),
        lambda: other.cancel(paid.ref),
    ):
        with pytest.raises(UnknownReference):
            ask()
    assert other.methods(customer) == ()
    other.detach(token)
    assert len(payments.methods(customer)) == 1


def test_a_key_that_is_wrong_or_revoked_is_told(double: Double) -> None:
    for bad in ("sk_live_nothing", "sk_test_revoked_one", "nonsense"):
        with pytest.raises(KeyRefused) as refused:
            StripePayments(Account("stripe", bad), double.config()).describe()
        assert bad not in str(refused.value) and bad not in repr(Account("stripe", bad))


def test_an_operator_without_keys_is_connected_to_the_hosts_account(double: Double, key: str) -> None:
    host = StripeHostBilling(Account("stripe", "sk_test_host"), double.config())
    ref = host.open_connected(name="Rotonde", country="FR", email="ada@example.test", idempotency_key=key)
    told = host.describe_connected(ref)
    assert (told.ref, told.name, told.currency, told.can_charge) == (ref, "Rotonde", "EUR", False)
    page = host.onboarding(ref, return_url="http://house.localhost/desk/settings/payments", again_url="http://house.localhost/desk")
    assert page.url == f"http://house.localhost/demo/stripe/onboarding/{ref}"
    double.test(f"onboarding/{ref}")
    assert host.describe_connected(ref).can_charge
    with pytest.raises(KeyRefused):
        StripeHostBilling(Account("stripe", "sk_test_other_host"), double.config()).describe_connected(ref)


def test_a_connected_account_is_acted_for_by_the_hosts_key(double: Double, key: str) -> None:
    ref = StripeHostBilling(Account("stripe", "sk_test_host"), double.config()).open_connected(
        name="Rotonde", country="FR", email="ada@example.test", idempotency_key=key
    )
    connected = StripePayments(Account("stripe", "sk_test_host", ref), double.config())
    page = connected.start_checkout(VISIT, amount=eur(2500), description="Day pass", idempotency_key=key)
    assert connected.fetch_checkout(page.ref).state is CheckoutState.OPEN
    with pytest.raises(UnknownReference):
        StripePayments(Account("stripe", "sk_test_host"), double.config()).fetch_checkout(page.ref)
