"""Nothing of another host loads before the reader says yes; no is as easy, and a browser's own no counts."""

import re
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.texts import Texts
from coworking.core.web import POLICY
from coworking.operators.models import Operator
from coworking.privacy import add_ons
from coworking.privacy.models import AddOn
from coworking.privacy.register.cookies import KEPT
from tests.cast import House
from tests.conftest import As, HouseClient

MAP = {
    "name": "Map", "kind": "frame", "source": "https://maps.example.org/embed?at=1", "provider": "Maps Ltd", "country": "GB", "transfer": "adequacy",
    "policy_url": "https://maps.example.org/privacy", "days": "30", "purpose_nb": "Viser veien", "enabled": "y",
}  # fmt: skip
GPC = {"Sec-GPC": "1"}


@pytest.fixture
def card(app: Flask, bergen: House) -> str:
    """A map on the page of the house; the path under which readers answer."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        added = AddOn()
        values = {name: MAP[name] for name in ("name", "kind", "source", "provider", "country", "transfer", "policy_url")}
        add_ons.keep(
            added, db.session.get_one(Operator, bergen.operator.id), values | {"purpose": Texts(nb="Viser veien", en="Shows the way"), "days": 30}
        )
        db.session.commit()
        return f"/privacy/add-ons/{added.id}/choice"


def loads(text: str) -> list[str]:
    """Other hosts that the page would ask."""
    return [url for url in re.findall(r'<(?:iframe|script|img|link)[^>]+(?:src|href)="(https?://[^"]+)"', text) if "localhost" not in url]


@pytest.mark.proves("CWL-41", "CLW-53", "CWL-38")
def test_nothing_loads_and_nothing_is_kept_before_an_answer(browse: As, bergen: House, card: str) -> None:
    answer = browse(bergen).get("/visit")
    assert "Shows the way" in answer.text
    assert "Maps Ltd (United Kingdom)" in answer.text
    assert loads(answer.text) == []
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert not [cookie for cookie in answer.headers.getlist("Set-Cookie") if not cookie.startswith("session=")]


@pytest.mark.proves("CWL-41")
def test_yes_and_no_are_one_click_each_and_look_alike(browse: As, bergen: House, card: str) -> None:
    text = browse(bergen).get("/visit").text
    form = next(part for part in re.findall(r"<form.*?</form>", text, re.DOTALL) if card in part)
    assert re.findall(r'<button class="([^"]+)" type="submit" name="answer" value="(\w+)"', form) == [("btn", "no"), ("btn", "yes")]


@pytest.mark.proves("CWL-41")
def test_yes_lets_exactly_that_host_in_and_no_is_remembered_as_long(browse: As, bergen: House, card: str) -> None:
    for answer in ("yes", "no"):
        client = browse(bergen)
        done = client.post(card, data={"answer": answer, "next": "/visit"})
        assert done.status_code == 303
        (kept,) = [cookie for cookie in done.headers.getlist("Set-Cookie") if cookie.startswith("choices=")]
        assert f"Max-Age={182 * 86400}" in kept and "HttpOnly" in kept and "SameSite=Lax" in kept
        assert re.fullmatch(r"[0-9a-f]{12}[01]", kept.split(";")[0].removeprefix("choices="))
        page = client.get("/visit")
        if answer == "yes":
            assert loads(page.text) == [MAP["source"]]
            assert page.headers["Content-Security-Policy"] == f"{POLICY}; frame-src https://maps.example.org"
            assert client.get("/contact").headers["Content-Security-Policy"] == POLICY
        else:
            assert loads(page.text) == []
            assert page.headers["Content-Security-Policy"] == POLICY
            assert 'value="yes"' in page.text


def test_a_yes_is_taken_back_with_one_click(browse: As, bergen: House, card: str) -> None:
    client = browse(bergen)
    client.post(card, data={"answer": "yes"})
    assert 'name="answer" value="no"' in client.get("/visit").text
    client.post(card, data={"answer": "no"})
    assert loads(client.get("/visit").text) == []


@pytest.mark.proves("CWL-41", "WPX-35")
def test_the_signal_of_the_browser_is_a_no_that_asks_nothing(browse: As, bergen: House, card: str) -> None:
    client = browse(bergen)
    text = client.get("/visit", headers=GPC).text
    assert "Your browser says that you do not want it" in text
    assert 'value="no"' not in text
    assert loads(text) == []
    client.post(card, data={"answer": "yes"}, headers=GPC)
    assert loads(client.get("/visit", headers=GPC).text) == [MAP["source"]]


def test_another_maker_country_or_host_is_asked_about_anew(app: Flask, browse: As, bergen: House, card: str) -> None:
    client, desk = browse(bergen), browse(bergen, bergen.mats)
    client.post(card, data={"answer": "yes"})
    edit = f"/desk/settings/add-ons/{card.split('/')[3]}"
    assert desk.get(edit).status_code == 200
    assert desk.post(edit, data=MAP | {"purpose_nb": "Kart"}).status_code == 303
    assert loads(client.get("/visit").text) == [MAP["source"]]
    for change in ({"provider": "Others Ltd"}, {"country": "CA"}, {"source": "https://tiles.example.net/map"}):
        desk.post(edit, data=MAP | change)
        assert loads(client.get("/visit").text) == []


def test_a_script_may_run_and_ask_its_own_host_alone(browse: As, bergen: House, card: str) -> None:
    client, desk = browse(bergen), browse(bergen, bergen.mats)
    desk.post(f"/desk/settings/add-ons/{card.split('/')[3]}", data=MAP | {"kind": "script", "source": "https://film.example.org/player.js"})
    client.post(card, data={"answer": "yes"})
    page = client.get("/visit")
    assert loads(page.text) == ["https://film.example.org/player.js"]
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self' https://film.example.org;" in policy
    assert "connect-src 'self' https://film.example.org;" in policy
    assert "unsafe" not in policy and "frame-src" not in policy


def test_answers_to_nothing_and_made_up_cookies_are_refused(browse: As, bergen: House, nantes: House, card: str) -> None:
    client = browse(bergen)
    assert client.post(card, data={"answer": "maybe"}).status_code == 400
    assert browse(nantes).post(card, data={"answer": "yes"}).status_code == 404
    assert client.post("/privacy/add-ons/00000000-0000-7000-8000-000000000000/choice", data={"answer": "yes"}).status_code == 404
    for text in ("x", "1" * 5000, "é", "0123456789ab2"):
        assert loads(client.get("/visit", headers={"Cookie": f"choices={text}"}).text) == []
    assert urlsplit(client.post(card, data={"answer": "no", "next": "https://evil.example/"}).headers["Location"]).path == "/visit"


@pytest.mark.parametrize(
    "change",
    [
        {"source": "http://maps.example.org/"}, {"source": "https://maps.example.org:8443/"}, {"source": "https://me@maps.example.org/"},
        {"source": "https://192.0.2.1/map"}, {"source": "https://localhost/map"}, {"source": "https://maps.example.org/; script-src *"},
        {"source": "javascript:alert(1)"}, {"source": ""}, {"policy_url": "ftp://x.example"}, {"country": "GB", "transfer": "eea"}, {"country": "XX"},
        {"purpose_nb": ""}, {"kind": "pixel"}, {"days": "400"}, {"transfer": "trust"},
    ],
)  # fmt: skip
def test_the_desk_adds_only_what_can_be_asked_about_honestly(app: Flask, browse: As, bergen: House, change: dict[str, str]) -> None:
    desk = browse(bergen, bergen.mats)
    assert desk.post("/desk/settings/add-ons", data=MAP | change).status_code == 422
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalar(sa.select(AddOn.id)) is None


def test_the_desk_adds_one_sees_it_and_takes_it_off(browse: As, bergen: House) -> None:
    desk = browse(bergen, bergen.mats)
    assert "Map" not in browse(bergen).get("/visit").text.split("<main")[1].split("</main>")[0].replace("Open in a map", "")
    assert desk.get("/desk/settings/add-ons/new").status_code == 200
    assert desk.post("/desk/settings/add-ons", data=MAP).status_code == 303
    listed = desk.get("/desk/settings/add-ons").text
    path = re.search(r"/desk/settings/add-ons/[0-9a-f-]{36}/removal", listed)
    assert path is not None
    assert "Maps Ltd" in browse(bergen).get("/visit").text
    assert desk.post(path[0]).status_code == 303
    assert "Maps Ltd" not in browse(bergen).get("/visit").text
    assert browse(bergen, bergen.siri).get("/desk/settings/add-ons").status_code == 403


def test_the_cookie_of_answers_is_in_the_register() -> None:
    assert {(kept.name, kept.days) for kept in KEPT if kept.name == add_ons.COOKIE} == {("choices", add_ons.DAYS)}


@pytest.mark.proves("WPX-35", "CWL-41")
def test_every_site_says_that_it_heeds_the_signal(app: Flask, browse: As, bergen: House) -> None:
    host = HouseClient(app, app.response_class)
    host.host = "localhost:8000"
    for client in (browse(bergen), host):
        told = client.get("/.well-known/gpc.json")
        assert told.get_json() == {"gpc": True, "lastUpdate": "2026-11-22"}
        assert told.content_type == "application/json"
