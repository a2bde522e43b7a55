"""A company's people: invited, seated one company at a time, and in the hands of its admins alone."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from coworking.billing import accounts
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.people import companies
from coworking.people.companies import SeatRefused
from coworking.people.company import Seat
from coworking.people.models import Person
from tests.cast import House
from tests.conftest import As


@pytest.fixture
def led(bergen: House, browse: As) -> FlaskClient:
    """Alice's browser, after she set up Nordlys."""
    alice = browse(bergen, bergen.alice)
    assert alice.post("/company", data={"name": "Nordlys AS"}).status_code == 303
    return alice


def _link(app: Flask, house: House) -> str:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        mail = db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id.desc())).first()
        assert mail is not None
        return re.findall(r"/company/seat/[\w-]+", mail.text)[0]


def _invited(app: Flask, house: House, led: FlaskClient, email: str) -> str:
    assert led.post("/company/invitations", data={"email": email}).status_code == 303
    return _link(app, house)


@pytest.mark.proves("CWL-18")
def test_an_invited_person_takes_the_seat_and_the_company_pays(app: Flask, bergen: House, browse: As, led: FlaskClient) -> None:
    link = _invited(app, bergen, led, "bob@kvartal.example")
    bob = browse(bergen, bergen.bob)
    assert "Nordlys AS" in bob.get(link).text
    assert bob.post(link).status_code == 303
    assert "Bob" in led.get("/company").text
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        payer = accounts.payer_for(db.session.get_one(Person, bergen.bob.id))
        assert (payer.name, payer.is_business) == ("Nordlys AS", True)
    assert bob.post(link).status_code == 422 or bob.get(link).status_code == 404


@pytest.mark.proves("CWL-26")
def test_an_invitation_is_for_one_address_alone(app: Flask, bergen: House, browse: As, led: FlaskClient) -> None:
    link = _invited(app, bergen, led, "carol@example.org")
    bob = browse(bergen, bergen.bob)
    assert bob.post(link).status_code == 422
    assert companies_of(app, bergen, bergen.bob) == 0
    assert "carol@example.org" in browse(bergen).get(link).text


def companies_of(app: Flask, house: House, person: Person) -> int:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return db.session.scalar(sa.select(sa.func.count(Seat.id)).where(Seat.person_id == person.id, Seat.left_at.is_(None))) or 0


def test_an_old_or_withdrawn_invitation_no_longer_works(app: Flask, bergen: House, browse: As, led: FlaskClient) -> None:
    link = _invited(app, bergen, led, "bob@kvartal.example")
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        assert browse(bergen, bergen.bob).get(link).status_code == 404
    [taken_back] = re.findall(r"/company/invitations/[0-9a-f-]+/removal", led.get("/company").text)
    led.post(taken_back)
    assert browse(bergen, bergen.bob).post(link).status_code == 404


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "x" * 300 + "@example.org", "a\x00b@example.org", "alice@kvartal.example"])
def test_what_is_no_address_of_somebody_new_is_refused_and_kept(led: FlaskClient, typed: str) -> None:
    answer = led.post("/company/invitations", data={"email": typed})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_only_an_admin_changes_people_and_nobody_of_another_company(app: Flask, bergen: House, browse: As, led: FlaskClient) -> None:
    bob = browse(bergen, bergen.bob)
    bob.post(_invited(app, bergen, led, "bob@kvartal.example"))
    assert bob.post("/company/invitations", data={"email": "x@example.org"}).status_code == 404
    assert bob.post(f"/company/people/{bergen.alice.id}/removal").status_code == 404
    assert bob.post(f"/company/people/{bergen.bob.id}/admin", data={"admin": "yes"}).status_code == 404
    assert led.post(f"/company/people/{bergen.siri.id}/removal").status_code == 404
    assert browse(bergen, bergen.siri).post(f"/company/people/{bergen.bob.id}/removal").status_code == 404


def test_the_last_admin_stays_until_somebody_else_is_one(app: Flask, bergen: House, browse: As, led: FlaskClient) -> None:
    bob = browse(bergen, bergen.bob)
    bob.post(_invited(app, bergen, led, "bob@kvartal.example"))
    assert led.post(f"/company/people/{bergen.alice.id}/removal").status_code == 422
    assert led.post(f"/company/people/{bergen.bob.id}/admin", data={"admin": "yes"}).status_code == 303
    assert led.post(f"/company/people/{bergen.alice.id}/removal").status_code == 303
    assert companies_of(app, bergen, bergen.alice) == 0
    assert bob.get("/company").status_code == 200


def test_nobody_sits_in_two_companies(inside: House) -> None:
    alice, bob = (db.session.get_one(Person, each.id) for each in (inside.alice, inside.bob))
    companies.found("Nordlys", alice)
    other = companies.found("Fjellheim", bob)
    with pytest.raises(SeatRefused):
        companies.seat(other, alice)
