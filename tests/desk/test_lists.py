"""What the figures of the day lead to, what the board asks of the database, and help when a time is gone or out of the ordinary."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.bookings.booking import block, book
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.spaces.models import Kind, Resource
from tests.cast import MONDAY, House
from tests.conftest import As
from tests.desk.test_day import form, rows
from tests.marketing.test_queries import counting

NINE = MONDAY + timedelta(hours=1)


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    """Eight o'clock on a Monday."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def meeting(app: Flask, bergen: House) -> UUID:
    """Alice has Fjord from nine to ten."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        alice, fjord = db.session.get_one(Person, bergen.alice.id), db.session.get_one(Resource, bergen.fjord.id)
        made = book(fjord, alice, NINE, NINE + timedelta(hours=1), by=alice)
        db.session.commit()
        return made.id


def test_each_figure_leads_to_its_list(bergen: House, browse: As, meeting: UUID, monday: time_machine.Traveller) -> None:
    siri = browse(bergen, bergen.siri)
    day = siri.get("/desk/").text
    for show in ("expected", "late"):
        answer = siri.get(f"/desk/bookings?day=2026-11-30&location=house&show={show}")
        assert ("<bdi>Alice Kvartal</bdi>" in answer.text) is (show == "expected")
    assert "/desk/bookings?day=2026-11-30&amp;location=house&amp;show=expected" in day
    monday.move_to(NINE + timedelta(minutes=20))
    assert "<bdi>Alice Kvartal</bdi>" in siri.get("/desk/bookings?show=late").text
    siri.post(f"/desk/bookings/{meeting}/check-in")
    assert "<bdi>Alice Kvartal</bdi>" not in siri.get("/desk/bookings?show=expected").text
    assert "<bdi>Alice Kvartal</bdi>" in siri.get("/desk/bookings").text


def test_a_rooms_day_lists_what_is_free_too(bergen: House, browse: As, meeting: UUID) -> None:
    page = browse(bergen, bergen.siri).get("/desk/bookings?room=fjord").text
    assert "Book Fjord, free 10:00 to 20:00" in page
    assert "from=10:00" in page
    assert "Book Fjord" not in browse(bergen, bergen.arne).get("/desk/bookings?room=fjord").text


@pytest.mark.parametrize("query", ["day=never", "day=2026-02-30", "location=castle", "show=all%00", "day=&location=&show="])
def test_a_list_that_can_not_be_read_is_today(bergen: House, browse: As, meeting: UUID, query: str) -> None:
    assert "Alice Kvartal" in browse(bergen, bergen.siri).get(f"/desk/bookings?{query}").text


def test_no_list_of_another_house_or_for_members(bergen: House, nantes: House, browse: As, meeting: UUID) -> None:
    assert browse(bergen, bergen.siri).get("/desk/bookings?room=castle").status_code == 404
    assert "Alice Kvartal" not in browse(nantes, nantes.siri).get("/desk/bookings?day=2026-11-30").text
    assert browse(bergen, bergen.alice).get("/desk/bookings").status_code == 403


def test_the_board_answers_a_poll_only_when_it_changed(bergen: House, browse: As, meeting: UUID) -> None:
    siri = browse(bergen, bergen.siri)
    poll = re.search(r'hx-get="(/desk/\?[^"]*v=\w+)"', siri.get("/desk/").text)
    assert poll is not None
    address = poll[1].replace("&amp;", "&")
    assert siri.get(address, headers={"HX-Request": "true"}).status_code == 204
    siri.post(f"/desk/bookings/{meeting}/check-in")
    changed = siri.get(address, headers={"HX-Request": "true"})
    assert changed.status_code == 200
    assert "<h1" not in changed.text


@pytest.mark.parametrize("path", ["/desk/", "/desk/bookings"])
def test_questions_to_the_database_do_not_grow(app: Flask, bergen: House, browse: As, meeting: UUID, path: str) -> None:
    siri = browse(bergen, bergen.siri)
    with counting(app) as few:
        siri.get(path)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        alice = db.session.get_one(Person, bergen.alice.id)
        for number in range(30):
            room = Resource(location_id=bergen.location.id, kind=Kind.MEETING_ROOM.value, slug=f"room-{number}", name=f"Room {number}", capacity=4)
            db.session.add(room)
            db.session.flush()
            block(room, NINE, NINE + timedelta(hours=1), "Painting", alice)
        db.session.commit()
    with counting(app) as many:
        assert "Room 29" in siri.get(path).text or path != "/desk/"
    assert len(many) == len(few) <= 10


def test_a_block_of_many_weeks_stays_on_the_board(app: Flask, bergen: House, browse: As) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        fjord, siri = db.session.get_one(Resource, bergen.fjord.id), db.session.get_one(Person, bergen.siri.id)
        block(fjord, MONDAY - timedelta(days=40), MONDAY + timedelta(days=40), "Rebuilding", siri)
        db.session.commit()
    assert "Rebuilding" in browse(bergen, bergen.siri).get("/desk/").text


def test_a_nearest_free_time_is_taken_with_all_that_was_typed(app: Flask, bergen: House, browse: As, meeting: UUID) -> None:
    siri = browse(bergen, bergen.siri)
    clash = siri.post("/desk/bookings", data=form(**{"from": "09:00", "to": "10:00", "title": "Budget"}))
    assert clash.status_code == 409
    pick = re.findall(r'name="pick" value="([^"]+)"', clash.text)[0]
    again = siri.post("/desk/bookings", data=form(**{"from": "09:00", "to": "10:00", "title": "Budget", "pick": pick}))
    assert again.status_code == 200
    for kept in ("Nora Ny", "nora@example.org", "Budget"):
        assert kept in again.text
    _room, _day, start, end = pick.split("|")
    assert f'name="from" value="{start}"' in again.text
    assert f'name="to" value="{end}"' in again.text
    assert len(rows(app, bergen)) == 1


@pytest.mark.parametrize("pick", ["", "|", "a|b|c|d|e", "\x00|||"])
def test_a_pick_that_can_not_be_read_does_no_harm(app: Flask, bergen: House, browse: As, pick: str) -> None:
    assert browse(bergen, bergen.siri).post("/desk/bookings", data=form(step="price", pick=pick)).status_code == 200
    assert rows(app, bergen) == []


def test_a_move_that_clashes_offers_times_that_work(app: Flask, bergen: House, browse: As, meeting: UUID) -> None:
    siri = browse(bergen, bergen.siri)
    siri.post("/desk/bookings", data=form())
    refused = siri.post(f"/desk/bookings/{meeting}/move", data={"room": "fjord", "day": "2026-11-30", "from": "11:00", "to": "12:00"})
    assert refused.status_code == 409
    first = refused.text[refused.text.index("Closest free times:") :]
    wish = dict(re.findall(r'type="hidden" name="(room|day|from|to)" value="([^"]+)"', first)[:4])
    assert siri.post(f"/desk/bookings/{meeting}/move", data=wish).status_code == 303


def test_the_only_one_found_is_chosen(bergen: House, browse: As) -> None:
    page = browse(bergen, bergen.siri).post("/desk/bookings", data={"step": "search", "q": "alice"}).text
    assert f'value="{bergen.alice.id}" checked' in page


def test_the_desk_is_warned_of_rules_that_it_may_break(app: Flask, bergen: House, browse: As) -> None:
    siri = browse(bergen, bergen.siri)
    early = {"from": "06:00", "to": "06:15"}
    page = siri.post("/desk/bookings", data=form(step="price", **early)).text
    assert "Kvartal house is not open all of that time" in page
    assert "The shortest booking is 30\u00a0min" in page or "The shortest booking is 30 min" in page
    assert "Outside the ordinary rules" not in siri.post("/desk/bookings", data=form(step="price")).text
    assert siri.post("/desk/bookings", data=form(**early)).status_code == 303


def test_an_address_of_a_closed_account_is_refused_at_the_field(app: Flask, bergen: House, browse: As) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.execute(sa.update(Person).where(Person.id == bergen.bob.id).values(closed_at=clock.now()))
        db.session.commit()
    answer = browse(bergen, bergen.siri).post("/desk/bookings", data=form(email="bob@kvartal.example"))
    assert answer.status_code == 422
    assert 'id="f-email-error"' in answer.text
