"""Seeing everything that is kept, and having it put right."""

import re
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from coworking.core import tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.privacy.exporting import places
from coworking.privacy.finding import columns_of
from coworking.privacy.models import Statement
from coworking.privacy.register import ENTRIES, TABLES
from coworking.privacy.register.terms import Export
from coworking.privacy.showing import columns, shown_tables
from coworking.privacy.showing.about import groups
from coworking.privacy.views.mine import EDITED
from tests.cast import House
from tests.conftest import As
from tests.privacy.life import Life, lived


@pytest.fixture
def zorvane(app: Flask, bergen: House) -> Life:
    """A member who used everything."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        life = lived(bergen)
        db.session.commit()
    return life


def signed_in(app: Flask, house: House, life: Life, browse: As, language: str = "en") -> FlaskClient:
    """Her browser."""
    with app.app_context(), tenancy.acting_for(house.operator.id):
        person = db.session.get_one(Person, life.person_id)
        db.session.expunge(person)
    return browse(house, person, language)


def words_of(html: str) -> str:
    """What a page says."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.proves("W2G-17", "CWL-8", "CWL-13", "CWL-4")
def test_every_record_is_shown_and_every_column_of_a_copy_is_named(app: Flask, bergen: House, zorvane: Life, browse: As) -> None:
    client = signed_in(app, bergen, zorvane, browse)
    said = ""
    shown: set[tuple[str, str]] = set()
    for group in groups():
        said += words_of(client.get(f"/privacy/mine/data/{group.name}").text)
        for table in group.tables:
            answer = client.get(f"/privacy/mine/data/{group.name}/{table}")
            if answer.status_code == 404:
                continue
            told = words_of(answer.text)
            said += told
            shown |= {(table, column.name) for column in columns(table) if str(column.label) in told}
    rows = {table for table, _column in shown}
    assert len(rows) > 30
    assert shown == {place for place in places() if place[0] in rows}, "what the page shows is what the copy holds"
    for word in zorvane.words.values():
        assert word in said
    assert "You" in said
    assert "Front desk" in said, "staff by role"
    assert "Siri" not in said, "and never by name"


def test_what_is_shown_is_everything_that_is_personal_but_for_secrets() -> None:
    personal = {
        (table.name, column.name)
        for table in TABLES.values()
        if table.owner
        for column in columns_of(table.name).c
        if "personal" in column.info and ENTRIES[column.info["personal"]].export is not Export.WITHHOLD
    }
    assert personal <= places()
    hidden = {("person", "password_hash"), ("sign_in_session", "token_hash"), ("mailed_link", "token_hash"), ("seat_invitation", "token_hash")}
    assert not places() & hidden
    assert {name for name, _column in places()} == set(shown_tables())


def test_every_kind_of_data_stands_in_one_group_with_what_the_law_asks(app: Flask, bergen: House, zorvane: Life, browse: As) -> None:
    named = [key for group in groups() for key in group.keys]
    assert sorted(named) == sorted(set(named))
    assert set(named) | {"host.contract"} == set(ENTRIES)
    client = signed_in(app, bergen, zorvane, browse)
    money = words_of(client.get("/privacy/mine/data/money").text)
    for said in ("our contract with you (Art. 6(1)(b))", "the bank or the payment provider", "the accountant", "Bookkeeping Act"):
        assert said in money


def test_the_centre_speaks_the_language_of_whoever_reads(app: Flask, bergen: House, zorvane: Life, browse: As) -> None:
    client = signed_in(app, bergen, zorvane, browse)
    for code in ("en", "fr", "nb"):
        client.post("/profile", data={"name": "Quilla", "locale": code, "zone": ""})
        assert f'<html lang="{code}"' in client.get("/privacy/mine").text


@pytest.mark.proves("WPX-34", "W2G-62")
def test_what_can_be_changed_leads_to_where_it_is_changed(app: Flask, bergen: House, zorvane: Life, browse: As) -> None:
    client = signed_in(app, bergen, zorvane, browse)
    page = client.get("/privacy/mine/data/account").text
    assert 'href="/profile"' in page
    assert 'href="/security"' in page
    with app.app_context():
        known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {endpoint for key, endpoint in EDITED.items() if key != "mail.choice"} <= known
    assert set(EDITED) <= set(ENTRIES)
    data = {"name": "Quilla", "phone": "", "company": "", "job_title": "", "about": "", "locale": "", "zone": "", "remove_photo": "y"}
    assert client.post("/profile", data=data).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        person = db.session.get_one(Person, zorvane.person_id)
        assert (person.phone, person.company, person.job_title, person.about, person.photo_file) == ("", "", "", "", None)


@pytest.mark.proves("W2G-62")
def test_what_nobody_can_change_alone_becomes_a_request(app: Flask, bergen: House, zorvane: Life, browse: As) -> None:
    client = signed_in(app, bergen, zorvane, browse)
    assert "/privacy/mine/request?kind=correct&amp;about=booking.check_in" in client.get("/privacy/mine/data/bookings").text
    data = {"kind": "correct", "about": "booking.check_in", "words": "I came at nine."}
    assert client.post("/privacy/mine/requests", data=data).status_code == 303
    page = words_of(client.get("/privacy/mine").text)
    assert "Correct something" in page
    desk = words_of(browse(bergen, bergen.mats).get("/desk/privacy").text)
    assert "Correct something" in desk


@pytest.mark.proves("WPX-43")
def test_a_statement_stands_wherever_the_data_does(app: Flask, bergen: House, zorvane: Life, browse: As) -> None:
    client = signed_in(app, bergen, zorvane, browse)
    assert client.post("/privacy/mine/statements/person.name", data={"words": ""}).status_code == 422
    assert client.post("/privacy/mine/statements/person.name", data={"words": "It is said Kweela."}).status_code == 303
    assert "It is said Kweela." in client.get("/privacy/mine/data/account").text
    assert "It is said Kweela." in browse(bergen, bergen.siri).get(f"/desk/people/{zorvane.person_id}").text
    assert client.post("/privacy/mine/statements/no.such", data={"words": "x"}).status_code == 404
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        found = db.session.scalar(sa.select(Statement.id).where(Statement.words == "It is said Kweela."))
    browse(bergen, bergen.bob).post(f"/privacy/mine/statements/person.name/{found}/removal")
    assert "It is said Kweela." in client.get("/privacy/mine/data/account").text, "nobody removes another's words"
    client.post(f"/privacy/mine/statements/person.name/{found}/removal")
    assert "It is said Kweela." not in client.get("/privacy/mine/data/account").text


def test_nobody_sees_the_data_of_somebody_else(app: Flask, bergen: House, zorvane: Life, browse: As) -> None:
    bob = browse(bergen, bergen.bob)
    said = "".join(bob.get(f"/privacy/mine/data/{group.name}").text for group in groups())
    assert not [trace for trace in zorvane.traces if trace in said]
    assert browse(bergen).get("/privacy/mine").status_code == 303
    assert browse(bergen).post("/privacy/mine/copy").headers["Location"] == "/privacy/ask"


@pytest.mark.parametrize(
    "path",
    [
        "/privacy/mine/data/nothing",
        "/privacy/mine/data/money/person",
        "/privacy/mine/data/bookings/booking?page=99",
        "/privacy/mine/data/bookings/booking?page=x",
    ],
)
def test_an_odd_address_is_no_failure(bergen: House, browse: As, path: str) -> None:
    assert browse(bergen, bergen.alice).get(path).status_code == 404


@pytest.mark.proves("CWL-50", "WPX-48")
def test_each_country_shows_its_authority(cast: object, bergen: House, nantes: House, browse: As) -> None:
    assert "Datatilsynet" in browse(bergen).get("/privacy/complaint").text
    assert "https://www.cnil.fr/fr/plaintes" in browse(nantes).get("/privacy/complaint").text
    elsewhere = browse(nantes).get("/privacy/complaint?country=ES").text
    assert "Agencia Española" in elsewhere
    for odd in ("xx", "' OR 1=1", "%00", "🎈🎈"):
        assert browse(nantes).get("/privacy/complaint", query_string={"country": odd}).status_code == 200


@pytest.mark.proves("WPX-41")
def test_rights_ask_nobody_where_they_live(bergen: House, nantes: House, browse: As) -> None:
    for house in (bergen, nantes):
        page = browse(house, house.alice).get("/privacy/mine").text
        assert "/privacy/mine/copy" in page
        assert "/privacy/mine/erasure" in page
