"""A correction reaches every copy."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from coworking.billing import gateways
from coworking.billing.accounts import account_of
from coworking.billing.customers import customer_of
from coworking.core import clock
from coworking.core.db import db
from coworking.people import accounts, links
from coworking.people.models import Person
from coworking.privacy.finding import Subject
from coworking.privacy.models import MailChoice
from coworking.privacy.recipients_told import of as told
from tests.billing.conftest import _provider, till  # noqa: F401
from tests.billing.till import Till
from tests.cast import House
from tests.conftest import As
from tests.privacy.life import work_off


def at_the_provider(till: Till, customer: str) -> tuple[str, str]:  # noqa: F811
    """Name and address as the provider has them."""
    with till.store.change() as state:
        doc = next(each for each in state.every("customer", gateways.gateway().account_ref) if each["id"] == customer)  # type: ignore[union-attr]
    return doc["name"], doc["email"]


def with_new_address(person: Person, address: str) -> None:
    """As by the link mailed to a new address."""
    token = links.make(person, links.Purpose.NEW_EMAIL, address)
    link = links.find(token, links.Purpose.NEW_EMAIL)
    assert link is not None
    accounts.change_address(link)


@pytest.mark.proves("W2G-62")
def test_name_and_address_are_corrected_at_the_provider_too(till: Till) -> None:  # noqa: F811
    house = till.house
    alice = db.session.get_one(Person, house.alice.id)
    payer = account_of(alice)
    customer = customer_of(payer, gateways.payments())
    assert at_the_provider(till, customer) == ("Alice Kvartal", "alice@kvartal.example")
    for name, address in (("Alice Berg", "alice@berg.example"), ("Alice Kvartal", "alice@kvartal.example"), ("Alice Berg", "alice@berg.example")):
        alice = db.session.get_one(Person, house.alice.id)
        alice.name = name
        with_new_address(alice, address)
        db.session.commit()
        work_off(till.app, house)
        assert at_the_provider(till, customer) == (name, address), "back and forth, each time"
    assert (account_of(db.session.get_one(Person, house.alice.id)).name) == "Alice Berg"
    assert [each.number for each in told(Subject.of(db.session.get_one(Person, house.alice.id)))] == [customer]


def test_what_was_chosen_for_invoices_stays(inside: House) -> None:
    alice = db.session.get_one(Person, inside.alice.id)
    payer = account_of(alice)
    payer.name, payer.email = "Alice’s bakery", "books@bakery.example"
    db.session.flush()
    alice.name = "Alice Berg"
    with_new_address(alice, "alice@berg.example")
    db.session.flush()
    assert (payer.name, payer.email) == ("Alice’s bakery", "books@bakery.example")


def test_what_one_wants_to_get_goes_along_to_a_new_address(inside: House) -> None:
    alice = db.session.get_one(Person, inside.alice.id)
    db.session.add(MailChoice(email=alice.email, mail_class="activity", wanted=False, how="profile"))
    db.session.flush()
    with_new_address(alice, "alice@berg.example")
    db.session.flush()
    rows = db.session.execute(sa.select(MailChoice.email, MailChoice.wanted)).all()
    assert [tuple(row) for row in rows] == [("alice@berg.example", False)]


@pytest.mark.proves("CLW-9")
def test_once_a_year_one_is_asked_whether_it_is_still_right(bergen: House, browse: As) -> None:
    joined = clock.now()
    with time_machine.travel(joined + timedelta(days=364)):
        assert "Is this still right?" not in browse(bergen, bergen.alice).get("/home").text
    with time_machine.travel(joined + timedelta(days=366)):
        alice = browse(bergen, bergen.alice)
        assert "Is this still right?" in alice.get("/home").text
        assert alice.post("/privacy/mine/check").status_code == 303
        assert "Is this still right?" not in alice.get("/home").text
    with time_machine.travel(joined + timedelta(days=740)):
        alice = browse(bergen, bergen.alice)
        assert "Is this still right?" in alice.get("/home").text
        assert alice.post("/profile", data={"name": "Alice Berg", "locale": "", "zone": ""}).status_code == 303
        assert "Is this still right?" not in alice.get("/home").text, "saving the profile says so too"
