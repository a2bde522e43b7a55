"""Whoever of the staff opens a page about a person is written down, the person can read it, and the host comes in by a grant alone."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.privacy import support
from coworking.privacy.models import AccessEntry, SupportGrant
from tests.architecture.test_tenancy_matrix import path
from tests.architecture.world import fill
from tests.cast import MONDAY, House
from tests.conftest import As


def entries(app: Flask, house: House) -> list[AccessEntry]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return list(db.session.scalars(sa.select(AccessEntry).order_by(AccessEntry.at, AccessEntry.id)))


@pytest.mark.proves("W2G-27", "CLW-40")
def test_the_person_reads_who_opened_their_page_by_role(app: Flask, bergen: House, browse: As) -> None:
    assert browse(bergen, bergen.siri).get(f"/desk/people/{bergen.alice.id}").status_code == 200
    page = browse(bergen, bergen.alice).get("/privacy/mine/access").text
    assert "Front desk opened your page" in page
    assert bergen.siri.name not in page
    assert "Nobody so far" in browse(bergen, bergen.bob).get("/privacy/mine/access").text
    log = browse(bergen, bergen.mats).get(f"/desk/privacy/access?person={bergen.alice.id}").text
    assert bergen.siri.name in log and bergen.alice.name in log


def test_the_same_page_counts_once_in_ten_minutes_and_ones_own_never(app: Flask, bergen: House, browse: As) -> None:
    with time_machine.travel(MONDAY, tick=False) as when:
        siri = browse(bergen, bergen.siri)
        for _ in range(3):
            siri.get(f"/desk/people/{bergen.alice.id}")
        siri.get(f"/desk/people/{bergen.siri.id}")
        assert len(entries(app, bergen)) == 1
        when.shift(timedelta(minutes=11))
        siri.get(f"/desk/people/{bergen.alice.id}")
        assert len(entries(app, bergen)) == 2


def test_lists_saved_as_a_file_are_written_down_as_about_everybody(app: Flask, bergen: House, browse: As) -> None:
    assert browse(bergen, bergen.mats).get("/desk/people.csv").status_code == 200
    (entry,) = entries(app, bergen)
    assert (entry.person_id, entry.page, entry.by_role) == (None, "desk.people_file", "manager")


ABOUT_ONE = ("desk.person", "desk.booking", "desk.subscription", "desk.account", "desk.invoice")


@pytest.mark.proves("W2G-27")
@pytest.mark.parametrize("endpoint", ABOUT_ONE)
def test_each_page_about_one_person_is_written_down(app: Flask, nantes: House, browse: As, endpoint: str) -> None:
    world = fill(app, nantes)
    rule = next(app.url_map.iter_rules(endpoint))
    assert browse(nantes, nantes.olga).get(path(app, rule, world.foreign(rule))).status_code == 200
    (entry,) = entries(app, nantes)
    assert (entry.person_id, entry.by_id, entry.page) == (nantes.alice.id, nantes.olga.id, endpoint)


def test_a_page_that_was_refused_is_not_written_down(app: Flask, bergen: House, nantes: House, browse: As) -> None:
    assert browse(bergen, bergen.alice).get(f"/desk/people/{bergen.bob.id}").status_code == 403
    assert browse(bergen, bergen.mats).get(f"/desk/people/{nantes.alice.id}").status_code == 404
    assert entries(app, bergen) == []


def granted(app: Flask, house: House, browse: As, **wishes: str) -> tuple[FlaskClient, str]:
    """The owner, and the address that the owner got."""
    olga = browse(house, house.olga)
    made = olga.post("/desk/privacy/access/grants", data={"purpose": "A price looks wrong", "hours": "2", **wishes}, follow_redirects=True)
    found = re.search(r"/privacy/support/[\w-]+", made.text)
    assert found is not None, made.text
    assert found[0] not in olga.get("/desk/privacy/access").text
    return olga, found[0]


@pytest.mark.proves("WPX-65", "WPX-49", "WPX-68")
def test_the_host_looks_in_under_a_grant_alone_and_everything_is_written_down(app: Flask, bergen: House, browse: As) -> None:
    person = f"/desk/people/{bergen.alice.id}"
    host = browse(bergen)
    assert host.get(person).status_code == 303
    assert host.get("/privacy/support/not-a-key").status_code == 404
    with time_machine.travel(clock.now(), tick=False) as when:
        _olga, key = granted(app, bergen, browse)
        assert host.get(key).status_code == 200
        assert host.post(key).status_code == 303
        page = host.get(person)
        assert page.status_code == 200 and "support" in page.text.lower()
        for closed in ("/desk/people.csv", "/desk/invoices", "/desk/privacy/access", "/profile", "/privacy/mine/access"):
            assert host.get(closed).status_code == 403, closed
        for changing in (
            "/desk/bookings",
            "/desk/settings/identity",
            "/desk/privacy/moving/file",
            f"/desk/privacy/access/grants/{bergen.alice.id}/end",
        ):
            assert host.post(changing).status_code == 403, changing
        assert browse(bergen).post(key).status_code == 404, "a key opens once"
        (entry,) = entries(app, bergen)
        assert entry.by_role == "support" and entry.grant_id is not None
        assert "support" in browse(bergen, bergen.alice).get("/privacy/mine/access").text
        when.shift(timedelta(hours=2, seconds=1))
        assert host.get(person).status_code == 303
        with app.app_context():
            support.end_what_is_over()
            db.session.commit()
            with tenancy.acting_for(bergen.operator.id):
                assert db.session.scalars(sa.select(Person).where(Person.role == "support")).all() == []
                assert db.session.scalars(sa.select(AccessEntry)).one().by_id is None


@pytest.mark.proves("WPX-65")
def test_a_grant_ends_at_once_when_it_is_taken_back(app: Flask, bergen: House, browse: As) -> None:
    olga, key = granted(app, bergen, browse, may_change="1")
    host = browse(bergen)
    assert host.post(key).status_code == 303
    assert host.get("/desk/spaces").status_code == 200
    assert host.get("/desk/bookings/new").status_code == 200
    assert "Support of the host" in browse(bergen, bergen.mats).get("/desk/").text
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        grant = db.session.scalars(sa.select(SupportGrant)).one()
    assert olga.post(f"/desk/privacy/access/grants/{grant.id}/end").status_code == 303
    assert host.get("/desk/spaces").status_code == 303
    assert "Support of the host" not in browse(bergen, bergen.mats).get("/desk/").text


def test_a_grant_is_an_owners_and_lasts_72_hours_at_most(app: Flask, bergen: House, nantes: House, browse: As) -> None:
    asked = {"purpose": "Help", "hours": "73"}
    assert browse(bergen, bergen.mats).post("/desk/privacy/access/grants", data=asked).status_code == 403
    assert browse(bergen, bergen.olga).post("/desk/privacy/access/grants", data=asked).status_code == 422
    _olga, key = granted(app, bergen, browse)
    assert browse(nantes).post(key).status_code == 404


def test_support_is_no_role_that_somebody_gives(bergen: House, browse: As) -> None:
    assert browse(bergen, bergen.olga).post("/desk/settings/roles", data={"email": bergen.bob.email, "role": "support"}).status_code == 422


@pytest.mark.proves("WPX-60")
def test_an_owner_downloads_everything_and_sees_the_days_of_leaving(app: Flask, bergen: House, browse: As) -> None:
    olga = browse(bergen, bergen.olga)
    assert olga.get("/desk/privacy/moving").status_code == 200
    got = olga.post("/desk/privacy/moving/file")
    assert got.status_code == 200 and got.data[:2] == b"PK" and len(got.data) > 5000
    assert entries(app, bergen)[-1].page == "desk.move_out"
    assert browse(bergen, bergen.mats).post("/desk/privacy/moving/file").status_code == 403
    assert olga.post("/desk/privacy/moving/notice", data={"ends_on": "2090-01-01"}).status_code == 422
    assert olga.post("/desk/privacy/moving/notice", data={"ends_on": clock.today("Europe/Oslo").isoformat()}).status_code == 303
    assert "Stay after all" in olga.get("/desk/privacy/moving").text
    assert olga.post("/desk/privacy/moving/staying").status_code == 303
    assert "Give notice" in olga.get("/desk/privacy/moving").text
