"""The start pages, the plans, the way here, and the small files."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.texts import Texts
from coworking.memberships.models import Plan, PlanVersion
from coworking.operators.models import Operator
from coworking.people.models import Person
from tests.cast import Cast, House

from .conftest import Book


@pytest.fixture
def host_site(app: Flask, cast: Cast) -> FlaskClient:
    """Nobody, on the host's own site."""
    return app.test_client()


def test_the_host_lists_every_operator_with_its_own_address(host_site: FlaskClient) -> None:
    text = host_site.get("/").text
    assert 'href="http://kvartal.localhost:8000/"' in text
    assert 'href="http://rotonde.localhost:8000/"' in text
    assert "3 rooms and desks" in text


def test_an_operators_pages_are_not_on_the_hosts_site(host_site: FlaskClient) -> None:
    for path in ("/rooms", "/plans", "/visit", "/contact", "/home", "/theme.css", "/sitemap.xml"):
        assert host_site.get(path).status_code == 404, path


def test_the_start_page_counts_what_is_free(browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.bob, 8, 10)
    booked(bergen.desks, bergen.bob, 8, 10)
    text = browse(bergen).get("/").text
    assert "1 room free now" in text
    assert "2 desks free now" in text
    assert "Open now, until 20:00" in text


@pytest.mark.proves("CWL-52", "W2G-2")
def test_plans_show_vat_as_the_reader_pays_it(app: Flask, browse, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        for slug, published in (("flex", True), ("draft", False)):
            plan = Plan(slug=slug, published=published, versions=[])
            db.session.add(plan)
            db.session.flush()
            names = Texts(en=slug.title())
            db.session.add(PlanVersion(plan_id=plan.id, number=1, name=names, amount=100000, currency="NOK", includes=[{"en": "Coffee"}]))
        db.session.commit()
    client = browse(bergen)
    private, company = client.get("/plans").text, client.get("/plans?as=company").text
    assert "1,000\u00a0kr" in private
    assert "VAT of 200\u00a0kr included" in private
    assert "800\u00a0kr" in company
    assert "VAT of 200\u00a0kr comes on top" in company
    assert "Coffee" in private
    assert "Draft" not in private
    assert "the plan Flex" in client.get("/contact?plan=flex").text
    assert "Draft" not in client.get("/contact?plan=draft").text
    assert client.get("/contact?plan=%00").status_code == 200


def test_the_way_here_tells_hours_and_holidays(browse, bergen: House) -> None:
    text = browse(bergen).get("/visit").text
    assert "08:00–20:00" in text
    assert "Friday 25 December" in text
    assert "Nordnesgaten 12" in text


@pytest.mark.proves("W2G-40")
def test_a_language_is_kept_for_a_year_and_on_the_account(app: Flask, browse, bergen: House) -> None:
    client = browse(bergen, bergen.alice)
    answer = client.post("/language", data={"lang": "fr", "next": "/rooms?seats=6"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rooms?seats=6")
    assert "lang=fr" in answer.headers["Set-Cookie"]
    assert "Max-Age=31536000" in answer.headers["Set-Cookie"]
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.get_one(Person, bergen.alice.id).locale == "fr"


def test_the_hosts_site_speaks_other_languages_too(host_site: FlaskClient) -> None:
    assert host_site.post("/language", data={"lang": "nb"}).headers["Location"] == "/"
    assert '<html lang="nb">' in host_site.get("/").text


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "/\\evil.example", "\\/evil.example", "////evil.example", "https://evil.example", "/\t/evil.example", "", "javascript:x"],
)
def test_choosing_a_language_never_leads_elsewhere(browse, bergen: House, target: str) -> None:
    assert browse(bergen).post("/language", data={"lang": "en", "next": target}).headers["Location"] == "/"


@pytest.mark.parametrize("wanted", ["", "de", "../../etc/passwd", "FR"])
def test_a_language_that_is_not_offered_changes_nothing(browse, bergen: House, wanted: str) -> None:
    answer = browse(bergen).post("/language", data={"lang": wanted})
    assert answer.status_code == 422
    assert "lang=" not in answer.headers.get("Set-Cookie", "")


def test_the_colour_stays_within_what_screens_show(app: Flask, browse, bergen: House) -> None:
    with app.app_context():
        operator = db.session.get_one(Operator, bergen.operator.id)
        operator.hue, operator.chroma = 168, 400
        db.session.commit()
    client = browse(bergen)
    answer = client.get("/theme.css?v=168-400")
    assert answer.text == ":root{--hue:168;--chroma:0.090}\n"
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get("/theme.css?v=old").headers["Cache-Control"] == "no-cache"


def test_the_icon_of_a_tab_is_the_operators_own(app: Flask, browse, bergen: House) -> None:
    page = browse(bergen).get("/").text
    path = page.split('rel="icon" href="')[1].split('"')[0]
    answer = browse(bergen).get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert ">K</text>" in answer.text
    assert "immutable" in answer.headers["Cache-Control"]
    assert browse(bergen).get("/favicon.svg?v=old").headers["Cache-Control"] == "no-cache"
    assert browse(bergen).get("/favicon.ico").location == "/favicon.svg"
    with app.app_context():
        operator = db.session.get_one(Operator, bergen.operator.id)
        operator.name = "<script>"
        db.session.commit()
    assert ">&lt;</text>" in browse(bergen).get("/favicon.svg").text


def test_search_engines_find_the_public_pages_and_no_others(browse, bergen: House) -> None:
    client = browse(bergen)
    assert "Disallow: /home" in client.get("/robots.txt").text
    assert "http://kvartal.localhost/rooms/fjord" in client.get("/sitemap.xml").text
    assert client.get("/favicon.ico").status_code == 302


def test_a_house_that_has_just_begun_has_pages_too(app: Flask, browse, bergen: House) -> None:
    with app.app_context():
        new = Operator(
            slug="new", name="New", legal_name="New AS", street="Here 1", postcode="1", city="Oslo", country="NO", email="a@new.example",
            default_locale="en", locales=["en"], zone="Europe/Oslo", currency="NOK",
        )  # fmt: skip
        db.session.add(new)
        db.session.commit()
    client = browse(bergen)
    client.host = "new.localhost"
    for path in ("/", "/rooms", "/rooms?when=2026-12-01T10:00", "/plans", "/visit", "/contact"):
        answer = client.get(path)
        assert answer.status_code == 200, path
    assert "Rooms and desks appear here" in client.get("/rooms").text
