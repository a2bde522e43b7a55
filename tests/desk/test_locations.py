"""An operator describes its houses: where they are and when they are open."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from coworking.core import clock
from coworking.spaces.models import Location, OpeningException
from tests.cast import House
from tests.conftest import As
from tests.desk.work import Look, assert_refused

HOUSE = {"name": "Skostredet", "street": "Skostredet 5", "postcode": "5017", "city": "Bergen", "zone": "Europe/Oslo", "closed_on_holidays": "y"}
WEEK = {f"day{weekday}": "08:00–18:00" for weekday in range(5)}


def _hours(house: Location) -> list[tuple[int, int, int]]:
    return [(row.weekday, row.opens, row.closes) for row in house.opening_hours]


def test_a_new_house_has_the_usual_hours_until_somebody_says_otherwise(bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    assert 'value="Nordnesgaten 12"' in mats.get("/desk/locations/new").text, "the operator's address to begin with"
    answer = mats.post("/desk/locations", data={**HOUSE, "step_free": "y", "directions_en": "Ring twice\r\nthen push"})
    assert answer.status_code == 303
    page = mats.get(answer.location).text
    assert 'value="08:00–18:00"' in page
    house = look(sa.select(Location).where(Location.slug == "skostredet"))
    assert (house.country, house.zone, house.step_free, house.closed_on_holidays, dict(house.directions)) == (
        "NO", "Europe/Oslo", True, True, {"en": "Ring twice\nthen push"},
    )  # fmt: skip
    assert _hours(house) == [(weekday, 480, 1080) for weekday in range(5)]


REFUSED = [
    *[(field, value) for field in ("name", "street", "postcode", "city") for value in ("", " ", "\x00", "\u202e", "x" * 200)],
    *[("zone", value) for value in ("", "Oslo", "../../etc/passwd", "Europe/Oslo ✓", "UTC+1", "x" * 5000, "🕰", "europe/oslo", "posixrules")],
    ("directions_en", "x" * 2001),
]


def test_what_can_not_be_kept_is_refused_at_its_field(bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    for field, value in REFUSED:
        for path in ("/desk/locations", f"/desk/locations/{bergen.location.id}"):
            answer = mats.post(path, data={**HOUSE, field: value})
            assert_refused(answer, field, value)
            assert "Skostredet" in answer.text, "what was typed stays"
    assert look(sa.select(sa.func.count()).select_from(Location)) == 1
    assert look(sa.select(Location)).name == "Kvartal house"
    for path in ("/desk/locations", f"/desk/locations/{bergen.location.id}", f"/desk/locations/{bergen.location.id}/exceptions"):
        assert mats.post(path, data={}).status_code == 422


def test_address_and_directions_are_changed(bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    assert mats.post(f"/desk/locations/{bergen.location.id}", data={**HOUSE, "name": "Hus <1> 🏠", "zone": "Europe/Paris"}).status_code == 303
    house = look(sa.select(Location))
    assert (house.name, house.zone, house.closed_on_holidays, house.slug) == ("Hus <1> 🏠", "Europe/Paris", True, "house")
    assert "Hus &lt;1&gt; 🏠" in mats.get("/desk/spaces").text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", []), ("08:00–18:00", [(480, 1080)]), ("8-18", [(480, 1080)]), ("08.00 - 12.30, 13h00 — 24:00", [(480, 750), (780, 1440)]), ("0-24", [(0, 1440)]),
        ("08:00-12:00; 12:00-18:00", [(480, 720), (720, 1080)]),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(bergen: House, browse: As, look: Look, typed: str, kept: list[tuple[int, int]]) -> None:
    assert browse(bergen, bergen.mats).post(f"/desk/locations/{bergen.location.id}/hours", data={"day6": typed}).status_code == 303
    assert _hours(look(sa.select(Location))) == [(6, *stretch) for stretch in kept]


BAD_HOURS = [
    "18-8",
    "8-8",
    "8-25",
    "8:60-9",
    "8",
    "always",
    "8-12, 11-14",
    "13-14, 8-9",
    "-",
    "8–",
    "\u202e8-18x",
    "8-18🕰",
    "9" * 5000,
    f"{2**63}-{2**64}",
    "8-18," * 100,
]


def test_hours_that_make_no_sense_are_refused_and_stay_to_be_mended(bergen: House, browse: As, look: Look) -> None:
    mats = browse(bergen, bergen.mats)
    for value in BAD_HOURS:
        answer = mats.post(f"/desk/locations/{bergen.location.id}/hours", data={**WEEK, "day2": value})
        assert_refused(answer, "day2", value)
        assert answer.text.count('value="08:00–18:00"') == 4, "the other days stay"
    assert len(_hours(look(sa.select(Location)))) == 5


def _exceptions(look: Look) -> list[tuple[Any, ...]]:
    return [(row.day, row.opens, row.closes, row.reason) for row in look(sa.select(Location)).exceptions]


def test_a_date_out_of_the_ordinary_is_added_changed_and_removed(bergen: House, browse: As, look: Look) -> None:
    mats, path = browse(bergen, bergen.mats), f"/desk/locations/{bergen.location.id}/exceptions"
    day = clock.today("Europe/Oslo") + timedelta(days=3)
    assert mats.post(path, data={"day": day.isoformat(), "hours": "", "reason": "Painting"}).status_code == 303
    assert _exceptions(look) == [(day, None, None, "Painting")]
    assert mats.post(path, data={"day": day.isoformat(), "hours": "10-14", "reason": ""}).status_code == 303
    assert _exceptions(look) == [(day, 600, 840, "")], "one set of hours a date"
    row = look(sa.select(OpeningException))
    page = mats.get(f"/desk/locations/{bergen.location.id}").text
    assert "10:00–14:00" in page
    assert f"/desk/exceptions/{row.id}/removal" in page
    assert mats.post(f"/desk/exceptions/{row.id}/removal").status_code == 303
    assert mats.post(f"/desk/exceptions/{row.id}/removal").status_code == 404, "a stale page"
    assert _exceptions(look) == []


DAY = "2999-01-01"
BAD_DAYS = [
    "",
    "soon",
    "0000-00-00",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2020-01-01",
    "30.11.2026",
    "-1",
    str(2**63),
    "\x00",
    "📅",
    "9" * 5000,
]


def test_dates_that_make_no_sense_are_refused(bergen: House, browse: As, look: Look) -> None:
    mats, path = browse(bergen, bergen.mats), f"/desk/locations/{bergen.location.id}/exceptions"
    good = (clock.today("Europe/Oslo") + timedelta(days=3)).isoformat()
    refused = [*[("day", value) for value in BAD_DAYS], *[("hours", value) for value in [*BAD_HOURS, "8-12, 13-18"]], ("reason", "x" * 121)]
    for field, value in refused:
        answer = mats.post(path, data={"day": good, "hours": "10-14", "reason": "Party", field: value})
        assert_refused(answer, field, value)
        assert "Not a valid" not in answer.text
        if field != "reason":
            assert 'value="Party"' in answer.text
    assert _exceptions(look) == []
