"""The list of rooms: what is free at the wanted time comes first, and a filter that can't be read says so."""

import re
from datetime import date

import pytest

from tests.cast import House

from .conftest import Book


def _names(text: str) -> list[str]:
    return re.findall(r'<h3><a href="[^"]*">([^<]*)</a></h3>', text)


def test_what_is_free_now_comes_first(browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.bob, 8, 10)
    text = browse(bergen).get("/rooms").text
    assert _names(text) == ["Open desks", "Vidde", "Fjord"]
    assert "2 of 3 free now" in text
    assert "Taken, free from 10:00" in text
    assert "Free until 20:00" in text
    assert "3 of 3 free now" in text, "three desks of the area are left"


def test_a_room_that_is_taken_at_the_wanted_time_offers_its_nearest(browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.bob, 10, 12)
    text = browse(bergen).get("/rooms?when=2026-11-30T10:30&for=90").text
    assert "Free 12:00–13:30 instead" in text
    assert "Free 10:30–12:00" in text
    assert "/rooms/fjord?day=2026-11-30&amp;from=12:00&amp;to=13:30" in text
    assert "Bob" not in text, "nobody sees who booked"


def test_a_room_without_a_gap_that_day_offers_the_next_open_one(browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.bob, 8, 20, day=date(2026, 12, 4))
    text = browse(bergen).get("/rooms?when=2026-12-04T10:00&for=60").text
    assert "Free Mon 7 Dec 10:00–11:00 instead" in text
    assert "2 of 3 free Friday 4 December" in text
    assert "0 of 3 free Saturday 5 December" in browse(bergen).get("/rooms?when=2026-12-05T10:00").text


@pytest.mark.proves("CWL-9")
def test_filters_leave_only_what_fits(browse, bergen: House) -> None:
    client = browse(bergen)
    assert _names(client.get("/rooms?seats=7").text) == ["Fjord"]
    assert _names(client.get("/rooms?kind=hot_desks").text) == ["Open desks"]
    assert _names(client.get("/rooms?location=house").text) == ["Fjord", "Open desks", "Vidde"]


def test_nothing_that_fits_says_what_to_do(browse, bergen: House) -> None:
    assert "Ask for less, and the list gets longer." in browse(bergen).get("/rooms?seats=500").text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("when=soon", "Choose a day and a time"),
        ("when=2026-11-29T10:00", "Choose a day from today on"),
        ("when=9999-12-31T23:59", "Choose a day within the next two years"),
        ("when=%F0%9F%8F%B0", "Choose a day and a time"),
        ("seats=-1", "Enter a number of seats from 1 to 1000"),
        ("seats=9223372036854775808", "Enter a number of seats from 1 to 1000"),
        ("seats=" + "9" * 5000, "Enter how many seats you need, as a number"),
        ("seats=many", "Enter how many seats you need, as a number"),
        ("for=7", "Choose one from the list"),
        ("kind=castle%00", "Choose one from the list"),
        ("location=elsewhere", "Choose one from the list"),
        ("equipment=moat&equipment=%F0%9F%8F%B0", "Choose from the list"),
    ],
)
def test_a_filter_that_cant_be_read_says_so_and_hides_nothing(browse, bergen: House, query: str, said: str) -> None:
    answer = browse(bergen).get(f"/rooms?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert len(_names(answer.text)) == 3
    assert "<title>Error:" in answer.text


def test_htmx_gets_the_list_alone_and_hears_the_count(browse, bergen: House) -> None:
    answer = browse(bergen).get("/rooms?seats=7", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section id="results"')
    assert 'data-say="1 of 1 free"' in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_prices_are_the_readers(browse, bergen: House) -> None:
    assert "350\u00a0kr an hour" in browse(bergen).get("/rooms").text
    assert "280\u00a0kr an hour" in browse(bergen, bergen.alice).get("/rooms").text


def test_a_house_that_is_closed_shows_its_next_open_day(browse, bergen: House) -> None:
    import time_machine

    with time_machine.travel("2026-12-05T10:00:00+00:00", tick=False):
        text = browse(bergen).get("/rooms").text
    assert "0 of 3 free now" in text
    assert "Free Mon 7 Dec from 08:00" in text


def test_an_unchanged_list_is_not_sent_again(browse, bergen: House, booked: Book) -> None:
    client = browse(bergen)
    tag = client.get("/rooms").headers["ETag"]
    assert client.get("/rooms", headers={"If-None-Match": tag}).status_code == 304
    booked(bergen.fjord, bergen.bob, 8, 10)
    assert client.get("/rooms", headers={"If-None-Match": tag}).status_code == 200


def test_what_is_the_readers_own_is_never_stored(browse, bergen: House) -> None:
    answer = browse(bergen, bergen.alice).get("/rooms")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
