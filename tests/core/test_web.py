"""What every answer carries, and what no request can talk us into."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.core.permissions import Permission
from coworking.people import jobs
from coworking.people.models import LinkWish
from tests.architecture.test_tenancy_matrix import path
from tests.architecture.world import fill, permission_of
from tests.cast import PASSWORD, Cast, House
from tests.conftest import As

PUBLIC = ("/", "/rooms", "/plans", "/visit", "/contact", "/sign-in", "/join", "/reset", "/nowhere", "/files/nothing")


def assert_guarded(answer: TestResponse, told: str) -> None:
    """Headers that keep a page out of frames, out of shared caches, and free of foreign code."""
    policy = answer.headers.get("Content-Security-Policy", "")
    assert "frame-ancestors 'none'" in policy or "sandbox" in policy, told
    assert "default-src 'none'" in policy, told
    assert "unsafe" not in policy, told
    assert answer.headers["X-Content-Type-Options"] == "nosniff", told
    assert answer.headers.get("Referrer-Policy"), told
    cookies = answer.headers.getlist("Set-Cookie")
    assert all(
        "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Domain=" not in cookie for cookie in cookies if cookie.startswith("session=")
    ), told


@pytest.mark.proves("W2G-24", "CWL-34", "WPX-75", "CLW-53", "WPX-51", "WPX-52")
def test_every_answer_is_guarded(app: Flask, cast: Cast, browse: As) -> None:
    world = fill(app, cast.bergen)
    for person in (None, cast.bergen.alice, cast.bergen.olga):
        client = browse(cast.bergen, person)
        for rule in app.url_map.iter_rules():
            if "GET" in (rule.methods or set()):
                for values in (world.foreign(rule), world.nothing(rule)):
                    answer = client.get(path(app, rule, values))
                    assert_guarded(answer, f"{person and person.name} {rule}: {answer.status_code}")
                    if person is not None and "text/html" in answer.content_type and permission_of(app, rule) is not Permission.PUBLIC:
                        assert "no-store" in answer.headers["Cache-Control"], f"history after sign-out: {rule}"
    for address in PUBLIC:
        assert_guarded(browse(cast.bergen).get(address), address)
    assert_guarded(browse(cast.bergen).get("/", base_url="http://stranger.example"), "unknown host")


def test_pages_hold_no_code_of_their_own(bergen: House, browse: As) -> None:
    olga = browse(bergen, bergen.olga)
    for address in (*PUBLIC, "/desk/settings", "/desk/spaces", f"/desk/rooms/{bergen.fjord.id}", "/profile", "/security"):
        page = olga.get(address).text
        assert not re.search(r"<script(?![^>]*(\ssrc=|application/ld\+json))|\sstyle=|\son[a-z]+=", page), address


@pytest.fixture
def careful(app: Flask, browse: As) -> Iterator[As]:
    """Clients of an app that checks forms, as it does outside tests."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield browse
    app.config["WTF_CSRF_ENABLED"] = False


UNCHECKED = {"site.language"}
"""It only chooses a language, in a cookie."""


@pytest.mark.parametrize("language", ["en", "nb", "fr"])
def test_a_form_without_its_token_is_refused_in_the_readers_language(app: Flask, cast: Cast, careful: As, language: str) -> None:
    client = careful(cast.bergen, cast.bergen.olga, language)
    for token in ({}, {"csrf_token": ""}, {"csrf_token": "forged"}, {"csrf_token": "\x00🦊" * 99}):
        answer = client.post("/desk/settings/identity", data={"name": "Taken over", **token})
        assert answer.status_code == 400
        assert f'<html lang="{language}"' in answer.text
        assert 'class="card empty problem"' in answer.text


def test_every_change_wants_the_token(app: Flask, cast: Cast, careful: As) -> None:
    world, client = fill(app, cast.bergen), careful(cast.bergen, cast.bergen.olga)
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or set()) and rule.endpoint not in UNCHECKED:
            for body in ({"data": {"email": "x"}}, {"json": {"email": "x"}}, {"data": b"x", "content_type": "text/plain"}):
                answer = client.post(path(app, rule, world.foreign(rule)), **body)
                assert answer.status_code in {400, 415}, f"{rule} {body}"


def test_a_token_of_the_page_opens_the_form(cast: Cast, careful: As) -> None:
    client = careful(cast.bergen, cast.bergen.olga)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/desk/settings/languages").text)
    assert found
    data = {"csrf_token": found[1], "locales": ["nb", "en"], "default_locale": "nb", "zone": "Europe/Oslo"}
    assert client.post("/desk/settings/languages", data=data).status_code == 303
    stranger = careful(cast.bergen, cast.bergen.mats)
    assert stranger.post("/desk/settings/languages", data=data).status_code == 400, "another browser's token"


FORGED: list[dict[str, str]] = [
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "444", "X-Forwarded-Prefix": "/evil"},
    {"Forwarded": "host=evil.example;proto=https"},
    {"X-Original-Host": "evil.example", "X-Host": "evil.example", "X-Original-URL": "/evil", "X-Rewrite-URL": "/evil"},
]


@pytest.mark.parametrize("headers", FORGED)
def test_no_header_puts_another_host_into_mails_or_redirects(app: Flask, bergen: House, browse: As, headers: dict[str, str]) -> None:
    client = browse(bergen)
    answer = client.post("/sign-in/link", data={"email": bergen.alice.email}, headers=headers)
    assert answer.status_code == 303
    assert "evil" not in answer.location
    assert "evil" not in client.get("/profile", headers=headers).location
    assert "evil" not in client.get("/rooms", headers=headers).text
    mails = _mails(app, bergen)
    assert mails
    for mail in mails:
        assert "evil" not in mail
        assert "http://kvartal.localhost:8000/" in mail


def test_a_host_that_is_nobodys_gets_nothing(bergen: House, nantes: House, browse: As) -> None:
    client = browse(bergen, bergen.olga)
    for host in (
        "evil.example",
        "kvartal.localhost.evil.example",
        "evilkvartal.localhost",
        "a.kvartal.localhost",
        "kvartal.localhost@evil.example",
        "localhost.evil.example",
    ):
        answer = client.get("/desk/settings", base_url=f"http://{host}")
        assert answer.status_code in {400, 404}, host
        assert "Kvartal Drift" not in answer.text
    assert client.get("/desk/settings", base_url=f"http://{nantes.host}").status_code == 303, "signed in at one house, a stranger at the next"


NEXT = ["https://evil.example", "//evil.example", "/\\evil.example", "\\/evil.example", "////evil.example", "/%5cevil.example", "/%2f/evil.example", "javascript:alert(1)", "http:evil.example",
        "/\t/evil.example", "/\n//evil.example", "%2f%2fevil.example", "https:/evil.example", "/.//evil.example", "@evil.example", "\x00//evil.example", "x" * 5000, "/rooms\r\nX: y"]  # fmt: skip


@pytest.mark.parametrize("target", NEXT)
def test_nothing_leads_away_from_here(bergen: House, browse: As, target: str) -> None:
    answers = [
        browse(bergen).post("/sign-in", query_string={"next": target}, data={"email": bergen.alice.email, "password": PASSWORD, "next": target}),
        browse(bergen).post("/language", data={"lang": "fr", "next": target}),
        browse(bergen, bergen.alice).get("/sign-in", query_string={"next": target}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        where = answer.headers.get("Location", "/")
        assert not re.search(r"[\\\x00-\x20]", where), where
        assert urlsplit(urljoin(f"http://{bergen.host}/", where)).netloc == bergen.host, where


def test_getting_changes_nothing(app: Flask, cast: Cast, browse: As) -> None:
    from tests.architecture.world import snapshot

    world = fill(app, cast.bergen)
    client = browse(cast.bergen, cast.bergen.olga)
    kept = {"attempt", "access_entry"}  # tries are counted, and looking at somebody is written down
    before = {table: rows for table, rows in snapshot(app, cast.bergen).items() if table not in kept}
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            client.get(path(app, rule, world.foreign(rule)))
            client.head(path(app, rule, world.foreign(rule)))
    assert {table: rows for table, rows in snapshot(app, cast.bergen).items() if table not in kept} == before


STRANGE: list[dict[str, Any]] = [
    {"method": "PATCH"}, {"method": "TRACE"}, {"method": "DELETE"}, {"method": "XYZZY"},
    {"headers": {"Accept-Language": "../../etc/passwd, xx;q=9, \xff"}}, {"headers": {"Accept-Language": "," * 5000}},
    {"headers": {"Cookie": "session=forged; lang=../../x"}}, {"headers": {"Cookie": "lang=\x7f\xff"}}, {"headers": {"HX-Request": "true", "HX-Target": "\xff" * 100}},
    {"headers": {"Range": "bytes=9999999999999999999-"}}, {"headers": {"If-None-Match": "\xff"}}, {"headers": {"Content-Length": "-1"}},
    {"query_string": "a=%00&b=%ff%fe&c=" + "x" * 9000}, {"query_string": "page=9223372036854775808&q=%F0%9F%A6%8A&seats=-1&date=0000-00-00&start=99:99&when=\u202e"},
]  # fmt: skip


def test_strange_requests_are_answered_calmly(bergen: House, browse: As) -> None:
    for person in (None, bergen.olga):
        for address in (
            *PUBLIC,
            "/rooms/fjord",
            "/rooms/%00",
            "/rooms/%F0%9F%A6%8A",
            "/rooms/..%2f..",
            "/theme.css",
            "/desk/",
            "/desk/people",
            "/bookings",
            "/home",
        ):
            for odd in STRANGE:
                answer = browse(bergen, person).open(address, **{"method": "GET", **odd})
                assert answer.status_code < 500, (address, odd)


def _mails(app: Flask, house: House) -> list[str]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        for wish in db.session.scalars(sa.select(LinkWish)).all():
            jobs.mail_link(str(wish.id))
        db.session.commit()
        return [mail.text + mail.html for mail in db.session.scalars(sa.select(OutboxMail))]
