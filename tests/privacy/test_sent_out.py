"""What the payment provider is really sent holds no more than what the register says it gets."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from coworking.config import Config
from coworking.core.money import Money
from coworking.payments.stripe_adapter import StripePayments
from coworking.payments.words import Account, Visit
from coworking.privacy.register.recipients import RECIPIENTS

MECHANICAL = {
    "mode", "success_url", "cancel_url", "return_url", "locale", "line_items", "price_data", "product_data", "unit_amount", "quantity", "confirm",
    "off_session", "expand", "enabled", "allow_redirects", "automatic_payment_methods", "payment_intent_data", "setup_intent_data",
    "setup_future_usage", "customer_creation",
}  # fmt: skip
"""How a payment is to be made: nothing about whom."""


class Listener:
    """Stands where the provider is, and writes down what it is sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    def ask(self, call: Callable[[Any, dict[str, Any]], Any], _key: str = "") -> dict[str, Any]:
        call(self, {})
        return {
            "id": "x_1",
            "url": "https://example.org",
            "status": "succeeded",
            "amount": 100,
            "currency": "nok",
            "object": "payment_intent",
            "created": 1,
        }

    def __getattr__(self, _name: str) -> "Listener":
        return self

    def __call__(self, *args: Any) -> dict[str, Any]:
        self.sent += [each for each in args if isinstance(each, dict)]
        return {}


def _names(sent: Any) -> Iterator[str]:
    if isinstance(sent, dict):
        for name, value in sent.items():
            yield name
            if name != "metadata":
                yield from _names(value)
    elif isinstance(sent, list):
        for each in sent:
            yield from _names(each)


@pytest.mark.proves("CWL-30", "CLW-32")
def test_the_provider_gets_only_the_declared_fields() -> None:
    port, listener = StripePayments(Account("stripe", "sk_test_x"), Config()), Listener()
    port._stripe = listener  # type: ignore[assignment]
    price, visit = Money(49_00, "NOK"), Visit("https://example.org/{CHECKOUT_REF}", "https://example.org", "cus_1")
    port.create_customer(name="Alice", email="alice@example.org", locale="nb", idempotency_key="a", metadata={"account": "1"})
    port.start_checkout(visit, amount=price, description="Pass", idempotency_key="b", save_method=True, metadata={"payment": "2"})
    port.start_saving_method(visit, currency="NOK", idempotency_key="c")
    port.charge_saved(customer="cus_1", method="pm_1", amount=price, description="Invoice", idempotency_key="d")
    named = {name for each in listener.sent for name in _names(each)}
    assert named - MECHANICAL <= set(RECIPIENTS["stripe"].fields)
    assert {"name", "email", "amount"} <= named
