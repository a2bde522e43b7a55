"""Pages are counted, people are not: nothing in the browser, nothing that tells two visits apart, no small numbers."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, product

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.labels import PERSONAL
from coworking.privacy.counting import MOST, PAGES, Family, Screen, Stroke, Tally, family_of, host_of, is_machine, screen_of
from coworking.privacy.counts_shown import LEAST, shown, table
from coworking.privacy.models import PageCount
from tests.cast import MONDAY, House
from tests.conftest import As

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0"


@pytest.fixture
def tally(app: Flask) -> Tally:
    """The app's own, with nothing in it."""
    found: Tally = app.extensions["coworking.page_counts"]
    found._strokes.clear()
    return found


def rows(app: Flask, house: House) -> list[PageCount]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return list(db.session.scalars(sa.select(PageCount).order_by(PageCount.page)))


@pytest.mark.proves("W2G-24", "CWL-34", "CWL-39", "CLW-17", "CLW-49")
def test_a_page_is_counted_without_cookie_and_a_minute_later_written(app: Flask, browse: As, bergen: House, tally: Tally) -> None:
    with time_machine.travel(MONDAY, tick=False):
        for each in range(3):
            answer = browse(bergen).get("/rooms", headers={"User-Agent": FIREFOX, "Referer": "https://www.Example.org/a/path?q=secret"})
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            if each == 1:
                tally.write()
        assert tally.waiting() == 1
        tally.write()
    (row,) = rows(app, bergen)
    assert (row.page, row.came_from, row.family, row.screen, row.count) == ("site.rooms", "www.example.org", "firefox", "computer", 3)
    assert row.day == MONDAY.date()


@pytest.mark.proves("CLW-18", "CLW-21", "WSS-16", "CLW-20", "CLW-51")
def test_two_visits_of_one_person_are_the_same_as_two_people(app: Flask, browse: As, bergen: House, tally: Tally) -> None:
    """What one visitor leaves on two visits equals what two strangers leave: there is nothing to tell them apart by."""
    with time_machine.travel(MONDAY, tick=False):
        one = browse(bergen)
        for address, client in (("192.0.2.1", one), ("192.0.2.1", one), ("192.0.2.77", browse(bergen)), ("198.51.100.3", browse(bergen))):
            client.get("/plans", headers={"User-Agent": IPHONE}, environ_base={"REMOTE_ADDR": address})
        tally.write()
    (row,) = rows(app, bergen)
    assert (row.count, row.screen, row.family) == (4, "phone", "safari")


@pytest.mark.proves("CLW-21", "WSS-16", "W2G-18", "WPX-27", "WSS-18")
def test_a_row_holds_nothing_that_leads_to_a_person() -> None:
    columns = sa.inspect(PageCount).local_table.c
    assert set(columns.keys()) == {"id", "operator_id", "day", "page", "came_from", "family", "screen", "count"}
    assert not any(PERSONAL in column.info for column in columns)
    assert {key.target_fullname for column in columns for key in column.foreign_keys} == {"operator.id"}


@pytest.mark.proves("CWL-41", "WPX-35")
def test_whoever_asks_to_be_left_alone_is_not_counted(browse: As, bergen: House, tally: Tally) -> None:
    for headers in ({"Sec-GPC": "1"}, {"Sec-Purpose": "prefetch"}, {"HX-Request": "true"}):
        browse(bergen).get("/plans", headers={"User-Agent": FIREFOX} | headers)
    browse(bergen).get("/plans", headers={"User-Agent": "Googlebot/2.1"})
    browse(bergen).get("/no-such-page", headers={"User-Agent": FIREFOX})
    browse(bergen, bergen.mats).get("/plans", headers={"User-Agent": FIREFOX})
    browse(bergen, bergen.alice).get("/home", headers={"User-Agent": FIREFOX})
    assert tally.waiting() == 0
    browse(bergen, bergen.alice).get("/plans", headers={"User-Agent": FIREFOX})
    assert tally.waiting() == 1


@pytest.mark.proves("WSS-16", "CLW-20")
def test_what_browsers_say_becomes_one_of_few_words() -> None:
    assert [(family_of(agent), screen_of(agent)) for agent in (FIREFOX, IPHONE, EDGE, "Lynx")] == [
        (Family.FIREFOX, Screen.COMPUTER), (Family.SAFARI, Screen.PHONE), (Family.EDGE, Screen.COMPUTER), (Family.OTHER, Screen.COMPUTER),
    ]  # fmt: skip
    assert is_machine("") and is_machine("curl/8.0") and not is_machine(FIREFOX)


@pytest.mark.proves("CLW-18")
def test_of_the_page_before_only_the_host_stays() -> None:
    own = "kvartal.localhost:8000"
    assert host_of("https://Search.Example/?q=alice", own) == "search.example"
    for nothing in (
        "",
        "http://kvartal.localhost:8000/plans",
        "https://192.0.2.9/x",
        "http://alices-laptop/",
        "http://[bad",
        "https://a_b.example/",
        "x",
    ):
        assert host_of(nothing, own) == "", nothing


def test_many_made_up_addresses_fill_no_memory(app: Flask, bergen: House) -> None:
    tally = Tally(app.app_context)
    for each in range(MOST + 500):
        tally.add(Stroke(bergen.operator.id, MONDAY.date(), "site.home", f"x{each}.example", "chrome", "phone"))
    assert len(tally._strokes) == MOST + 1
    assert tally.waiting() == MOST + 500


def test_an_operator_that_has_left_takes_its_strokes_along(app: Flask, bergen: House) -> None:
    from coworking.core.db import new_id

    tally = Tally(app.app_context)
    for operator_id in (new_id(), bergen.operator.id):
        tally.add(Stroke(operator_id, MONDAY.date(), "site.home", "", "chrome", "phone"))
    tally.write()
    assert tally.waiting() == 0
    assert [row.count for row in rows(app, bergen)] == [1]


def test_two_processes_add_up(app: Flask, bergen: House) -> None:
    stroke = Stroke(bergen.operator.id, MONDAY.date(), "site.home", "", "chrome", "phone")
    for _each in range(2):
        tally = Tally(app.app_context)
        tally.start()
        tally.add(stroke)
        tally.stop()
    assert [row.count for row in rows(app, bergen)] == [2]


@pytest.mark.proves("WSS-17")
def test_a_cell_of_four_is_hidden_also_from_subtraction() -> None:
    told = table({"a": 4, "b": 12, "c": 40})
    assert told.cells == {"a": None, "b": None, "c": 40}
    assert told.total == 55
    assert table({"a": 4}).total is None
    assert table({"a": 0, "b": 40, "c": 41}).cells == {"a": None, "b": None, "c": 40}
    assert table({}).total is None


@pytest.mark.proves("WSS-17")
@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60), min_size=1))
def test_whatever_is_shown_leaves_more_than_one_answer_for_each_small_cell(counts: dict[str, int]) -> None:
    told = table(counts)
    for name, count in counts.items():
        cell = told.cells[name]
        assert cell is None or (cell % LEAST == 0 and count >= LEAST)
        if count < LEAST and len(counts) > 1:
            assert any(table(world) == told for world in other_truths(counts, name)), name


def other_truths(counts: dict[str, int], name: str) -> Iterator[dict[str, int]]:
    """Counts in which a small cell is another number, with up to two of the others a little different."""
    others = [each for each in counts if each != name]
    for mine in (mine for mine in range(LEAST) if mine != counts[name]):
        for cells in (pair for number in range(min(len(others), 2) + 1) for pair in combinations(others, number)):
            for changes in product(range(-LEAST, LEAST + 1), repeat=len(cells)):
                world = counts | {name: mine} | {cell: counts[cell] + change for cell, change in zip(cells, changes, strict=True)}
                if min(world.values()) >= 0:
                    yield world


@pytest.mark.proves("WSS-17", "CWL-39")
def test_the_desk_sees_whole_weeks_and_no_small_numbers(app: Flask, browse: As, bergen: House) -> None:
    with time_machine.travel(MONDAY, tick=False):
        today = clock.today("Europe/Oslo")
        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            for days, page, host, count in (
                (3, "site.home", "search.example", 103),
                (10, "site.plans", "rare.example", 4),
                (0, "site.home", "", 500),
            ):
                db.session.add(PageCount(day=today - timedelta(days=days), page=page, came_from=host, family="chrome", screen="phone", count=count))
            db.session.commit()
            seen = shown(today)
            assert seen.last == today - timedelta(days=1)
            assert seen.pages.total == 105
            assert set(seen.pages.cells) == set(PAGES)
            assert seen.pages.cells["site.plans"] is None
        text = browse(bergen, bergen.mats).get("/desk/privacy/visitors").text
        assert "rare.example" not in text
        assert not re.search(r">\s*(4|103|500)\s*<", text)
        assert browse(bergen, bergen.siri).get("/desk/privacy/visitors").status_code == 403
