"""The demo pays by test card where its stand-in for Stripe runs, and never reaches Stripe itself."""

import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.serving import make_server

from coworking.billing import gateways
from coworking.billing.models import Account, Gateway, PaymentMethod
from coworking.config import Config
from coworking.core.db import db
from coworking.core.money import Money
from coworking.demo.paying import connect
from coworking.demo.stripe_double.app import Api
from coworking.demo.stripe_double.postman import sign
from coworking.demo.stripe_double.run import quiet, watch_host
from coworking.demo.stripe_double.store import FILE, Store
from coworking.operators.models import Operator
from coworking.payments.opening import open_host_billing
from coworking.payments.port import State
from coworking.people.models import Person
from tests.cast import House


@pytest.fixture
def beside_a_double(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Config]:
    """Settings of a demo with its double running."""
    quiet()
    server = make_server("127.0.0.1", 0, Api(Store(tmp_path / FILE)), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    known: Config = app.extensions["coworking.config"]
    config = replace(known, data_dir=tmp_path, stripe_api_base=f"http://127.0.0.1:{server.port}", stripe_secret_key="sk_test_host")
    monkeypatch.setitem(app.extensions, "coworking.config", config)
    yield config
    server.shutdown()
    server.server_close()
    thread.join()


def operator(house: House) -> Operator:
    return db.session.get_one(Operator, house.operator.id)


def alice(house: House) -> Person:
    return db.session.get_one(Person, house.alice.id)


def test_a_member_of_the_demo_has_a_card_that_can_be_charged(beside_a_double: Config, inside: House) -> None:
    connect(operator(inside), [alice(inside)], beside_a_double)
    account = db.session.scalars(sa.select(Account).where(Account.person_id == inside.alice.id)).one()
    card = db.session.scalars(sa.select(PaymentMethod).where(PaymentMethod.account_id == account.id)).one()
    assert (card.brand, card.last4, card.is_default) == ("visa", "4242", True)
    paid = gateways.payments().charge_saved(
        customer=account.provider_customer, method=card.token, amount=Money(49_000, "NOK"), description="Plan", idempotency_key=secrets.token_hex(8)
    )
    assert paid.state is State.SUCCEEDED


def test_what_is_kept_of_the_connection_is_unreadable_without_our_key(beside_a_double: Config, inside: House) -> None:
    connect(operator(inside), [], beside_a_double)
    row = db.session.scalars(sa.select(Gateway)).one()
    assert "sk_test" not in row.secret_key and "whsec" not in row.webhook_secret
    body = b'{"id":"evt_1","type":"ping","created":1,"data":{"object":{"object":"ping","id":"x"}}}'
    assert gateways.read_event(body, sign(body, gateways.webhook_secret(row), int(time.time()))).id == "evt_1"


def test_without_a_double_nothing_is_connected(app: Flask, inside: House) -> None:
    connect(operator(inside), [alice(inside)], app.extensions["coworking.config"])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Gateway)) == 0


def test_a_restart_leaves_the_host_with_one_endpoint_of_each_sort(beside_a_double: Config) -> None:
    store = Store(beside_a_double.data_dir / FILE)
    for secret in ("whsec_one", "whsec_two"):
        watch_host(store, replace(beside_a_double, stripe_webhook_secret=secret), "http://localhost:8000/webhooks/stripe")
    watch_host(store, beside_a_double, "http://localhost:8000/webhooks/stripe")
    with store.change() as state:
        rows = [body for (body,) in state.sql.execute("SELECT body FROM object WHERE kind = 'webhook_endpoint'").fetchall()]
    assert len(rows) == 2 and all("whsec_two" in body for body in rows)
    assert open_host_billing(beside_a_double) is not None
