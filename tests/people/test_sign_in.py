"""Signing in by password."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.people import passwords
from coworking.people.models import SignInSession
from tests.cast import PASSWORD, House
from tests.conftest import As

from .conftest import Look, Postman


def _try(client: FlaskClient, email: str, password: str = PASSWORD, **more: str):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


def _is_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


def test_a_member_comes_home_and_staff_to_the_desk(bergen: House, browse: As) -> None:
    member, staff = browse(bergen), browse(bergen)
    assert _try(member, bergen.alice.email.upper()).location == "/home"
    assert _is_in(member)
    assert _try(staff, bergen.siri.email).location == "/desk/"


def test_the_page_asked_for_comes_after_signing_in(bergen: House, browse: As) -> None:
    client = browse(bergen)
    asked = client.get("/security?tab=1")
    assert asked.status_code == 303
    assert client.get(asked.location).status_code == 200
    assert _try(client, bergen.alice.email, next="/security?tab=1").location == "/security?tab=1"


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "\\/evil.example", "////evil.example", "https://evil.example", "/%09/evil.example", "/\t/evil.example",
    "/\\\\evil", "javascript:alert(1)", "http:/evil", "/%5Cevil", "/%2Fevil.example", " //evil.example", "/a\r\nSet-Cookie: a=b", "evil", "/\x00", "x" * 2000])  # fmt: skip
def test_no_page_of_another_site_comes_after_signing_in(bergen: House, browse: As, target: str) -> None:
    assert _try(browse(bergen), bergen.alice.email, next=target).location == "/home"


def test_one_answer_for_unknown_wrong_unconfirmed_and_foreign(bergen: House, nantes: House, browse: As, postman: Postman) -> None:
    browse(bergen).post("/join", data={"name": "Nora", "email": "nora@example.org", "password": "seven green boats", "adult": "y"})
    before = len(postman.letters())
    answers = [
        _try(browse(bergen), "xxxx@example.org", "seven green boats"),
        _try(browse(bergen), "nora@example.org", "seven green boats"),
        _try(browse(bergen), bergen.alice.email, "seven green boats"),
        _try(browse(bergen), nantes.alice.email, PASSWORD),
    ]
    assert {answer.status_code for answer in answers} == {422}
    emails = ["xxxx@example.org", "nora@example.org", bergen.alice.email, nantes.alice.email]
    pages = {re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text.replace(email, "")) for answer, email in zip(answers, emails, strict=True)}
    assert len(pages) == 1
    sent = postman.letters()[before:]
    assert [letter.to for letter in sent] == ["nora@example.org"], "only the reader of the mail learns that it waits to be confirmed"


def test_an_unknown_address_costs_as_much_hashing_as_a_known_one() -> None:
    assert not passwords.is_outdated(passwords.NOBODY), "the hash of nobody is made with today's parameters"
    assert not passwords.verify(None, PASSWORD)


def test_an_old_hash_is_made_anew(bergen: House, browse: As, look: Look) -> None:
    before = look(bergen.alice.email)
    assert before and before.password_hash and passwords.is_outdated(before.password_hash)
    _try(browse(bergen), bergen.alice.email)
    after = look(bergen.alice.email)
    assert after and after.password_hash and not passwords.is_outdated(after.password_hash)
    assert _is_in(client := browse(bergen)) is False
    assert _try(client, bergen.alice.email).status_code == 303


def test_a_password_typed_on_another_keyboard_is_the_same() -> None:
    assert passwords.verify(passwords.hash_password("caf\u00e9 et croissants"), "cafe\u0301 et croissants")


@pytest.mark.parametrize("email", ["", "\x00", "alice\x00@kvartal.example", "x" * 5000, "\u202e", "🦊@kvartal.example", "' or 1=1 --", "a@b"])
@pytest.mark.parametrize("password", ["", "\x00" * 12, "🦊" * 12, "x" * 5000])
def test_odd_input_is_a_mistake_and_never_a_fault(bergen: House, browse: As, email: str, password: str) -> None:
    assert _try(browse(bergen), email, password).status_code == 422


def test_wrong_types_are_a_mistake_and_never_a_fault(bergen: House, browse: As) -> None:
    client = browse(bergen)
    assert client.post("/sign-in", json={"email": {"$ne": None}, "password": True}).status_code == 415
    assert client.post("/sign-in", data={"email": ["a@b.no", "c@d.no"], "password": ["x", "y"]}).status_code == 422


@pytest.mark.proves("CWL-38")
def test_the_cookie_is_new_and_for_this_host_alone(bergen: House, browse: As) -> None:
    client = browse(bergen)
    client.get("/sign-in")
    with client.session_transaction(base_url=f"http://{bergen.host}") as session:
        session["planted"] = "by somebody else"
        session["_user_id"] = "a token that an attacker knows"
    cookie = _try(client, bergen.alice.email).headers["Set-Cookie"]
    assert "Domain" not in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Expires" not in cookie, "without 'keep me signed in' it ends with the browser"
    with client.session_transaction(base_url=f"http://{bergen.host}") as session:
        assert "planted" not in session
        assert session["_user_id"] != "a token that an attacker knows"


@pytest.mark.parametrize(("keep", "lasts"), [("", timedelta(hours=12)), ("y", timedelta(days=30))])
@pytest.mark.proves("CLW-50")
def test_a_session_lasts_as_long_as_was_chosen(bergen: House, browse: As, keep: str, lasts: timedelta) -> None:
    client = browse(bergen)
    answer = _try(client, bergen.alice.email, **({"keep": keep} if keep else {}))
    assert ("Expires" in answer.headers["Set-Cookie"]) is bool(keep)
    with time_machine.travel(clock.now() + lasts - timedelta(minutes=1)):
        assert _is_in(client)
    with time_machine.travel(clock.now() + lasts + timedelta(minutes=1)):
        assert not _is_in(client)


def test_a_session_of_one_house_is_worth_nothing_in_another(bergen: House, nantes: House, browse: As) -> None:
    client, other = browse(bergen), browse(nantes)
    _try(client, bergen.alice.email)
    with client.session_transaction(base_url=f"http://{bergen.host}") as session:
        token = session["_user_id"]
    with other.session_transaction(base_url=f"http://{nantes.host}") as session:
        session["_user_id"] = token
    assert not _is_in(other)


def test_an_old_cookie_is_worth_nothing_after_signing_out(bergen: House, browse: As) -> None:
    client, thief = browse(bergen), browse(bergen)
    _try(client, bergen.alice.email)
    with client.session_transaction(base_url=f"http://{bergen.host}") as session:
        copy = dict(session)
    with thief.session_transaction(base_url=f"http://{bergen.host}") as session:
        session.update(copy)
    assert _is_in(thief)
    assert client.post("/sign-out").status_code == 303
    assert client.post("/sign-out").status_code == 303
    assert not _is_in(client)
    assert not _is_in(thief)


def test_get_does_not_sign_out(bergen: House, browse: As) -> None:
    client = browse(bergen, bergen.alice)
    assert client.get("/sign-out").status_code == 405
    assert _is_in(client)


def test_the_database_keeps_no_token(app: Flask, bergen: House, browse: As) -> None:
    client = browse(bergen)
    _try(client, bergen.alice.email)
    with client.session_transaction(base_url=f"http://{bergen.host}") as session:
        token = session["_user_id"]
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert token not in set(db.session.scalars(sa.select(SignInSession.token_hash)))


@pytest.mark.parametrize("token", ["", None, 0, [], "None", "null"])
def test_a_token_of_nothing_matches_nobody(bergen: House, browse: As, token: object) -> None:
    client = browse(bergen)
    with client.session_transaction(base_url=f"http://{bergen.host}") as session:
        session["_user_id"] = token
    assert not _is_in(client)


def test_an_account_that_was_closed_lets_nobody_in(app: Flask, bergen: House, browse: As) -> None:
    client = browse(bergen, bergen.alice)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.get_one(type(bergen.alice), bergen.alice.id).closed_at = clock.now()
        db.session.commit()
    assert not _is_in(client)
    assert _try(browse(bergen), bergen.alice.email).status_code == 422


def test_a_fragment_that_needs_signing_in_sends_the_whole_page_there(bergen: House, browse: As) -> None:
    answer = browse(bergen).get("/security", headers={"HX-Request": "true", "Referer": f"http://{bergen.host}/rooms/fjord"})
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/rooms/fjord"
    foreign = browse(bergen).get("/security", headers={"HX-Request": "true", "Referer": "http://evil.example/rooms"})
    assert foreign.headers["HX-Redirect"] == "/sign-in"


def test_without_the_forms_token_nothing_happens(app: Flask, bergen: House, browse: As) -> None:
    client = browse(bergen)
    app.config["WTF_CSRF_ENABLED"] = True
    assert _try(client, bergen.alice.email).status_code == 400
    assert not _is_in(client)
