"""The host bills operators: subscribe, change, fail, pay, leave."""

from datetime import timedelta

import pytest

from coworking.core.money import Money
from coworking.payments.failures import NotPossible, UnknownReference
from coworking.payments.host import HostState, HostSubscription, Interval
from coworking.payments.port import CheckoutState
from coworking.payments.stripe_host import StripeHostBilling

from .conftest import VISIT, Double, eur

DAY = 86_400


def price(billing: StripeHostBilling, key: str = "studio", amount: int = 4900, interval: Interval = Interval.MONTH) -> str:
    return billing.publish_price(key=key, name="Studio", amount=eur(amount), interval=interval).ref


def subscribed(double: Double, billing: StripeHostBilling, key: str, card: str = "4242424242424242", **wishes: int) -> HostSubscription:
    page = billing.start_subscription(VISIT, price_ref=price(billing), idempotency_key=key, metadata={"operator": "kvartal"}, **wishes)
    double.test(f"checkout/{page.ref}", card=card, email="eier@example.test", approve="true")
    visit = billing.fetch_checkout(page.ref)
    assert visit.state is CheckoutState.DONE
    return billing.fetch_subscription(visit.subscription_ref)


def test_a_price_is_published_once_and_replaced_when_its_amount_changes(billing: StripeHostBilling) -> None:
    first = price(billing)
    assert price(billing) == first
    dearer = price(billing, amount=5900)
    assert dearer != first
    assert [(known.ref, known.key, known.amount) for known in billing.prices()] == [(dearer, "studio", eur(5900))]


@pytest.mark.parametrize("card", ["4242424242424242", "4000002500003155"])
def test_an_operator_subscribes_and_is_billed(double: Double, billing: StripeHostBilling, key: str, card: str) -> None:
    mine = subscribed(double, billing, key, card, quantity=3)
    assert (mine.state, mine.quantity, mine.metadata) == (HostState.ACTIVE, 3, {"operator": "kvartal"})
    (invoice,) = billing.host_invoices(mine.customer)
    assert (invoice.amount, invoice.paid) == (eur(14_700), True)


def test_a_month_later_it_renews(double: Double, billing: StripeHostBilling, key: str) -> None:
    mine = subscribed(double, billing, key)
    double.test("clock", seconds=32 * DAY)
    after = billing.fetch_subscription(mine.ref)
    assert after.state is HostState.ACTIVE and after.period_ends_at and mine.period_ends_at and after.period_ends_at > mine.period_ends_at
    assert [invoice.paid for invoice in billing.host_invoices(mine.customer)] == [True, True]


def test_a_trial_costs_nothing_until_it_ends(double: Double, billing: StripeHostBilling, key: str) -> None:
    mine = subscribed(double, billing, key, trial_days=14)
    assert mine.state is HostState.TRIAL
    assert [invoice.amount for invoice in billing.host_invoices(mine.customer)] == [eur(0)]
    double.test("clock", seconds=15 * DAY)
    assert billing.fetch_subscription(mine.ref).state is HostState.ACTIVE
    assert [invoice.amount for invoice in billing.host_invoices(mine.customer)] == [eur(4900), eur(0)]


def method_of(double: Double, customer: str) -> str:
    with double.store.change() as state:
        account = state.account_of(customer)
        return str(next(state.every("payment_method", account, customer=customer))["id"])


def test_a_failed_renewal_is_overdue_until_it_is_paid(double: Double, billing: StripeHostBilling, key: str) -> None:
    mine = subscribed(double, billing, key)
    token = method_of(double, mine.customer)
    double.test(f"cards/{token}/number", card="4000000000009995")
    double.test("clock", seconds=32 * DAY)
    assert billing.fetch_subscription(mine.ref).state is HostState.OVERDUE
    double.test(f"cards/{token}/number", card="4242424242424242")
    double.test("clock", seconds=3 * DAY)
    assert billing.fetch_subscription(mine.ref).state is HostState.ACTIVE
    assert [invoice.paid for invoice in billing.host_invoices(mine.customer)] == [True, True]


def test_after_the_last_try_it_ends(double: Double, billing: StripeHostBilling, key: str) -> None:
    mine = subscribed(double, billing, key)
    double.test(f"cards/{method_of(double, mine.customer)}/number", card="4000000000009995")
    double.test("clock", seconds=50 * DAY)
    assert billing.fetch_subscription(mine.ref).state is HostState.ENDED


def test_a_dearer_plan_is_billed_for_the_rest_of_the_period(double: Double, billing: StripeHostBilling, key: str) -> None:
    mine = subscribed(double, billing, key)
    dearer = price(billing, "house", 9900)
    changed = billing.change_subscription(mine.ref, price_ref=dearer, idempotency_key=key + "c")
    assert (changed.price_ref, changed.state) == (dearer, HostState.ACTIVE)
    amounts = [invoice.amount for invoice in billing.host_invoices(mine.customer)]
    assert amounts[1] == eur(4900) and abs(amounts[0].minor - 5000) <= 1
    with pytest.raises(NotPossible):
        billing.change_subscription(
            mine.ref,
            price_ref=billing.publish_price(key="kr", name="x", amount=Money(49_000, "NOK"), interval=Interval.MONTH).ref,
            idempotency_key=key + "n",
        )


def test_it_ends_with_the_period_unless_kept(double: Double, billing: StripeHostBilling, key: str) -> None:
    mine = subscribed(double, billing, key)
    assert billing.cancel_subscription(mine.ref).ends_at_period_end
    assert not billing.keep_subscription(mine.ref).ends_at_period_end
    billing.cancel_subscription(mine.ref)
    double.test("clock", seconds=32 * DAY)
    assert billing.fetch_subscription(mine.ref).state is HostState.ENDED
    assert len(billing.host_invoices(mine.customer)) == 1


def test_it_ends_now_and_stays_ended(double: Double, billing: StripeHostBilling, key: str) -> None:
    mine = subscribed(double, billing, key)
    assert billing.cancel_subscription(mine.ref, at_period_end=False).state is HostState.ENDED
    assert billing.cancel_subscription(mine.ref, at_period_end=False).state is HostState.ENDED
    assert billing.cancel_subscription(mine.ref).state is HostState.ENDED
    with pytest.raises(UnknownReference):
        billing.fetch_subscription("sub_nothing")


def test_a_period_keeps_its_day_at_the_end_of_the_month() -> None:
    from datetime import UTC, datetime

    from coworking.demo.stripe_double.subscriptions import period_end

    anchor = int(datetime(2027, 1, 31, tzinfo=UTC).timestamp())
    ends, at = [], anchor
    for _month in range(3):
        at = period_end(at, anchor, {"interval": "month", "interval_count": 1})
        ends.append(datetime.fromtimestamp(at, UTC).date().isoformat())
    assert ends == ["2027-02-28", "2027-03-31", "2027-04-30"]
    assert period_end(anchor, anchor, {"interval": "year", "interval_count": 1}) - anchor == timedelta(days=365).total_seconds()
