"""One form sent twice makes one thing; two people at one form learn of each other, and nobody's words are lost."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from coworking.core import tenancy
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.spaces.models import Location, Photo, Resource
from tests.cast import House
from tests.conftest import As
from tests.desk.test_locations import HOUSE, WEEK
from tests.desk.test_photos import jpeg, send
from tests.desk.test_rooms import form as room_form
from tests.desk.test_settings import BRAND, IDENTITY
from tests.desk.work import Look


def field(page: str, name: str, path: str = "") -> str:
    """What a hidden field of the page holds, in the form that is sent to ``path`` if that is given."""
    form = page.split(f'action="{path}"')[1].split("</form>", maxsplit=1)[0] if path else page
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', form)
    assert found, name
    return found[1]


def count(app: Flask, house: House, model: type[Location] | type[Resource]) -> int:
    """How many rows the house has."""
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


@pytest.mark.parametrize(
    ("new", "send", "model"), [("/desk/rooms/new", "/desk/rooms", Resource), ("/desk/locations/new", "/desk/locations", Location)]
)
def test_a_new_room_or_house_sent_twice_is_made_once(
    app: Flask, bergen: House, browse: As, new: str, send: str, model: type[Location] | type[Resource]
) -> None:
    mats, olga = browse(bergen, bergen.mats), browse(bergen, bergen.olga)
    before = count(app, bergen, model)
    answers = room_form(bergen) if model is Resource else HOUSE
    sent = {**answers, "form_key": field(mats.get(new).text, "form_key")}
    first, second = mats.post(send, data=sent), mats.post(send, data=sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count(app, bergen, model) == before + 1
    assert mats.post(send, data={**sent, "name": "Another"}).location != first.location, "another answer is another wish"
    assert olga.post(send, data=sent).location != first.location, "and so is another person"
    assert mats.get(first.location).status_code == 200
    assert count(app, bergen, model) == before + 3


def test_a_photo_sent_twice_is_kept_once(app: Flask, bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    key = field(mats.get(f"/desk/rooms/{bergen.fjord.id}").text, "form_key")
    for _time in range(2):
        assert send(mats, bergen.fjord, jpeg(30, 20), form_key=key).status_code == 303
    assert look(sa.select(sa.func.count()).select_from(Photo)) == 1
    assert send(mats, bergen.fjord, jpeg(40, 20), form_key=key).status_code == 303
    assert look(sa.select(sa.func.count()).select_from(Photo)) == 2, "another file is another photo"


def change_identity(client: FlaskClient, page: str, **typed: Any) -> Any:
    return client.post("/desk/settings/identity", data={**IDENTITY, "seen": field(page, "seen"), **typed})


def test_whoever_saves_second_sees_what_the_first_changed_and_keeps_what_they_typed(bergen: House, browse: As, look: Look) -> None:
    olga, mats = browse(bergen, bergen.olga), browse(bergen, bergen.mats)
    path = "/desk/settings/identity"
    olga.post(path, data=IDENTITY)
    page = olga.get(path).text
    assert change_identity(mats, mats.get(path).text, phone="+47 55 11 11 11", street="Strandgaten 1").status_code == 303
    late = change_identity(olga, page, phone="+47 55 22 22 22", legal_name="Kvartal Hus AS")
    assert late.status_code == 409
    assert "Phone is now: +47 55 11 11 11" in late.text
    assert "Street and number is now: Strandgaten 1" in late.text
    assert "Registered name is now" not in late.text, "nobody else touched it"
    assert 'value="+47 55 22 22 22"' in late.text, "what she typed stays"
    assert 'value="Kvartal Hus AS"' in late.text
    assert 'value="Strandgaten 1"' in late.text, "what she left alone shows what is kept"
    assert "<title>Error:" in late.text
    kept = look(sa.select(Operator).where(Operator.id == bergen.operator.id))
    assert (kept.phone, kept.legal_name) == ("+47 55 11 11 11", IDENTITY["legal_name"]), "nothing is saved unseen"
    again = change_identity(olga, late.text, phone="+47 55 22 22 22", legal_name="Kvartal Hus AS", street="Strandgaten 1")
    assert again.status_code == 303, "having seen it, she decides"
    kept = look(sa.select(Operator).where(Operator.id == bergen.operator.id))
    assert (kept.phone, kept.legal_name, kept.street) == ("+47 55 22 22 22", "Kvartal Hus AS", "Strandgaten 1")


def test_the_same_answer_from_two_people_is_no_quarrel(bergen: House, browse: As) -> None:
    olga, mats = browse(bergen, bergen.olga), browse(bergen, bergen.mats)
    olga.post("/desk/settings/identity", data=IDENTITY)
    page = olga.get("/desk/settings/identity").text
    assert change_identity(mats, page, city="Oslo").status_code == 303
    assert change_identity(olga, page, city="Oslo").status_code == 303


def test_a_refused_form_still_knows_what_it_showed(bergen: House, browse: As) -> None:
    olga, mats = browse(bergen, bergen.olga), browse(bergen, bergen.mats)
    olga.post("/desk/settings/identity", data=IDENTITY)
    page = olga.get("/desk/settings/identity").text
    refused = change_identity(olga, page, name="", city="Moss")
    assert refused.status_code == 422
    assert change_identity(mats, page, city="Oslo").status_code == 303
    assert "City is now: Oslo" in change_identity(olga, refused.text, city="Moss").text


@pytest.mark.parametrize("seen", ["x", "a.b.c", "\x00", "." * 5000, "🪑"])
def test_marks_that_nobody_made_refuse_calmly(bergen: House, browse: As, seen: str) -> None:
    olga = browse(bergen, bergen.olga)
    assert olga.post("/desk/settings/identity", data={**IDENTITY, "seen": seen}).status_code == 409


def test_rooms_houses_colours_and_languages_notice_too(bergen: House, browse: As) -> None:
    olga, mats = browse(bergen, bergen.olga), browse(bergen, bergen.mats)
    room, house = f"/desk/rooms/{bergen.fjord.id}", f"/desk/locations/{bergen.location.id}"
    languages = {"locales": ["en", "nb"], "default_locale": "nb", "zone": "Europe/Oslo"}
    for path, answers, first, told in (
        (room, room_form(bergen), {"member_hour": "299,50", "description_en": "By the window"}, "Hour, members is now: 299.50"),
        (room, room_form(bergen), {"step_free": "y"}, "Step-free is now: Yes"),
        (room, room_form(bergen), {"description_nb": "Ved vinduet"}, "Description (Norsk) is now: Ved vinduet"),
        (f"{house}/hours", WEEK, {"day2": "10:00–14:00"}, "Wednesday is now: 10:00–14:00"),
        (house, HOUSE, {"zone": "Europe/Paris"}, "Time zone is now: Europe/Paris"),
        ("/desk/settings/brand", BRAND, {"hue": "20"}, "Hue, 0 to 359 is now: 20"),
        ("/desk/settings/languages", languages, {"locales": ["en", "fr", "nb"]}, "Languages that you offer is now: English, Français, Norsk"),
    ):
        assert olga.post(path, data=answers).status_code == 303
        seen = field(olga.get(path.removesuffix("/hours")).text, "seen", path)
        assert mats.post(path, data={**answers, "seen": seen, **first}).status_code == 303, told
        late = olga.post(path, data={**answers, "seen": seen})
        assert late.status_code == 409, told
        assert told in late.text
        assert olga.post(path, data={**answers, **first, "seen": field(late.text, "seen", path)}).status_code == 303, told
