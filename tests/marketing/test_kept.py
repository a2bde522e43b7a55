"""A page that is kept is never older than what it shows: prices, bookings, names, the language and the minute."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.operators.edition import WATCHED
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.spaces.models import Location, OpeningHours, Rate, Resource
from tests.cast import MONDAY, House

from .conftest import Book
from .test_queries import counting

BY_MARKS = ("/rooms", "/rooms?when=2026-12-01T10:00&for=90", "/rooms/fjord", "/rooms/fjord?day=2026-12-01&from=10:00&to=11:00")


def _write(app: Flask, house: House, statement: sa.Executable) -> None:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        db.session.execute(statement)
        db.session.commit()


CHANGES: dict[str, Callable[[House], sa.Executable]] = {
    "a price": lambda house: sa.update(Rate).values(amount=Rate.amount + 100),
    "a name": lambda house: sa.update(Resource).values(name="Havn"),
    "an hour": lambda house: sa.update(OpeningHours).values(closes=OpeningHours.closes - 60),
    "a house": lambda house: sa.update(Location).values(city="Voss", name="Voss"),
    "the operator": lambda house: sa.update(Operator).where(Operator.id == house.operator.id).values(name="Havn"),
}


@pytest.mark.parametrize("path", BY_MARKS)
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_written_shows_at_once(app: Flask, browse, bergen: House, path: str, change: str) -> None:
    client = browse(bergen)
    before = client.get(path)
    again = {"If-None-Match": before.headers["ETag"]}
    assert client.get(path, headers=again).status_code == 304
    _write(app, bergen, CHANGES[change](bergen))
    after = client.get(path, headers=again)
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    if change != "a house" or path.startswith("/rooms/"):
        assert after.text != before.text


@pytest.mark.parametrize("path", BY_MARKS)
def test_a_booking_shows_at_once_to_strangers_and_members(app: Flask, browse, bergen: House, booked: Book, path: str) -> None:
    stranger, alice = browse(bergen), browse(bergen, bergen.alice)
    before = stranger.get(path)
    alices = alice.get(path).text
    booked(bergen.fjord, bergen.bob, 10, 12)
    after = stranger.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    if "?" not in path:
        assert after.text != before.text
        assert alice.get(path).text != alices


def test_one_reader_never_sees_the_times_of_another_as_his_own(browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.alice, 10, 12)
    alice, bob = browse(bergen, bergen.alice), browse(bergen, bergen.bob)
    for _visit in range(2):
        assert "Yours" in alice.get("/rooms/fjord").text
        assert "Yours" not in bob.get("/rooms/fjord").text
        assert "Yours" not in browse(bergen).get("/rooms/fjord").text


def test_languages_and_operators_are_kept_apart(browse, bergen: House, nantes: House) -> None:
    seen = [browse(house, language=language).get("/rooms").text for house in (bergen, nantes) for language in ("en", "fr")]
    assert len(set(seen)) == 4
    assert "NOK" not in seen[2]


@pytest.mark.parametrize("path", BY_MARKS[:1] + BY_MARKS[2:3])
def test_a_minute_later_the_page_is_drawn_anew(browse, bergen: House, path: str) -> None:
    client = browse(bergen)
    with time_machine.travel(MONDAY + timedelta(minutes=1, seconds=10), tick=False):
        tag = client.get(path).headers["ETag"]
    with time_machine.travel(MONDAY + timedelta(minutes=1, seconds=50), tick=False):
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    with time_machine.travel(MONDAY + timedelta(minutes=2, seconds=10), tick=False):
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", BY_MARKS)
@pytest.mark.parametrize("minute", [0, 29, 30, 59, 90, 239])
def test_all_moments_of_a_minute_see_one_page(app: Flask, browse, bergen: House, booked: Book, path: str, minute: int) -> None:
    booked(bergen.fjord, bergen.bob, 9, 10)
    _write(app, bergen, sa.update(Resource).values(notice=30, buffer=15))
    seen = set()
    for second in (0.000001, 1, 29.9, 59.999999):
        with time_machine.travel(MONDAY + timedelta(minutes=minute, seconds=second), tick=False):
            app.extensions["coworking.shelf"].empty()
            seen.add(browse(bergen).get(path).text)
    assert len(seen) == 1


@pytest.mark.parametrize("path", BY_MARKS)
def test_a_page_by_marks_is_made_of_nothing_that_no_mark_watches(app: Flask, browse, bergen: House, booked: Book, path: str) -> None:
    booked(bergen.fjord, bergen.bob, 9, 10)
    app.extensions["coworking.shelf"].empty()
    with counting(app) as statements:
        assert browse(bergen).get(path).status_code == 200
    read = {name for statement in statements for name in re.findall(r'(?:FROM|JOIN) "?(\w+)', statement)}
    assert read <= {*WATCHED, "operator", "booking"}
    assert len(read) > 5


def test_the_desk_shows_a_new_name_at_once(app: Flask, browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.alice, 10, 12)
    siri = browse(bergen, bergen.siri)
    assert "Alice" in siri.get("/desk/").text
    _write(app, bergen, sa.update(Person).where(Person.id == bergen.alice.id).values(name="Solveig Aas"))
    seen = siri.get("/desk/").text
    assert "Solveig Aas" in seen
    assert "Alice" not in seen


def test_a_message_from_the_last_page_is_never_lost_to_an_unchanged_one(browse, bergen: House) -> None:
    client = browse(bergen)
    tag = client.get("/rooms").headers["ETag"]
    with client.session_transaction(base_url=f"http://{bergen.host}") as session:
        session["_flashes"] = [("success", "You are signed out.")]
    answer = client.get("/rooms", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "You are signed out." in answer.text
