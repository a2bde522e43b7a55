"""An operator describes its rooms: what they are, what they cost, and the rules of booking them."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.spaces.models import Resource
from tests.cast import House
from tests.conftest import As
from tests.desk.work import Look, assert_refused

ROOM = {
    "name": "Glass room", "kind": "meeting_room", "capacity": "6", "floor": "", "area": "", "public_hour": "350", "vat_class": "space",
    "who_may_book": "public", "granularity": "30", "shortest": "30", "longest": "480", "notice": "0", "horizon": "90", "buffer": "0", "free_cancellation": "1440",
}  # fmt: skip


def form(house: House, **other: Any) -> dict[str, Any]:
    """A whole room as a browser sends it."""
    return {**ROOM, "location_id": str(house.location.id), **other}


def test_a_room_with_a_name_and_an_hourly_price_can_be_booked(bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    assert mats.get("/desk/rooms/new").status_code == 200
    answer = mats.post("/desk/rooms", data=form(bergen))
    assert answer.status_code == 303
    assert "Glass room" in mats.get(answer.location).text
    assert "Glass room" in mats.get("/desk/spaces").text
    room = look(sa.select(Resource).where(Resource.slug == "glass-room"))
    assert (room.capacity, room.units, room.vat_class, [(rate.audience, rate.unit, rate.amount, rate.currency) for rate in room.rates]) == (
        6, 1, "space", [("public", "hour", 35000, "NOK")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"), [("350", 35000), ("350,5", 35050), ("350.50", 35050), ("1 250,00", 125000), ("1\u202f250", 125000), ("0", 0)]
)
def test_prices_are_read_as_people_write_them(bergen: House, browse: As, look: Look, typed: str, kept: int) -> None:
    browse(bergen, bergen.mats).post("/desk/rooms", data=form(bergen, public_hour=typed))
    assert [rate.amount for rate in look(sa.select(Resource).where(Resource.slug == "glass-room")).rates] == [kept]


NO_WHOLE = ["", "abc", "2.5", "-1", str(2**63), "9" * 5000, "\x00", "½", "1e3", "🪑", "Infinity"]
NO_PRICE = ["abc", "-1", "NaN", "sNaN", "Infinity", "-Infinity", "1e400", "1e-400", "350,555", "1000001", "9" * 5000, "½", "🪙", "--", "1,2,3"]
NOT_OF_A_LIST = ["", "castle", "0", "\x00", "MEETING_ROOM", "🏰", str(2**63)]
REFUSED = [
    *[("name", value) for value in ("", "  ", "\x00", "\u202e", "x" * 81)],
    *[(field, value) for field in ("capacity", "shortest", "longest", "notice", "horizon", "buffer", "free_cancellation") for value in NO_WHOLE],
    *[(field, value) for field in ("floor", "area") for value in NO_WHOLE if value not in ("", "\x00") and (field, value) != ("floor", "-1")],
    *[(field, value) for field in ("public_hour", "member_day") for value in NO_PRICE],
    *[(field, value) for field in ("kind", "vat_class", "location_id", "who_may_book", "granularity") for value in NOT_OF_A_LIST],
    ("granularity", "7"), ("location_id", "00000000-0000-7000-8000-000000000000"), ("equipment", "00000000-0000-7000-8000-000000000000"),
    ("description_nb", "x" * 4001), ("house_rules_en", "x" * 4001), ("longest", "25"),
]  # fmt: skip


def test_what_can_not_be_kept_is_refused_at_its_field(bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    for field, value in REFUSED:
        for path in ("/desk/rooms", f"/desk/rooms/{bergen.fjord.id}"):
            answer = mats.post(path, data=form(bergen, **{field: value}))
            assert_refused(answer, field, value)
            if field != "name":
                assert "Glass room" in answer.text, "what was typed elsewhere stays"
    assert look(sa.select(sa.func.count()).select_from(Resource)) == 3
    assert look(sa.select(Resource).where(Resource.id == bergen.fjord.id)).name == "Fjord"


def test_a_form_without_fields_is_refused(bergen: House, browse: As) -> None:
    mats = browse(bergen, bergen.mats)
    for path in ("/desk/rooms", f"/desk/rooms/{bergen.fjord.id}"):
        for body in ({}, {"strange": "1"}, {"name": ["Two", "names"]}):
            assert mats.post(path, data=body).status_code == 422


def test_refusals_speak_the_language_of_the_reader(bergen: House, browse: As) -> None:
    for language in ("en", "nb", "fr"):
        answer = browse(bergen, bergen.mats, language).post("/desk/rooms", data=form(bergen, capacity="many", kind="castle", public_hour="NaN"))
        for words in ("Not a valid", "not a valid", "Ikke en gyldig", "Ce n’est pas", "N'est pas"):
            assert words not in answer.text, "WTForms' own words"


def test_names_of_all_kinds_are_kept_and_shown_safely(bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    for name, kept in (
        ("李の部屋", "李の部屋"),
        ("غرفة", "غرفة"),
        ("<b>&\"'", "<b>&\"'"),
        ("Room 🦊", "Room 🦊"),
        ("Fjo\u202erd", "Fjord"),
        ("A\r\nB\x00C\x07", "A B C"),
    ):
        answer = mats.post("/desk/rooms", data=form(bergen, name=name))
        page = mats.get(answer.location)
        assert page.status_code == 200
        assert "<b>&" not in page.text
        assert "\u202e" not in page.text
        assert look(sa.select(Resource).order_by(Resource.id.desc()).limit(1)).name == kept


def test_two_rooms_of_one_name_have_pages_of_their_own(bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    for _ in range(2):
        assert mats.post("/desk/rooms", data=form(bergen)).status_code == 303
    assert look(sa.select(sa.func.count()).where(Resource.slug.in_(["glass-room", "glass-room-2"]))) == 2


def test_who_gives_the_same_name_at_the_same_moment_is_asked_to_look_again(
    bergen: House, browse: As, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coworking.desk.rooms.slug", lambda *_args, **_more: "fjord")
    answer = browse(bergen, bergen.mats, "nb").post("/desk/rooms", data=form(bergen))
    assert answer.status_code == 409
    assert '<html lang="nb"' in answer.text
    assert look(sa.select(sa.func.count()).select_from(Resource)) == 3


def test_a_room_is_changed_and_shown_as_it_was_kept(bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats, "nb")
    changed = form(
        bergen, name="Fjord", floor="-1", area="24", public_hour="", public_day="1999.50", vat_class="exempt", description_nb="Rolig", step_free="y"
    )
    assert mats.post(f"/desk/rooms/{bergen.fjord.id}", data=changed).status_code == 303
    room = look(sa.select(Resource).where(Resource.id == bergen.fjord.id))
    assert (room.slug, room.floor, room.area, room.vat_class, dict(room.description), room.step_free) == (
        "fjord",
        -1,
        24,
        "exempt",
        {"nb": "Rolig"},
        True,
    )
    assert {(rate.audience, rate.unit): rate.amount for rate in room.rates} == {("public", "day"): 199950}
    page = mats.get(f"/desk/rooms/{bergen.fjord.id}").text
    assert 'value="1999,50"' in page, "a price reads as the reader writes it"
    again = {name: value for name, value in re.findall(r'name="([a-z_]+)"[^>]*value="([^"]*)"', page) if name in changed}
    assert mats.post(f"/desk/rooms/{bergen.fjord.id}", data={**changed, **again}).status_code == 303
    assert look(sa.select(Resource).where(Resource.id == bergen.fjord.id)).vat_class == "exempt"


def test_an_area_keeps_the_desks_that_are_booked_already(app: Flask, bergen: House, browse: As) -> None:
    from datetime import timedelta

    from coworking.bookings.models import Booking
    from coworking.core import clock

    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        start = clock.now() + timedelta(days=2)
        end = start + timedelta(hours=1)
        db.session.add(
            Booking(resource_id=bergen.desks.id, unit=2, person_id=bergen.alice.id, starts_at=start, ends_at=end, held_until=end, currency="NOK")
        )
        db.session.commit()
    mats = browse(bergen, bergen.mats)
    for change in ({"kind": "hot_desks", "capacity": "2"}, {"kind": "meeting_room", "capacity": "3"}):
        assert_refused(mats.post(f"/desk/rooms/{bergen.desks.id}", data=form(bergen, **change)), "capacity")
    assert mats.post(f"/desk/rooms/{bergen.desks.id}", data=form(bergen, kind="hot_desks", capacity="4")).status_code == 303


def test_a_retired_room_leaves_the_public_pages_and_comes_back(bergen: House, browse: As) -> None:
    mats, visitor = browse(bergen, bergen.mats), browse(bergen)
    for path, status in (("retirement", 404), ("return", 200)):
        assert mats.post(f"/desk/rooms/{bergen.fjord.id}/{path}").status_code == 303
        assert visitor.get("/rooms/fjord").status_code == status
        assert mats.get(f"/desk/rooms/{bergen.fjord.id}").status_code == 200


def test_from_nothing_to_a_bookable_space(app: Flask, browse: As) -> None:
    """An operator with one owner and nothing else: two forms later its room has a public page that can be booked."""
    from coworking.core.permissions import Role
    from coworking.core.texts import Texts
    from coworking.operators.models import Operator
    from coworking.people.models import Person

    with app.app_context(), tenancy.across_operators():
        for slug in ("fresh", "neighbour"):
            operator = Operator(
                slug=slug, name=slug.title(), legal_name="Fresh Ltd", street="Mill Road 1", postcode="M1 2AB", city="Manchester", country="GB", email="hi@fresh.example",
                default_locale="en", locales=["en"], zone="Europe/London", currency="GBP", tagline=Texts(),
            )  # fmt: skip
            db.session.add(operator)
            db.session.flush()
            owner = Person(operator_id=operator.id, email="olga@fresh.example", name="Olga", role=Role.OWNER.value)
            db.session.add(owner)
        db.session.commit()
        db.session.expunge_all()
    nobody: Any = None
    house = House(operator, nobody, nobody, nobody, nobody, owner, nobody, nobody, nobody, nobody, nobody)
    olga = browse(house, owner)
    empty = olga.get("/desk/spaces").text
    assert 'href="/desk/locations/new"' in empty
    assert olga.get("/desk/rooms/new").location == "/desk/locations/new", "first a house, then its rooms"
    typed = _typed(olga.get("/desk/locations/new").text)
    assert olga.post("/desk/locations", data={**typed, "name": "Mill"}).status_code == 303
    typed = _typed(olga.get("/desk/rooms/new").text)
    assert olga.post("/desk/rooms", data={**typed, "name": "Loft", "public_hour": "20"}).status_code == 303
    visitor = browse(house)
    assert "Loft" in visitor.get("/rooms").text
    page = visitor.get("/rooms/loft")
    assert page.status_code == 200
    assert "/rooms/loft/book" in page.text


def _typed(page: str) -> dict[str, str]:
    """What the form has filled in already, as a browser would send it."""
    main = page.split("<main", 1)[1]
    typed = {name: value for tag in re.findall(r"<input[^>]*>", main) if "checkbox" not in tag or " checked" in tag
             for name, value in [(_attribute(tag, "name"), _attribute(tag, "value"))] if name}  # fmt: skip
    for name, options in re.findall(r'<select[^>]*name="([a-z_]+)"[^>]*>(.*?)</select>', main, re.S):
        chosen = re.search(r"<option[^>]* selected[^>]*>", options) or re.search(r"<option[^>]*>", options)
        assert chosen
        typed[name] = _attribute(chosen[0], "value")
    return typed


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found[1] if found else ""
