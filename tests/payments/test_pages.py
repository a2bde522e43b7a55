"""The pages of the demo's stand-in for Stripe, as a newcomer meets them."""

import re
import secrets
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from coworking.config import Config
from coworking.core.money import Money
from coworking.demo.stripe_double import pages
from coworking.demo.stripe_double.app import Api
from coworking.demo.stripe_double.run import quiet
from coworking.payments.port import Account, CheckoutState, State, Visit
from coworking.payments.stripe_adapter import StripePayments
from tests.cast import House
from tests.conftest import As

KEY = secrets.token_hex


@pytest.fixture
def shop(app: Flask) -> Iterator[StripePayments]:
    """The adapter before an API that shares its file with the app's pages."""
    quiet()
    with app.app_context():
        server = make_server("127.0.0.1", 0, Api(pages.store()), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield StripePayments(Account("stripe", "sk_test_shop"), Config(stripe_api_base=f"http://127.0.0.1:{server.port}"))
    server.shutdown()
    server.server_close()
    thread.join()


def visit(house: House, customer: str = "") -> Visit:
    return Visit(f"http://{house.host}/paid?ref={{CHECKOUT_REF}}", f"http://{house.host}/left", customer=customer)


def path(url: str) -> str:
    return "/" + url.split("/", 3)[3]


@pytest.fixture
def payer(browse: As, bergen: House) -> FlaskClient:
    return browse(bergen)


def test_a_newcomer_pays_with_a_test_card(shop: StripePayments, payer: FlaskClient, bergen: House) -> None:
    opened = shop.start_checkout(visit(bergen), amount=Money(49_000, "NOK"), description="Day pass", idempotency_key=KEY())
    text = payer.get(path(opened.url)).text
    assert "No money moves" in text and "490\u00a0kr" in text and "Day pass" in text
    answer = payer.post(path(opened.url), data={"method": "4242424242424242"})
    assert (answer.status_code, answer.location) == (303, f"http://{bergen.host}/paid?ref={opened.ref}")
    done = shop.fetch_checkout(opened.ref)
    assert done.state is CheckoutState.DONE and done.outcome and done.outcome.state is State.SUCCEEDED
    # Back in the browser's history: nothing is paid twice.
    assert payer.post(path(opened.url), data={"method": "4242424242424242"}).status_code == 303


def test_a_declined_card_is_told_and_another_may_be_tried(shop: StripePayments, payer: FlaskClient, bergen: House) -> None:
    opened = shop.start_checkout(visit(bergen), amount=Money(49_000, "NOK"), description="Day pass", idempotency_key=KEY())
    answer = payer.post(path(opened.url), data={"method": "4000000000009995"})
    assert answer.status_code == 422 and "not enough money" in answer.text
    assert payer.post(path(opened.url), data={"method": "4242424242424242"}).status_code == 303


@pytest.mark.parametrize("answer", ["approve", "refuse"])
def test_the_bank_asks_and_the_payer_answers(shop: StripePayments, payer: FlaskClient, bergen: House, answer: str) -> None:
    opened = shop.start_checkout(visit(bergen), amount=Money(49_000, "NOK"), description="Day pass", idempotency_key=KEY())
    asked = payer.post(path(opened.url), data={"method": "4000002500003155"}).location
    assert "Do you approve the payment of 490\u00a0kr?" in payer.get(asked).text
    back = payer.post(asked, data={"answer": answer}).location
    if answer == "approve":
        assert back.startswith(f"http://{bergen.host}/paid")
        assert payer.get(asked).status_code == 303
    else:
        assert "not approved at the bank" in payer.get(back).text


def test_a_test_number_that_is_not_offered_is_refused(shop: StripePayments, payer: FlaskClient, bergen: House) -> None:
    opened = shop.start_checkout(visit(bergen), amount=Money(49_000, "NOK"), description="Day pass", idempotency_key=KEY())
    for sent in ({"method": ""}, {"method": "4111111111111111"}, {"method": "DE89370400440532013000"}):
        assert payer.post(path(opened.url), data=sent).status_code == 422


def test_a_page_answers_on_the_host_it_was_opened_for_and_nowhere_else(shop: StripePayments, browse: As, bergen: House, nantes: House) -> None:
    customer = shop.create_customer(name="Ada", email="ada@example.test", locale="nb", idempotency_key=KEY())
    opened = shop.start_checkout(visit(bergen), amount=Money(49_000, "NOK"), description="Day pass", idempotency_key=KEY())
    portal = shop.portal(customer=customer, return_url=f"http://{bergen.host}/home")
    for url in (opened.url, portal.url):
        assert browse(nantes).get(path(url)).status_code == 404
    assert browse(bergen).get(path(portal.url).replace("bps_", "bps_x")).status_code == 404


def test_an_expired_page_says_so(shop: StripePayments, payer: FlaskClient, bergen: House) -> None:
    opened = shop.start_checkout(visit(bergen), amount=Money(49_000, "NOK"), description="Day pass", idempotency_key=KEY())
    shop.expire_checkout(opened.ref)
    assert "This page has closed" in payer.get(path(opened.url)).text
    assert payer.post(path(opened.url), data={"method": "4242424242424242"}).status_code == 303
    assert shop.fetch_checkout(opened.ref).state is CheckoutState.EXPIRED


def test_the_portal_adds_orders_and_removes_cards(shop: StripePayments, payer: FlaskClient, bergen: House) -> None:
    customer = shop.create_customer(name="Ada", email="ada@example.test", locale="nb", idempotency_key=KEY())
    portal = path(shop.portal(customer=customer, return_url=f"http://{bergen.host}/home").url)
    assert payer.post(f"{portal}/methods", data={"method": "4242424242424242"}).status_code == 303
    assert payer.post(f"{portal}/methods", data={"method": "4000002500003155"}).status_code == 303
    assert payer.post(f"{portal}/methods", data={"method": "4000000000000002"}).status_code == 422
    first, second = shop.methods(customer)
    assert payer.post(f"{portal}/default", data={"method": second.token}).status_code == 303
    assert shop.methods(customer)[0].token == second.token
    assert len(re.findall("Charged first", payer.get(portal).text)) == 1
    assert payer.post(f"{portal}/removal", data={"method": second.token}).status_code == 303
    assert [method.token for method in shop.methods(customer)] == [first.token]
    assert payer.post(f"{portal}/removal", data={"method": second.token}).status_code == 404


def test_saving_a_card_in_french_reads_french_amounts(shop: StripePayments, browse: As, nantes: House) -> None:
    opened = shop.start_checkout(visit(nantes), amount=Money(4_950, "EUR"), description="Carnet", idempotency_key=KEY())
    assert "49,50\u00a0€" in browse(nantes, language="fr").get(path(opened.url)).text
