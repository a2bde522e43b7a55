"""An operator without keys opens an account through the host, and is paid on it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.billing import connecting, gateways
from coworking.billing.models import Gateway
from coworking.core import tenancy
from coworking.core.db import db, new_id
from coworking.core.money import Money
from coworking.payments.failures import NotPossible
from coworking.payments.port import State
from tests.conftest import As

from .till import Till

BACK = "/desk/settings/payments/connection"


@pytest.fixture
def hosted(till: Till, app: Flask) -> Iterator[str]:
    """The host has a key of its own; yields it."""
    known, key = app.extensions["coworking.config"], f"sk_test_host{new_id().hex}"
    app.extensions["coworking.config"] = replace(known, stripe_secret_key=key)
    yield key
    app.extensions["coworking.config"] = known


def row(till: Till) -> Gateway:
    tenancy.enter(till.house.operator.id)
    db.session.expire_all()
    return db.session.scalars(sa.select(Gateway)).one()


def test_an_owner_opens_an_account_and_is_paid_on_it(till: Till, browse: As, hosted: str) -> None:
    gateways.disconnect()
    db.session.commit()
    olga = till.browser(browse, till.house.olga)
    assert "Open an account at Stripe" in olga.get("/desk/settings/payments").text
    sent = olga.post(BACK)
    assert sent.status_code == 303 and "/demo/stripe/onboarding/" in sent.location
    ref = sent.location.rpartition("/")[2]
    # Coming back proves nothing.
    olga.get(BACK)
    assert not row(till).enabled and not gateways.takes_cards()
    assert "can’t take payments yet" in olga.get("/desk/settings/payments").text
    assert olga.post(BACK).location == sent.location
    till.test(f"onboarding/{ref}")
    assert olga.get(BACK).location.endswith("/desk/settings/payments")
    assert "Connect without a key" not in olga.get("/desk/settings/payments").text
    connected = row(till)
    assert (connected.enabled, connected.connected_account, connected.account_ref, connected.secret_key) == (True, ref, ref, "")
    payments = gateways.payments()
    customer = payments.create_customer(name="Ada", email="ada@example.org", locale="nb", idempotency_key="c")
    paid = payments.charge_saved(customer=customer, method="pm_card_visa", amount=Money(49_000, "NOK"), description="x", idempotency_key="p")
    assert paid.state is State.SUCCEEDED
    assert connecting.waiting() is None and connecting.finish() is None


def test_a_key_of_their_own_stays_in_use_until_the_account_can_take_money(till: Till, browse: As, hosted: str) -> None:
    till.connect()
    own = row(till).account_ref
    ref = connecting.start(till.house.operator, "http://kvartal.localhost/a", "http://kvartal.localhost/b").rpartition("/")[2]
    assert connecting.finish() is not None
    assert row(till).account_ref == own and gateways.payments().describe().ref == own
    till.test(f"onboarding/{ref}")
    connecting.finish()
    assert gateways.payments().describe().ref == ref


def test_where_the_host_has_no_key_nothing_is_offered(till: Till, browse: As) -> None:
    db.session.commit()
    olga = till.browser(browse, till.house.olga)
    assert "Connect without a key" not in olga.get("/desk/settings/payments").text
    assert olga.post(BACK).location.endswith("/desk/settings/payments")
    with pytest.raises(NotPossible):
        connecting.finish()
    assert till.browser(browse, till.house.mats).post(BACK).status_code == 403
