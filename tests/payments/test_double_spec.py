"""Everything said to the double and by it is as Stripe publishes it, seen through Stripe's own library."""

import json
import secrets
from typing import Any

import pytest
import stripe

from coworking.demo.stripe_double.postman import letter

from .conftest import VISIT, Double
from .spec import wrong_with

LEAST_OPERATIONS = 60


def somebody(double: Double) -> Any:
    """Stripe's own client on a fresh account."""
    return stripe.StripeClient(f"sk_test_{secrets.token_hex(6)}", base_addresses={"api": double.url}).v1


@pytest.fixture
def client(double: Double) -> Any:
    """A fresh account's client."""
    return somebody(double)


def customers(v1: Any, double: Double) -> None:
    made = v1.customers.create({"name": "Ada", "email": "ada@example.test", "phone": "+4712345678", "address": {"city": "Bergen", "country": "NO"}})
    v1.customers.update(made.id, {"metadata": {"a": "1"}, "description": "Member"})
    assert v1.customers.retrieve(made.id).metadata["a"] == "1"
    assert [each.id for each in v1.customers.list({"email": "ada@example.test"}).data] == [made.id]
    gone = v1.customers.create({"payment_method": "pm_card_visa"})
    v1.customers.delete(gone.id)
    assert v1.customers.retrieve(gone.id).deleted


def methods(v1: Any, double: Double) -> None:
    made = v1.customers.create()
    card = v1.payment_methods.create({"type": "card", "card": {"number": "4242424242424242", "exp_month": 5, "exp_year": 2031, "cvc": "123"}})
    v1.payment_methods.attach(card.id, {"customer": made.id})
    debit = v1.payment_methods.create(
        {"type": "sepa_debit", "sepa_debit": {"iban": "DE89370400440532013000"}, "billing_details": {"name": "Ada", "email": "a@b.no"}}
    )
    v1.payment_methods.attach(debit.id, {"customer": made.id})
    assert {each.type for each in v1.payment_methods.list({"customer": made.id}).data} == {"card", "sepa_debit"}
    assert [each.id for each in v1.customers.payment_methods.list(made.id, {"type": "card"}).data] == [card.id]
    assert v1.payment_methods.retrieve(card.id).card.exp_year == 2031
    v1.payment_methods.detach(card.id)
    for number in ("4000000000000002", "4242424242424241"):
        with pytest.raises(stripe.CardError):
            refused = v1.payment_methods.create({"type": "card", "card": {"number": number, "exp_month": 5, "exp_year": 2031}})
            v1.payment_methods.attach(refused.id, {"customer": made.id})


def intents(v1: Any, double: Double) -> None:
    made = v1.customers.create()
    asked = v1.payment_intents.create({"amount": 4900, "currency": "nok", "customer": made.id, "payment_method_types": ["card"]})
    assert v1.payment_intents.confirm(asked.id, {"payment_method": "pm_card_visa"}).status == "succeeded"
    waiting = v1.payment_intents.create(
        {"amount": 4900, "currency": "nok", "payment_method": "pm_card_threeDSecure2Required", "confirm": True, "return_url": "http://h.localhost/"}
    )
    assert waiting.next_action.type == "redirect_to_url"
    v1.payment_intents.cancel(waiting.id, {"cancellation_reason": "abandoned"})
    for token in ("pm_card_chargeDeclined", "pm_card_authenticationRequired"):
        with pytest.raises(stripe.CardError):
            v1.payment_intents.create({"amount": 4900, "currency": "nok", "payment_method": token, "confirm": True, "off_session": True})
    debit = v1.payment_intents.create({"amount": 4900, "currency": "eur", "payment_method": "pm_sepaDebit", "confirm": True})
    assert debit.status == "processing"
    whole = v1.payment_intents.retrieve(asked.id, {"expand": ["latest_charge.balance_transaction", "customer", "payment_method"]})
    assert whole.latest_charge.balance_transaction.fee == 4900 * 150 // 10_000 + 25 and whole.customer.id == made.id
    v1.charges.retrieve(whole.latest_charge.id)
    assert len(v1.charges.list({"payment_intent": asked.id}).data) == 1
    assert len(v1.payment_intents.list({"limit": 2}).data) == 2
    v1.balance_transactions.retrieve(whole.latest_charge.balance_transaction.id)
    v1.balance_transactions.list({"type": "charge", "expand": ["data.source"]})


def setups(v1: Any, double: Double) -> None:
    made = v1.customers.create()
    setup = v1.setup_intents.create({"customer": made.id, "payment_method": "pm_card_visa", "confirm": True, "return_url": "http://h.localhost/"})
    assert v1.setup_intents.retrieve(setup.id, {"expand": ["payment_method"]}).payment_method.customer == made.id
    v1.setup_intents.create({"customer": made.id, "payment_method": "pm_sepaDebit", "confirm": True})
    waiting = v1.setup_intents.create({"customer": made.id, "payment_method": "pm_card_authenticationRequired"})
    assert v1.setup_intents.confirm(waiting.id, {"return_url": "http://h.localhost/"}).status == "requires_action"
    v1.setup_intents.cancel(waiting.id)
    with pytest.raises(stripe.CardError):
        v1.setup_intents.create({"customer": made.id, "payment_method": "pm_card_chargeDeclined", "confirm": True})


def giving_back(v1: Any, double: Double) -> None:
    paid = v1.payment_intents.create({"amount": 4900, "currency": "nok", "payment_method": "pm_card_visa", "confirm": True})
    refund = v1.refunds.create({"payment_intent": paid.id, "amount": 900, "reason": "requested_by_customer", "metadata": {"a": "b"}})
    v1.refunds.create({"charge": paid.latest_charge})
    v1.refunds.retrieve(refund.id)
    assert len(v1.refunds.list({"payment_intent": paid.id}).data) == 2
    with pytest.raises(stripe.InvalidRequestError):
        v1.refunds.create({"payment_intent": paid.id})
    for evidence, end in (("winning_evidence", "won"), ("losing_evidence", "lost"), ("a letter", "under_review")):
        disputed = v1.payment_intents.create({"amount": 4900, "currency": "nok", "payment_method": "pm_card_createDispute", "confirm": True})
        double.test("clock", seconds=2)
        case = next(each for each in v1.disputes.list().data if each.payment_intent == disputed.id)
        assert v1.disputes.update(case.id, {"evidence": {"uncategorized_text": evidence}}).status == end
    assert v1.disputes.close(case.id).status == "lost"
    v1.disputes.retrieve(case.id)


def visits(v1: Any, double: Double) -> None:
    price = {"currency": "nok", "unit_amount": 4900, "product_data": {"name": "Day pass"}}
    wishes = {"success_url": VISIT.success_url, "cancel_url": VISIT.cancel_url}
    visit = v1.checkout.sessions.create(wishes | {"mode": "payment", "line_items": [{"price_data": price, "quantity": 2}]})
    double.test(f"checkout/{visit.id}", email="ada@example.test")
    done = v1.checkout.sessions.retrieve(visit.id, {"expand": ["payment_intent.latest_charge", "customer"]})
    assert (done.payment_status, done.amount_total) == ("paid", 9800)
    assert v1.checkout.sessions.list({"payment_intent": done.payment_intent.id}).data[0].id == visit.id
    assert v1.checkout.sessions.line_items.list(visit.id).data[0].amount_total == 9800
    other = v1.checkout.sessions.create(wishes | {"mode": "setup", "currency": "nok"})
    v1.checkout.sessions.expire(other.id)
    with pytest.raises(stripe.InvalidRequestError):
        v1.checkout.sessions.expire(other.id)
    made = v1.customers.create()
    v1.billing_portal.sessions.create({"customer": made.id, "return_url": "http://h.localhost/", "locale": "fr"})


def subscriptions(v1: Any, double: Double) -> None:
    product = v1.products.create({"name": "Studio", "description": "For one house"})
    v1.products.update(product.id, {"name": "Studio+"})
    assert v1.products.retrieve(product.id).name == v1.products.list({"active": True}).data[0].name == "Studio+"
    month = v1.prices.create({"product": product.id, "currency": "eur", "unit_amount": 4900, "recurring": {"interval": "month"}, "lookup_key": "m"})
    year = v1.prices.create({"product": product.id, "currency": "eur", "unit_amount": 49_000, "recurring": {"interval": "year"}})
    v1.prices.retrieve(year.id)
    assert v1.prices.list({"lookup_keys": ["m"]}).data[0].id == month.id
    made = v1.customers.create()
    card = v1.payment_methods.attach("pm_card_visa", {"customer": made.id})
    v1.customers.update(made.id, {"invoice_settings": {"default_payment_method": card.id}})
    mine = v1.subscriptions.create({"customer": made.id, "items": [{"price": month.id}], "metadata": {"a": "b"}})
    assert mine.status == "active"
    item = mine.to_dict()["items"]["data"][0]["id"]
    v1.subscriptions.update(mine.id, {"items": [{"id": item, "price": year.id}], "proration_behavior": "always_invoice"})
    invoices = v1.invoices.list({"subscription": mine.id}).data
    assert len(invoices) == 2 and v1.invoices.retrieve(invoices[0].id).status == "paid"
    v1.subscriptions.update(mine.id, {"cancel_at_period_end": True})
    assert v1.subscriptions.retrieve(mine.id, {"expand": ["latest_invoice", "customer"]}).cancel_at_period_end
    v1.subscriptions.cancel(mine.id)
    assert [each.id for each in v1.subscriptions.list({"status": "all", "customer": made.id}).data] == [mine.id]
    poor = v1.customers.create()
    owed = v1.subscriptions.create({"customer": poor.id, "items": [{"price": month.id}]})
    assert owed.status == "incomplete"
    good = v1.payment_methods.attach("pm_card_visa", {"customer": poor.id})
    assert v1.invoices.pay(owed.latest_invoice, {"payment_method": good.id}).status == "paid"
    assert v1.subscriptions.retrieve(owed.id).status == "active"
    v1.prices.update(month.id, {"active": False})
    for days in (32, 32):
        double.test("clock", seconds=days * 86_400)
    assert len(v1.invoices.list({"customer": poor.id}).data) >= 2


def hooks(v1: Any, double: Double) -> None:
    hook = v1.webhook_endpoints.create({"url": "http://h.localhost/hook", "enabled_events": ["*"], "description": "Ours", "metadata": {"a": "b"}})
    assert hook.secret.startswith("whsec_") and getattr(v1.webhook_endpoints.retrieve(hook.id), "secret", None) is None
    v1.customers.create()
    event = v1.events.list({"type": "customer.created", "limit": 1}).data[0]
    assert v1.events.retrieve(event.id).pending_webhooks == 1
    assert len(v1.webhook_endpoints.list().data) == 1
    v1.webhook_endpoints.delete(hook.id)


def accounts(v1: Any, double: Double) -> None:
    own = v1.accounts.retrieve_current()
    made = v1.accounts.create({"country": "NO", "email": "ada@example.test", "business_profile": {"name": "Kvartal"}})
    assert v1.accounts.retrieve(made.id).business_profile.name == "Kvartal" and v1.accounts.retrieve(own.id).id == own.id
    v1.account_links.create(
        {"account": made.id, "type": "account_onboarding", "refresh_url": "http://h.localhost/", "return_url": "http://h.localhost/"}
    )
    v1.customers.create({}, {"stripe_account": made.id})
    assert v1.customers.list().data == []
    with pytest.raises(stripe.PermissionError):
        v1.customers.list({}, {"stripe_account": "acct_of_nobody"})


def refusals(v1: Any, double: Double) -> None:
    for ask in (
        lambda: v1.customers.retrieve("cus_nothing"),
        lambda: v1.payment_intents.create({"currency": "nok"}),
        lambda: v1.payment_intents.create({"amount": "many", "currency": "nok"}),
        lambda: v1.payment_intents.create({"amount": 4900, "currency": "crowns"}),
        lambda: v1.payment_intents.create({"amount": 1, "currency": "nok"}),
        lambda: v1.checkout.sessions.create({"mode": "payment", "success_url": "http://h.localhost/"}),
        lambda: v1.customers.list({"limit": 1000}),
        lambda: v1.customers.list({"starting_after": "cus_nothing"}),
        lambda: v1.webhook_endpoints.create({"url": "nowhere", "enabled_events": ["*"]}),
        lambda: v1.subscriptions.create({"customer": "cus_nothing", "items": [{"price": "price_nothing"}]}),
    ):
        with pytest.raises(stripe.InvalidRequestError):
            ask()


EVERYTHING = (customers, methods, intents, setups, giving_back, visits, subscriptions, hooks, accounts, refusals)


@pytest.mark.parametrize("walk", EVERYTHING, ids=lambda walk: walk.__name__)
def test_what_is_said_is_what_stripe_publishes(double: Double, client: Any, walk: Any) -> None:
    double.inspector.calls.clear()
    walk(client, double)
    assert double.inspector.calls and double.inspector.wrong == []


def test_all_walks_together_cover_what_we_use_and_more_and_so_do_their_events(double: Double) -> None:
    double.inspector.calls.clear()
    for walk in EVERYTHING:
        walk(somebody(double), double)
    assert len(double.inspector.calls) >= LEAST_OPERATIONS, sorted(double.inspector.calls)
    with double.store.change() as state:
        rows = state.sql.execute("SELECT body FROM object WHERE kind = 'event'").fetchall()
    seen: dict[str, list[str]] = {}
    for (body,) in rows:
        event = letter(json.loads(body))
        about = event["data"]["object"]
        seen.setdefault(event["type"], wrong_with({"$ref": f"#/components/schemas/{about['object']}"}, about))
    assert len(seen) >= 25 and {kind: wrong for kind, wrong in seen.items() if wrong} == {}


BROKEN = {
    "a number as text": lambda body: body | {"created": "yesterday"},
    "a field missing": lambda body: {key: value for key, value in body.items() if key != "livemode"},
    "a word of nobody": lambda body: body | {"object": "client"},
    "a list where there is an object": lambda body: [body],
}


@pytest.mark.parametrize("broken", BROKEN)
def test_control_a_broken_answer_is_noticed(double: Double, client: Any, broken: str) -> None:
    double.inspector.spoil = BROKEN[broken]
    try:
        client.customers.create({"name": "Ada"})
    finally:
        double.inspector.spoil = None
    assert len(double.inspector.wrong) >= 1
    double.inspector.wrong.clear()


def test_control_a_wrong_wish_is_noticed(double: Double, client: Any) -> None:
    client.customers.create({"nickname": "Ada"})
    client.customers.list({"colour": "blue"})
    assert len(double.inspector.wrong) == 2
    double.inspector.wrong.clear()
