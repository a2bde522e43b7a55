"""Only an owner gives roles, and one owner always remains."""

import html
import re

import sqlalchemy as sa

from coworking.core.permissions import Permission
from coworking.people.models import Person
from tests.cast import House
from tests.conftest import As
from tests.desk.work import Look

PATH = "/desk/settings/roles"


def role(look: Look, person: Person) -> str:
    """As the database has it now."""
    return str(look(sa.select(Person.role).where(Person.id == person.id)))


def test_one_screen_says_what_each_role_allows(bergen: House, browse: As) -> None:
    page = browse(bergen, bergen.siri).get(PATH).text
    for permission in Permission:
        assert str(permission.text) in html.unescape(page)
    assert "Olga Kvartal" in page
    assert "Alice Kvartal" not in page, "members are many and not listed"
    assert f'action="{PATH}"' not in page, "who may not give roles sees no form"


def test_an_owner_gives_and_takes_a_role(bergen: House, browse: As, look: Look) -> None:
    olga = browse(bergen, bergen.olga)
    assert olga.post(PATH, data={"email": " ALICE@kvartal.example ", "role": "front_desk"}).status_code == 303
    assert role(look, bergen.alice) == "front_desk"
    assert "Alice Kvartal" in olga.get(PATH).text
    assert browse(bergen, bergen.alice).get("/desk/settings").status_code == 200
    assert olga.post(PATH, data={"email": "alice@kvartal.example", "role": "member"}).status_code == 303
    assert browse(bergen, bergen.alice).get("/desk/settings").status_code == 403


def test_what_makes_no_sense_is_refused_and_stays_to_be_mended(bergen: House, browse: As, look: Look) -> None:
    olga, alice = browse(bergen, bergen.olga), "alice@kvartal.example"
    refused = [
        ({}, "role"), ({"email": alice}, "role"), ({"email": alice, "role": "king"}, "role"), ({"email": alice, "role": "OWNER\x00"}, "role"), ({"email": alice, "role": "🦊" * 999}, "role"),
        *[({"email": email, "role": "manager"}, "email") for email in ("", "nobody@kvartal.example", "\x00", "x" * 5000, "🦊", "%", "alice@rotonde.example", str(2**63), "'; drop table person")],
        ({"email": "olga@kvartal.example", "role": "member"}, "email"),
    ]  # fmt: skip
    for data, field in refused:
        answer = olga.post(PATH, data=data)
        assert answer.status_code == 422, data
        assert f'id="{field}-error"' in answer.text, data
        assert "Error:" in answer.text.split("</title>")[0]
    assert role(look, bergen.alice) == "member"
    assert role(look, bergen.olga) == "owner"


def test_nobody_else_gives_roles(bergen: House, browse: As, look: Look) -> None:
    for person in (bergen.mats, bergen.siri, bergen.arne, bergen.alice):
        assert browse(bergen, person).post(PATH, data={"email": person.email, "role": "owner"}).status_code == 403
        assert role(look, person) == person.role


def test_a_foreign_person_is_nobody(bergen: House, nantes: House, browse: As) -> None:
    answers = [browse(bergen, bergen.olga).post(PATH, data={"email": email, "role": "owner"}) for email in (nantes.bob.email, "bob@nowhere.example")]
    first, second = (re.sub(r"[\w.-]{60,}|bob@\w+\.example", "", answer.text) for answer in answers)
    assert first == second
