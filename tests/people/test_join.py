"""Joining: open an account, confirm the address, go on."""

import re
from datetime import timedelta

import pytest
import time_machine

from coworking.core import clock
from coworking.people.models import Person
from tests.cast import House
from tests.conftest import As

from .conftest import Look, Postman

FORM = {"name": "Nora Lie", "email": "Nora@Example.org", "password": "seven green boats", "adult": "y"}


@pytest.mark.proves("CWL-20", "WPX-26", "CLW-6")
def test_who_joins_confirms_and_goes_on_to_the_chosen_time(bergen: House, browse: As, postman: Postman, look: Look) -> None:
    client = browse(bergen, language="fr")
    sent = client.post("/join", data={**FORM, "next": "/rooms/fjord/book?start=10"})
    assert (sent.status_code, sent.location) == (303, "/check-your-mail/join")
    assert client.get(sent.location).status_code == 200
    letter = postman.last()
    assert letter.to == "nora@example.org"
    assert client.get(letter.link).status_code == 200
    nora = look("nora@example.org")
    assert nora and nora.email_confirmed_at is None, "looking at the link, as mail scanners do, confirms nothing"
    done = client.post(letter.link)
    assert (done.status_code, done.location) == (303, "/rooms/fjord/book?start=10")
    nora = look("nora@example.org")
    assert nora and nora.email_confirmed_at and nora.role == "member" and nora.locale == "fr"
    assert client.get("/profile").status_code == 200


def test_a_link_works_once_and_for_two_days(bergen: House, browse: As, postman: Postman) -> None:
    client = browse(bergen)
    client.post("/join", data=FORM)
    link = postman.last().link
    with time_machine.travel(clock.now() + timedelta(days=2, minutes=1)):
        assert client.post(link).status_code == 404
    assert client.post(link).status_code == 303
    used, never = browse(bergen).post(link), browse(bergen).post("/confirm/" + "a" * 43)
    assert used.status_code == never.status_code == 404
    assert used.text.replace(link, "") == never.text.replace("/confirm/" + "a" * 43, "")


def test_a_newer_link_takes_the_place_of_the_older(bergen: House, browse: As, postman: Postman) -> None:
    client = browse(bergen)
    client.post("/join", data=FORM)
    first = postman.last().link
    client.post("/join", data=FORM)
    second = postman.last().link
    assert client.post(first).status_code == 404
    assert client.post(second).status_code == 303


def test_nobody_learns_who_has_an_account(bergen: House, browse: As, postman: Postman, look: Look) -> None:
    known = browse(bergen).post("/join", data={**FORM, "email": bergen.alice.email})
    unknown = browse(bergen).post("/join", data=FORM)
    assert (known.status_code, known.location, known.data) == (unknown.status_code, unknown.location, unknown.data)
    told = next(letter for letter in postman.letters() if letter.to == bergen.alice.email)
    assert "allerede" in told.subject
    alice = look(bergen.alice.email)
    assert alice and alice.name == bergen.alice.name and alice.password_hash == bergen.alice.password_hash
    assert browse(bergen).post(told.link).status_code == 303


def test_joining_with_somebody_elses_address_opens_no_door(bergen: House, browse: As, postman: Postman, look: Look) -> None:
    """Whoever joins first chooses a password; the reader of the mail must not make it good without knowing it."""
    browse(bergen).post("/join", data={**FORM, "password": "the thief's own words"})
    owner = browse(bergen)
    link = postman.last().link
    assert owner.post(link, data={"password": "a guess that is wrong"}).status_code == 422
    owner.post("/sign-in/link", data={"email": FORM["email"]})
    assert owner.post(postman.last().link).status_code == 303
    nora = look("nora@example.org")
    assert nora and nora.email_confirmed_at and nora.password_hash is None


def test_another_browser_confirms_with_the_password(bergen: House, browse: As, postman: Postman) -> None:
    browse(bergen).post("/join", data=FORM)
    assert browse(bergen).post(postman.last().link, data={"password": FORM["password"]}).status_code == 303


def test_sending_the_form_twice_opens_one_account(bergen: House, browse: As, postman: Postman, look: Look) -> None:
    client = browse(bergen)
    assert [client.post("/join", data=FORM).status_code for _ in range(2)] == [303, 303]
    assert client.post(postman.last().link).status_code == 303


def test_no_role_comes_in_through_extra_fields(bergen: House, browse: As, postman: Postman, look: Look) -> None:
    browse(bergen).post("/join", data={**FORM, "role": "owner", "operator_id": str(bergen.operator.id), "email_confirmed_at": "2020-01-01"})
    nora = look("nora@example.org")
    assert nora and nora.role == "member" and nora.email_confirmed_at is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "  "), ("name", "x" * 121), ("name", "Nora\x00Lie"),
        ("email", ""), ("email", "nora"), ("email", "nora@example.org\x00"), ("email", "a" * 250 + "@example.org"), ("email", "a@b@c.no"), ("email", "a\r\nb@example.org"),
        ("password", ""), ("password", "short"), ("password", "x" * 201), ("password", "1234567890"), ("password", "qwertyuiop"),
        ("password", "nora@example.org"), ("password", "aaaaaaaaaaaa"), ("password", "kvartal2026"), ("password", "passwordpassword"),
    ],
)  # fmt: skip
def test_what_can_not_be_kept_is_refused_at_its_field(bergen: House, browse: As, postman: Postman, field: str, value: str) -> None:
    answer = browse(bergen).post("/join", data={**FORM, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "Error:" in answer.text.split("</title>")[0]
    if field != "email":
        assert "Nora@Example.org" in answer.text or "nora@example.org" in answer.text, "what was typed stays"
    assert postman.letters() == []


@pytest.mark.parametrize("name", ["نورا لي", "Nora 🦊", "O'Nora <b>&", "Nora \u202eeiL", "李"])
def test_names_of_all_kinds_are_kept_and_shown_safely(bergen: House, browse: As, postman: Postman, look: Look, name: str) -> None:
    client = browse(bergen)
    assert client.post("/join", data={**FORM, "name": name}).status_code == 303
    client.post(postman.last().link)
    nora = look("nora@example.org")
    assert nora and nora.name == name.replace("\u202e", "")
    page = client.get("/profile").text
    assert "<b>&" not in page and "\u202e" not in page


def test_mail_is_not_sent_to_one_address_without_end(bergen: House, browse: As, postman: Postman) -> None:
    answers = [browse(bergen).post("/join", data=FORM) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Nora Lie" in answers[-1].text


@pytest.mark.proves("CLW-4", "WPX-72")
def test_whoever_is_younger_than_eighteen_opens_no_account_and_leaves_nothing(bergen: House, browse: As, postman: Postman, look: Look) -> None:
    young = {name: value for name, value in FORM.items() if name != "adult"}
    answer = browse(bergen).post("/join", data=young)
    assert answer.status_code == 422 and 'id="adult-error"' in answer.text
    assert postman.letters() == []
    assert look("nora@example.org") is None
    assert not [column.name for column in Person.__table__.columns if "birth" in column.name or "adult" in column.name], "the answer is not kept"


@pytest.mark.proves("WPX-3", "WPX-5", "WPX-33")
def test_a_name_an_address_and_a_password_are_enough(bergen: House, browse: As, look: Look) -> None:
    page = browse(bergen).get("/join").text.split('action="/join"')[1].split("</form>", maxsplit=1)[0]
    asked = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', page)) - {"csrf_token", "next"}
    assert asked == set(FORM)
    assert browse(bergen).post("/join", data=FORM).status_code == 303
    nora = look("nora@example.org")
    assert nora and (nora.phone, nora.company, nora.job_title, nora.about, nora.photo_file) in {
        ("", "", "", "", None),
        (None, None, None, None, None),
    }
