"""Nothing leaves the house but to those whom the register names, and no more than it says."""

import io
import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from werkzeug.serving import make_server
from werkzeug.wrappers import Request

from coworking.billing import gateways, vat_checking
from coworking.billing.accounts import account_of
from coworking.billing.models import Gateway
from coworking.billing.settings import settings_of
from coworking.config import Config
from coworking.core import secrets, tenancy
from coworking.core.db import db
from coworking.core.money import Money
from coworking.demo.stripe_double.app import Api
from coworking.demo.stripe_double.run import quiet
from coworking.demo.stripe_double.store import Store
from coworking.operators.models import Operator
from coworking.payments.failures import PaymentError
from coworking.payments.port import Account, Visit
from coworking.payments.stripe_adapter import StripePayments
from coworking.people.models import Person
from coworking.privacy.register.recipients import RECIPIENTS
from tests.architecture.world import fill
from tests.cast import House
from tests.conftest import As
from tests.privacy import life
from tests.privacy.sweep import WHO, _addresses, _client

NAME, EMAIL = "Zqfalkenhorst Quill", "zqfalkenhorst@canary.example"
SAYS_NOTHING = {
    "allow_redirects", "cancel_url", "confirm", "customer_creation", "enabled", "expand", "gte", "limit", "lt", "mode", "off_session", "quantity",
    "return_url", "setup_future_usage", "starting_after", "success_url", "enabled_events", "url",
}  # fmt: skip
"""Parameters of a call that are the same whoever it is about, or addresses of ours."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Hosts that somebody tried to reach over the network; nobody gets through."""
    seen: set[str] = set()

    def look_up(host: Any, *_args: Any, **_kwargs: Any) -> Any:
        seen.add(str(host))
        raise socket.gaierror("no way out")

    def connect(self: socket.socket, address: Any) -> None:
        seen.add(str(address[0]))
        raise OSError("no way out")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect)
    return seen


@pytest.mark.proves("W2G-33", "CLW-33")
def test_no_page_and_no_job_reaches_anybody_who_is_not_in_the_register(app: Flask, nantes: House, browse: As, asked: set[str]) -> None:
    world = fill(app, nantes)
    for who in WHO:
        client = _client(browse, nantes, who)
        for address in _addresses(app, world):
            client.get(address)
    with app.app_context(), tenancy.acting_for(nantes.operator.id):
        key = secrets.encrypt("sk_test_canary", app.extensions["coworking.config"])
        db.session.add(Gateway(secret_key=key))
        settings_of(db.session.get_one(Operator, nantes.operator.id)).check_vies = True
        payer = account_of(db.session.get_one(Person, nantes.alice.id))
        payer.vat_number = "FR44732829320"
        db.session.commit()
        with pytest.raises(TimeoutError):
            vat_checking.ask(str(payer.id), payer.vat_number)
        with pytest.raises(PaymentError):
            gateways.payments().create_customer(name=NAME, email=EMAIL, locale="fr", idempotency_key="canary")
        db.session.commit()
        life.work_off(app, nantes)
    known = {host for each in RECIPIENTS.values() for host in each.hosts}
    assert asked == {"api.stripe.com", "ec.europa.eu"}
    assert asked <= known


@dataclass
class Recorder:
    """The double behind an ear for what it is sent."""

    api: Api
    heard: list[tuple[str, str, str]] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Note each parameter of a call: its path, its flattened name, its value."""
        request = Request(environ)
        if not request.path.startswith("/_test/"):
            body = request.get_data()
            environ["wsgi.input"] = io.BytesIO(body)
            said = parse_qsl(body.decode() or request.query_string.decode(), keep_blank_values=True)
            self.heard += [(request.path, name, value) for name, value in said]
        return self.api(environ, start_response)


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[tuple[Recorder, str]]:
    """A double that remembers, and where it answers."""
    quiet()
    recorder = Recorder(Api(Store(tmp_path / "double.sqlite3")))
    server = make_server("127.0.0.1", 0, recorder, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield recorder, f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()
    thread.join()


def parts(name: str) -> list[str]:
    """``line_items[0][price_data][currency]`` as its words, without numbers; what stands inside metadata is our own."""
    words = [word for word in name.replace("]", "").split("[") if word and not word.isdigit()]
    return words[: words.index("metadata") + 1] if "metadata" in words else words


@pytest.mark.proves("CWL-30", "WPX-38", "CLW-32")
def test_the_payment_provider_gets_the_fields_that_the_register_names_and_no_other(heard: tuple[Recorder, str]) -> None:
    recorder, base = heard
    payments = StripePayments(Account("stripe", "sk_test_canary"), Config(stripe_api_base=base))
    money = Money(4900, "EUR")
    customer = payments.create_customer(name=NAME, email=EMAIL, locale="nb", idempotency_key="a", metadata={"account": "1"})
    home = "http://house.localhost/paid?ref={CHECKOUT_REF}"
    payments.start_checkout(Visit(home, home, email=EMAIL), amount=money, description="Invoice 1", idempotency_key="b", save_method=True)
    payments.start_saving_method(Visit(home, home, customer=customer), currency="EUR", idempotency_key="c")
    payments.portal(customer=customer, return_url=home)
    payments.charge_saved(
        customer=customer, method="pm_card_visa", amount=money, description="Invoice 1", idempotency_key="d", metadata={"payment": "1"}
    )
    payments.methods(customer)
    payments.delete_customer(customer)
    allowed = set(RECIPIENTS["stripe"].fields)
    sent = {parts(name)[-1] for _path, name, _value in recorder.heard}
    assert len(sent) > 15
    assert sent - allowed - SAYS_NOTHING == set()
    where = {parts(name)[-1] for _path, name, value in recorder.heard if NAME in value or EMAIL in value}
    assert where == {"name", "email", "customer_email"}
    assert where <= allowed


def test_the_register_names_nothing_that_is_never_sent(heard: tuple[Recorder, str]) -> None:
    assert logging.getLogger("stripe").level >= logging.WARNING, "at debug level the library would write what it sends"
    assert not set(RECIPIENTS["stripe"].fields) & SAYS_NOTHING
