"""The documents beside the policy: whole in every language, without a word that nobody stands for."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from coworking.config import ROOT
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.privacy.documents import announced
from coworking.privacy.models import LegalIdentity
from coworking.privacy.register.cookies import KEPT
from coworking.privacy.register.laws import LAWS
from coworking.privacy.register.recipients import RECIPIENTS, Kind
from tests.cast import House
from tests.conftest import As, HouseClient

OURS = ("/terms", "/imprint", "/cookies", "/sub-processors", "/dpa", "/privacy/security", "/privacy/not-done", "/privacy/proofs")
PAGES = (*OURS, "/accessibility")
LANGUAGES = ("en", "fr", "nb")
FRENCH = {"legal_form": "SARL", "capital": "10 000 €", "register": "RCS Nantes", "publisher": "Hélène Roche", "mediator": "CM2C, cm2c.net"}


class Read(HTMLParser):
    """Anchors, headings and links of a page's own part."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self._in = ""
        self.feed(text.split('<main id="main"')[1].split("</main>", maxsplit=1)[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where things are."""
        named = dict(attrs)
        if tag == "section" and named.get("id"):
            self.ids.append(str(named["id"]))
        if tag == "a" and named.get("href"):
            self.links.append(str(named["href"]))
        self._in = tag if tag in {"h1", "h2", "h3"} else ""

    def handle_data(self, data: str) -> None:
        """Note what headings say."""
        if self._in and data.strip():
            self.headings.append(data.strip())


@pytest.fixture
def host_site(app: Flask, bergen: House, nantes: House) -> FlaskClient:
    """A browser on the host's own site."""
    client = HouseClient(app, app.response_class)
    client.host = "localhost:8000"
    return client


def get(client: FlaskClient, path: str, language: str) -> Any:
    """The page in a language."""
    return client.get(path, headers={"Accept-Language": language})


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.proves("WPX-79", "CWL-37", "W2G-4", "WSS-23")
def test_a_document_has_the_same_parts_in_every_language_and_leads_on(bergen: House, browse: As, path: str) -> None:
    client, seen = browse(bergen), []
    for language in LANGUAGES:
        answer = get(client, path, language)
        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text
        read = Read(answer.text)
        seen.append(read.ids)
        assert len(read.ids) == len(set(read.ids))
        assert len(read.headings) == len(set(read.headings)), "each heading once"
        assert not re.search(r"%\(|lorem|XXX|\[\w*\]|href=\"#\"", answer.text), "no placeholder"
        for link in read.links:
            if link.startswith("/"):
                onward = get(client, link, language)
                assert onward.status_code in {200, 303}, link
                assert onward.status_code == 303 or f'lang="{language}"' in onward.text
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("path", [*OURS, "/privacy"])
def test_the_host_has_documents_of_its_own(host_site: FlaskClient, path: str) -> None:
    for language in LANGUAGES:
        answer = get(host_site, path, language)
        assert answer.status_code == 200
        assert "/desk/" not in answer.text


FORBIDDEN = {
    "en": ("by using", "other purposes", "legitimate business", "at your own risk", "from time to time", "as we see fit", "may share", "we reserve"),
    "fr": ("en utilisant ce site", "autres finalités légitimes", "à vos risques", "de temps à autre", "nous nous réservons", "à notre discrétion"),
    "nb": ("ved å bruke nettstedet", "andre legitime formål", "på egen risiko", "fra tid til annen", "forbeholder oss"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.proves("WPX-79")
def test_no_document_says_what_nobody_should_sign(bergen: House, browse: As, host_site: FlaskClient, language: str) -> None:
    for client in (browse(bergen), host_site):
        for path in ("/privacy", *OURS):
            if path == "/privacy/not-done":
                continue
            text = get(client, path, language).text.lower()
            assert [phrase for phrase in FORBIDDEN[language] if phrase in text] == [], path


@pytest.mark.proves("W2G-1", "CWL-2")
def test_a_french_imprint_lacks_nothing_or_says_so_to_staff(app: Flask, nantes: House, browse: As) -> None:
    olga, stranger = browse(nantes, nantes.olga), browse(nantes, language="en")
    bare = stranger.get("/imprint").text
    assert "Director of publication" not in bare and "nobody told us" not in bare, "nothing is said that is not known"
    assert "Director of publication" in get(olga, "/desk/settings/imprint", "en").text
    identity = {"org_number": "552 100 554 00025", "vat_number": "FR62552100554", "phone": "+33 2 40 00 00 00", "legal_name": "La Rotonde SARL"}
    with app.app_context(), tenancy.acting_for(nantes.operator.id):
        operator = db.session.merge(nantes.operator)
        for key, value in identity.items():
            setattr(operator, key, value)
        db.session.commit()
    assert olga.post("/desk/settings/imprint", data=FRENCH).status_code == 303
    told = stranger.get("/imprint").text
    for value in (*FRENCH.values(), *identity.values()):
        assert value in told.replace("&nbsp;", " "), value
    assert "Nothing is missing" in get(olga, "/desk/settings/imprint", "en").text


def test_the_imprint_is_for_who_may_change_the_operator(app: Flask, bergen: House, browse: As) -> None:
    assert browse(bergen, bergen.siri).post("/desk/settings/imprint", data=FRENCH).status_code == 403
    too_long = browse(bergen, bergen.olga).post("/desk/settings/imprint", data={"legal_form": "x" * 81})
    assert too_long.status_code == 422 and "x" * 81 in too_long.text
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.query(LegalIdentity).count() == 0


@pytest.mark.proves("CLW-70")
def test_terms_are_made_of_the_rules_that_are_set(app: Flask, bergen: House, browse: As) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        room = db.session.merge(bergen.fjord)
        room.free_cancellation = 36 * 60
        db.session.commit()
    text = browse(bergen).get("/terms").text
    assert "36 h before the start" in text
    assert "14 days after it was issued" in text
    assert "The law of Norway applies" in text
    assert "you keep the protection of the law of the country that you live in" in text


@pytest.mark.proves("W2G-21", "CLW-48", "CWL-38", "CWL-41", "CLW-51")
def test_the_cookies_that_come_are_the_cookies_that_are_listed(app: Flask, bergen: House, browse: As) -> None:
    client = browse(bergen, bergen.alice)
    set_cookies: list[str] = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and not rule.arguments:
            for visitor in (browse(bergen), client):
                set_cookies += visitor.get(rule.rule).headers.getlist("Set-Cookie")
    set_cookies += client.post("/language", data={"lang": "fr", "next": "/"}).headers.getlist("Set-Cookie")
    set_cookies += (
        browse(bergen).post("/sign-in", data={"email": bergen.bob.email, "password": "harbour-lamp-42", "keep": "y"}).headers.getlist("Set-Cookie")
    )
    most = {kept.name: kept.days for kept in KEPT if kept.where == "cookie"}
    names = {cookie.partition("=")[0] for cookie in set_cookies}
    assert names <= set(most), "no cookie that is not listed"
    assert {"session", "lang"} <= names
    for cookie in set_cookies:
        if age := re.search(r"Max-Age=(\d+)", cookie):
            assert int(age[1]) <= (most[cookie.partition("=")[0]] or 0) * 86_400, cookie
    page = browse(bergen).get("/cookies").text
    assert all(kept.name in page for kept in KEPT)


@pytest.mark.proves("CWL-32", "WPX-63", "W2G-34", "W2G-25", "CLW-25", "CLW-31", "W2G-47")
def test_who_gets_data_is_listed_with_country_and_reason(bergen: House, browse: As) -> None:
    text = browse(bergen).get("/sub-processors").text
    assert "Listed since" in text
    assert {kind.value for kind in Kind} == {"processor", "controller"}, "no kind for somebody who buys"
    for each in RECIPIENTS.values():
        assert each.country and each.fields
        assert each.policy_url.startswith("https://") or each.country in {"host", "operator"}
        if each.setting is None and each.name:
            assert each.name in text and each.policy_url in text
    assert set(announced.ANNOUNCED) >= {key for key, each in RECIPIENTS.items() if each.kind is Kind.PROCESSOR}


@pytest.mark.proves("CLW-33", "WPX-38")
def test_the_agreement_holds_what_the_law_wants_of_it(bergen: House, browse: As) -> None:
    read = Read(browse(bergen).get("/dpa").text)
    # GDPR Art. 28(3): subject, instructions, confidentiality, security, others, help, incidents, end, audits.
    assert {"subject", "instructions", "people", "security", "others", "help", "incidents", "checks", "transfers", "end"} <= set(read.ids)
    assert {"annex-1", "annex-2", "annex-3"} <= set(read.ids)
    text = browse(bergen).get("/dpa").text
    assert "never for its own ends" in text and "within 24 hours" in text
    assert "Phone number" in text, "annex 1 comes from the register"


@pytest.mark.proves("WPX-74")
def test_security_txt_is_valid_and_lasts_less_than_a_year(bergen: House, browse: As) -> None:
    answer = browse(bergen).get("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"].startswith("mailto:")
    ends = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert clock.now() < ends < clock.now() + timedelta(days=365)
    assert fields["Preferred-Languages"] == "nb, en, fr"
    assert fields["Canonical"].endswith("/.well-known/security.txt") and bergen.host.split(":")[0] in fields["Canonical"]
    assert fields["Policy"].endswith("/privacy/security")


NAMED = {"host_name": "Fellesdrift AS", "host_address": "Storgata 1, 0155 Oslo", "host_email": "vern@host.example", "host_phone": "+47 21 00 00 00"}


def test_the_host_is_named_where_the_settings_name_it(
    app: Flask, bergen: House, browse: As, host_site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Fellesdrift" not in browse(bergen).get("/imprint").text
    assert "HOST_NAME" in get(browse(bergen, bergen.olga), "/imprint", "en").text, "staff read who has to name it"
    assert "HOST_NAME" not in browse(bergen).get("/imprint").text
    assert host_site.get("/.well-known/security.txt").status_code == 404, "nobody to write to"
    monkeypatch.setitem(app.extensions, "coworking.config", replace(app.extensions["coworking.config"], **NAMED))
    for client in (browse(bergen), host_site):
        text = client.get("/imprint").text
        assert all(value in text for value in NAMED.values())
    assert "Contact: mailto:vern@host.example" in host_site.get("/.well-known/security.txt").text


@pytest.mark.proves("CLW-38")
def test_a_secure_answer_asks_for_secure_ones_from_then_on(bergen: House, browse: As) -> None:
    answer = browse(bergen).get("/", base_url=f"https://{bergen.host}")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.proves("CLW-66")
def test_no_law_stands_that_nobody_has_looked_at_for_a_year() -> None:
    assert [law.key for law in LAWS if clock.now().date() - law.reviewed_on > timedelta(days=365)] == []


@pytest.mark.proves("W2G-38")
def test_a_password_is_asked_for_where_one_signs_in_or_protects_an_account(app: Flask, bergen: House, browse: As) -> None:
    asked = {"/sign-in", "/join", "/security"}
    for visitor in (browse(bergen), browse(bergen, bergen.alice), browse(bergen, bergen.olga)):
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or set()) and not rule.arguments and not rule.rule.startswith("/demo"):
                text = visitor.get(rule.rule).text
                assert rule.rule in asked or not re.search(r'<input[^>]*name="\w*password', text), rule.rule
    assert not [mail.name for mail in (ROOT / "templates" / "emails").rglob("*") if mail.is_file() and "<input" in mail.read_text()]
