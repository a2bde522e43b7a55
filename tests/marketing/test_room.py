"""The page of a room: its week, its form, and what both say of other people's time."""

import re

import pytest
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.spaces.models import Audience, Resource
from tests.cast import House

from .conftest import Book

HTMX = {"HX-Request": "true"}


@pytest.mark.proves("CWL-29")
def test_a_stranger_sees_what_is_free_and_never_who_has_the_rest(browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.bob, 10, 12)
    text = browse(bergen).get("/rooms/fjord").text
    assert "Free now, until 10:00" in text
    assert "Taken" in text
    assert "Bob" not in text
    assert 'href="?day=2026-11-30&amp;from=09:00#panel"' in text
    assert 'href="?day=2026-11-30&amp;from=10:30#panel"' not in text


def test_a_member_sees_their_own_time_as_theirs(browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.alice, 10, 12)
    assert "Yours" in browse(bergen, bergen.alice).get("/rooms/fjord").text
    assert "Yours" not in browse(bergen, bergen.bob).get("/rooms/fjord").text


def test_a_pick_works_as_a_link(browse, bergen: House) -> None:
    text = browse(bergen).get("/rooms/fjord?day=2026-12-01&from=10:00&to=11:30").text
    assert len(re.findall(r'aria-label="1[01]:[03]0, your choice"', text)) == 3
    assert "Tue 1 Dec, 10:00–11:30" in text


def test_a_second_pick_later_that_day_sets_the_end(browse, bergen: House) -> None:
    text = browse(bergen).get("/rooms/fjord?day=2026-12-01&from=10:00&to=10:30").text
    assert 'href="?day=2026-12-01&amp;from=10:00&amp;to=12:00#panel"' in text
    assert 'href="?day=2026-12-01&amp;from=09:00#panel"' in text, "an earlier one starts again"


def test_htmx_gets_form_week_and_the_rest_that_changes(browse, bergen: House) -> None:
    text = browse(bergen).get("/rooms/fjord?day=2026-12-01&from=10:00", headers=HTMX).text
    assert "<html" not in text
    assert 'id="panel"' in text
    assert all(re.search(rf'id="{part}" hx-swap-oob="true"', text) for part in ("week-part", "others", "buy"))


def test_a_poll_answers_nothing_until_something_changes(browse, bergen: House, booked: Book) -> None:
    client = browse(bergen)
    poll = re.search(r'hx-get="(/rooms/fjord\?[^"]*v=[^"]*)"', client.get("/rooms/fjord").text)
    assert poll
    url = poll[1].replace("&amp;", "&")
    assert client.get(url, headers=HTMX).status_code == 204
    booked(bergen.fjord, bergen.bob, 10, 12)
    answer = client.get(url, headers=HTMX)
    assert answer.status_code == 200
    assert 'id="live" hx-swap-oob="true"' in answer.text
    assert 'id="panel"' not in answer.text, "what somebody is filling in stays"


def test_weeks_end_where_booking_does(browse, bergen: House) -> None:
    client = browse(bergen)
    now = client.get("/rooms/fjord?week=2026-W40").text
    assert "30 Nov – 6 Dec" in now.replace("\u2009", " ").replace("\u00a0", " "), "nobody books in the past"
    assert "Previous week" not in now
    last = client.get("/rooms/fjord?week=2027-W40").text
    assert "22–28 Feb" in last, "ninety days ahead"
    assert "Next week" not in last


@pytest.mark.parametrize(
    "query",
    [
        "week=x",
        "week=2026-W99",
        "week=99999999999-W1",
        "week=%00",
        "day=never",
        "day=0001-01-01",
        "from=25:99",
        "to=%F0%9F%8F%B0",
        "v=%00",
        "day=2026-12-01&from=-1:00",
    ],
)
def test_what_cant_be_read_shows_the_room_all_the_same(browse, bergen: House, query: str) -> None:
    answer = browse(bergen).get(f"/rooms/fjord?{query}")
    assert answer.status_code == 200
    assert "Free times" in answer.text


@pytest.mark.parametrize("slug", ["castle", "%00", "fjord%00", "x" * 500, "%F0%9F%8F%B0"])
def test_a_room_that_is_not_there_is_a_404(browse, bergen: House, slug: str) -> None:
    assert browse(bergen).get(f"/rooms/{slug}").status_code == 404


def test_another_houses_room_is_a_404(app: Flask, browse, bergen: House, nantes: House) -> None:
    with app.app_context(), tenancy.acting_for(nantes.operator.id):
        db.session.get_one(Resource, nantes.fjord.id).slug = "loire"
        db.session.commit()
    assert browse(nantes).get("/rooms/loire").status_code == 200
    assert browse(bergen).get("/rooms/loire").status_code == 404


@pytest.mark.parametrize("hidden", [{"retired": True}, {"who_may_book": Audience.STAFF.value}])
@pytest.mark.proves("W2G-3")
def test_what_is_not_for_guests_is_not_shown(app: Flask, browse, bergen: House, hidden: dict[str, object]) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        room = db.session.get_one(Resource, bergen.fjord.id)
        for name, value in hidden.items():
            setattr(room, name, value)
        db.session.commit()
    client = browse(bergen)
    assert client.get("/rooms/fjord").status_code == 404
    assert "Fjord" not in client.get("/rooms").text


def test_other_rooms_are_really_free_then(browse, bergen: House, booked: Book) -> None:
    url = "/rooms/fjord?day=2026-11-30&from=10:00&to=11:00"
    assert "Also free Mon 30 Nov, 10:00–11:00" in browse(bergen).get(url).text
    booked(bergen.vidde, bergen.bob, 10.5, 12)
    assert "Also free" not in browse(bergen).get(url).text


def test_a_public_page_holds_nothing_random(browse, bergen: House) -> None:
    client = browse(bergen)
    for path in ("/rooms/fjord", "/rooms", "/", "/plans", "/visit"):
        first = client.get(path)
        assert first.text == client.get(path).text
        assert "Set-Cookie" not in first.headers, "no cookie before there is something to keep"
