"""The double on a port of its own, every call inspected, and the adapter in front of it."""

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from werkzeug.serving import make_server

from coworking.config import Config
from coworking.core.money import Money
from coworking.demo.stripe_double.app import Api
from coworking.demo.stripe_double.postman import Postman
from coworking.demo.stripe_double.run import quiet
from coworking.demo.stripe_double.store import Store
from coworking.payments.port import Account, Visit
from coworking.payments.stripe_adapter import StripePayments
from coworking.payments.stripe_host import StripeHostBilling

from .spec import Inspector

VISIT = Visit("http://house.localhost/paid?ref={CHECKOUT_REF}", "http://house.localhost/left")


def eur(minor: int) -> Money:
    """So many cents."""
    return Money(minor, "EUR")


@dataclass
class Double:
    """A running double and what tests do to it."""

    url: str
    store: Store
    inspector: Inspector
    postman: Postman

    def test(self, path: str, /, **wishes: Any) -> dict[str, Any]:
        """Ask for something that only tests may ask."""
        answer = requests.post(f"{self.url}/_test/{path}", data=wishes, timeout=20)
        return dict(answer.json())

    def look(self, path: str) -> dict[str, Any]:
        """Look at something that only tests may see."""
        return dict(requests.get(f"{self.url}/_test/{path}", timeout=20).json())

    def config(self) -> Config:
        """Settings that lead to this double."""
        return Config(stripe_api_base=self.url, stripe_secret_key="sk_test_host")


@pytest.fixture(scope="session")
def _double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Double]:
    store = Store(tmp_path_factory.mktemp("stripe") / "double.sqlite3")
    inspector = Inspector(Api(store))
    quiet()
    server = make_server("127.0.0.1", 0, inspector, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Double(f"http://127.0.0.1:{server.port}", store, inspector, Postman(store))
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def double(_double: Double) -> Iterator[Double]:
    """The double; a test fails when anything said to it or by it is not as Stripe publishes it."""
    _double.inspector.wrong.clear()
    _double.test("faults", path="nothing", kind="refuse", times=0)
    _double.test("mischief")
    yield _double
    assert _double.inspector.wrong == []


@pytest.fixture
def account() -> Account:
    """A fresh account with a key of its own."""
    return Account("stripe", f"sk_test_{secrets.token_hex(8)}")


@pytest.fixture
def payments(double: Double, account: Account) -> StripePayments:
    """The adapter, open for that account."""
    return StripePayments(account, double.config())


@pytest.fixture
def billing(double: Double, account: Account) -> StripeHostBilling:
    """The host's billing, on that account."""
    return StripeHostBilling(account, double.config())


@pytest.fixture
def key() -> str:
    """An idempotency key."""
    return secrets.token_hex(12)


@pytest.fixture
def customer(payments: StripePayments) -> str:
    """A customer without a card."""
    return payments.create_customer(name="Ada Lind", email="ada@example.test", locale="nb", idempotency_key=secrets.token_hex(12))


def saved(double: Double, payments: StripePayments, customer: str, **wishes: Any) -> str:
    """The token of a method that the customer saves on the provider's page."""
    visit = Visit(VISIT.success_url, VISIT.cancel_url, customer=customer)
    page = payments.start_saving_method(visit, currency="EUR", idempotency_key=secrets.token_hex(12))
    double.test(f"checkout/{page.ref}", approve="true", **wishes)
    found = payments.fetch_checkout(page.ref).method
    assert found is not None
    return found.token
