"""Links by mail: to sign in, to choose another password."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from coworking.core import clock
from tests.cast import PASSWORD, House
from tests.conftest import As

from .conftest import Look, Postman

NEW = "eleven brown herons"


def test_a_link_signs_in_once(bergen: House, browse: As, postman: Postman) -> None:
    client = browse(bergen)
    assert client.post("/sign-in/link", data={"email": bergen.alice.email, "next": "/bookings"}).location == "/check-your-mail/link"
    link = postman.last().link
    assert parse_qs(urlsplit(link).query) == {"next": ["/bookings"]}
    assert client.get(link).status_code == 200
    assert client.get("/profile").status_code == 303, "opening the link alone signs nobody in"
    assert client.post(link, data={"next": "/bookings"}).location == "/bookings"
    assert client.get("/profile").status_code == 200
    assert browse(bergen).post(link).status_code == 404


def test_a_sign_in_link_lasts_15_minutes(bergen: House, browse: As, postman: Postman) -> None:
    browse(bergen).post("/sign-in/link", data={"email": bergen.alice.email})
    link = postman.last().link
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        assert browse(bergen).post(link).status_code == 404


def test_a_link_leads_to_this_site_only(bergen: House, browse: As, postman: Postman) -> None:
    browse(bergen).post("/sign-in/link", data={"email": bergen.alice.email, "next": "//evil.example"})
    link = postman.last().link
    assert browse(bergen).post(link + "?next=//evil.example").location == "/home"


def test_a_mail_never_names_the_host_that_a_request_claims(bergen: House, browse: As, postman: Postman) -> None:
    browse(bergen).post("/sign-in/link", data={"email": bergen.alice.email}, headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in postman.last().text
    assert f"http://{bergen.host}:8000/" in postman.last().text


@pytest.mark.parametrize("page", ["/sign-in/link", "/reset"])
def test_nobody_learns_who_has_an_account(bergen: House, browse: As, postman: Postman, page: str) -> None:
    known, unknown = (browse(bergen).post(page, data={"email": email}) for email in (bergen.alice.email, "nobody@example.org"))
    assert (known.status_code, known.location, known.data) == (unknown.status_code, unknown.location, unknown.data)
    assert [letter.to for letter in postman.letters()] == [bergen.alice.email]


@pytest.mark.proves("CLW-45")
def test_a_reset_signs_out_everywhere_and_in_here(bergen: House, browse: As, postman: Postman, look: Look) -> None:
    elsewhere, client = browse(bergen, bergen.alice), browse(bergen)
    client.post("/sign-in/link", data={"email": bergen.alice.email})
    sign_in_link = postman.last().link
    client.post("/reset", data={"email": bergen.alice.email})
    link = postman.last().link
    assert client.get(link).status_code == 200
    assert client.post(link, data={"password": "short"}).status_code == 422, "a refused password leaves the link good"
    assert client.post(link, data={"password": NEW}).status_code == 303
    assert client.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 303
    assert "er endret" in postman.last().subject
    assert browse(bergen).post(sign_in_link).status_code == 404, "links mailed before die with the old password"
    assert browse(bergen).post(link, data={"password": PASSWORD}).status_code == 404
    assert browse(bergen).post("/sign-in", data={"email": bergen.alice.email, "password": PASSWORD}).status_code == 422
    assert browse(bergen).post("/sign-in", data={"email": bergen.alice.email, "password": NEW}).status_code == 303


def test_a_reset_link_lasts_an_hour(bergen: House, browse: As, postman: Postman) -> None:
    browse(bergen).post("/reset", data={"email": bergen.alice.email})
    link = postman.last().link
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert browse(bergen).post(link, data={"password": NEW}).status_code == 404


def test_a_link_for_one_thing_does_no_other(bergen: House, browse: As, postman: Postman) -> None:
    browse(bergen).post("/sign-in/link", data={"email": bergen.alice.email})
    token = urlsplit(postman.last().link).path.rpartition("/")[2]
    for path in ("/reset/", "/confirm/", "/email/"):
        assert browse(bergen).post(path + token, data={"password": NEW}).status_code == 404


def test_a_link_of_one_house_is_worth_nothing_in_another(bergen: House, nantes: House, browse: As, postman: Postman) -> None:
    browse(bergen).post("/sign-in/link", data={"email": bergen.alice.email})
    assert browse(nantes).post(postman.last().link).status_code == 404
    assert browse(bergen).post(postman.last().link).status_code == 303


@pytest.mark.parametrize("token", ["None", "null", "0", "%00", "%20", "a" * 3000, "%F0%9F%A6%8A", "..%2f"])
@pytest.mark.parametrize("path", ["/confirm/", "/sign-in/link/", "/reset/", "/email/"])
def test_a_token_of_nothing_matches_nothing(bergen: House, browse: As, path: str, token: str) -> None:
    assert browse(bergen).get(path + token).status_code == 404
    assert browse(bergen).post(path + token).status_code == 404


@pytest.mark.parametrize("email", ["", "x", "a@b", "\x00@example.org", "x" * 300 + "@example.org", "a\r\nBcc: b@example.org"])
def test_what_is_no_address_is_refused_at_its_field(bergen: House, browse: As, postman: Postman, email: str) -> None:
    for page in ("/sign-in/link", "/reset"):
        answer = browse(bergen).post(page, data={"email": email})
        assert answer.status_code == 422
        assert 'id="email-error"' in answer.text
    assert postman.letters() == []


def test_mails_speak_the_readers_language(bergen: House, browse: As, postman: Postman) -> None:
    browse(bergen, language="en").post("/reset", data={"email": bergen.alice.email})
    assert 'lang="nb"' in postman.last().html
