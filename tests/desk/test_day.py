"""The desk's day: who comes, who is late, what is free, and what is booked, moved, cancelled or blocked from there."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.bookings.booking import book
from coworking.bookings.models import Booking, State
from coworking.core import tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.spaces.models import Resource
from tests.cast import MONDAY, House
from tests.conftest import As

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


def rows(app: Flask, house: House) -> list[Booking]:
    """Every booking of the house that holds its time."""
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return list(db.session.scalars(sa.select(Booking).where(Booking.state == State.CONFIRMED.value).order_by(Booking.starts_at, Booking.unit)))


def form(**other: Any) -> dict[str, Any]:
    """A booking for a new person as a browser sends it."""
    return {
        "room": "fjord",
        "day": "2026-11-30",
        "from": "11:00",
        "to": "12:00",
        "person": "new",
        "name": "Nora Ny",
        "email": "nora@example.org",
        **other,
    }


def test_the_day_shows_who_has_what_and_offers_what_is_free(bergen: House, browse: As, meeting: UUID) -> None:
    page = browse(bergen, bergen.siri).get("/desk/").text
    assert "Alice Kvartal" in page
    assert f"/desk/bookings/{meeting}" in page
    assert "Book Fjord, free 10:00 to 20:00" in page


@pytest.mark.parametrize("query", ["day=2026-13-40", "day=%00", "location=nowhere", "day=9999-12-31", "day=0001-01-01", "v=x"])
def test_a_day_that_can_not_be_read_is_today(bergen: House, browse: As, query: str) -> None:
    assert browse(bergen, bergen.siri).get(f"/desk/?{query}").status_code == 200


def test_members_have_no_desk(bergen: House, browse: As) -> None:
    assert browse(bergen, bergen.alice).get("/desk/").status_code == 403


def test_a_board_that_did_not_change_is_not_sent_again(bergen: House, browse: As, meeting: UUID) -> None:
    siri = browse(bergen, bergen.siri)
    page = siri.get("/desk/").text
    poll = page.split('id="board" hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert siri.get(poll, headers={"HX-Request": "true"}).status_code == 204
    siri.post(f"/desk/bookings/{meeting}/check-in")
    assert siri.get(poll, headers={"HX-Request": "true"}).status_code == 200


def test_whoever_has_not_come_is_on_top_until_checked_in(bergen: House, browse: As, meeting: UUID, monday: time_machine.Traveller) -> None:
    monday.move_to(NINE + timedelta(minutes=20))
    siri = browse(bergen, bergen.siri)
    assert "Alice Kvartal has not checked in to Fjord." in siri.get("/desk/").text
    assert siri.post(f"/desk/bookings/{meeting}/check-in").status_code == 303
    assert "has not checked in" not in siri.get("/desk/").text


def test_the_desk_books_for_somebody_new(app: Flask, bergen: House, browse: As) -> None:
    answer = browse(bergen, bergen.siri).post("/desk/bookings", data=form())
    assert answer.status_code == 303
    made = rows(app, bergen)[0]
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.get_one(Person, made.person_id).email == "nora@example.org"


def test_the_desk_books_for_a_member_found_by_search(app: Flask, bergen: House, browse: As) -> None:
    siri = browse(bergen, bergen.siri)
    assert "alice@kvartal.example" in siri.get("/desk/bookings/new?q=alice").text
    assert siri.post("/desk/bookings", data=form(person=str(bergen.alice.id))).status_code == 303
    assert rows(app, bergen)[0].person_id == bergen.alice.id


def test_sending_the_form_twice_books_once(app: Flask, bergen: House, browse: As) -> None:
    siri = browse(bergen, bergen.siri)
    for _time in range(2):
        assert siri.post("/desk/bookings", data=form(form_key="one-form")).status_code == 303
    assert len(rows(app, bergen)) == 1


def test_the_price_is_shown_before_booking(bergen: House, browse: As) -> None:
    page = browse(bergen, bergen.siri).get("/desk/bookings/new?room=fjord&day=2026-11-30&from=11:00&to=12:00").text
    assert "350\u00a0kr" in page


def test_a_clash_keeps_what_was_typed_and_says_what_is_free(app: Flask, bergen: House, browse: As, meeting: UUID) -> None:
    answer = browse(bergen, bergen.siri).post("/desk/bookings", data=form(**{"from": "09:30", "to": "10:30"}))
    assert answer.status_code == 409
    assert "Fjord is taken then." in answer.text
    assert "Closest free times:" in answer.text
    assert "Nora Ny" in answer.text
    assert "nora@example.org" in answer.text
    assert len(rows(app, bergen)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("room", ""), ("room", "castle"), ("room", "\x00"), ("day", ""), ("day", "tomorrow"), ("day", "2026-02-30"), ("from", ""), ("from", "25:99"), ("from", "🕘"),
        ("to", "10:00"), ("to", str(2**63)), ("person", "not-an-id"), ("person", "00000000-0000-7000-8000-000000000000"), ("name", ""), ("name", "\x00"), ("email", ""),
        ("email", "nora@"), ("email", "x" * 300 + "@example.org"), ("email", "nora@example.org\r\nBcc: all@example.org\r\n x"),
    ],
)  # fmt: skip
def test_a_form_that_can_not_be_kept_is_sent_back(app: Flask, bergen: House, browse: As, field: str, value: str) -> None:
    answer = browse(bergen, bergen.siri).post("/desk/bookings", data=form(**{field: value}))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert rows(app, bergen) == []


def test_another_houses_person_and_booking_do_not_exist_here(bergen: House, nantes: House, browse: As, meeting: UUID) -> None:
    front_desk = browse(nantes, nantes.siri)
    assert front_desk.post("/desk/bookings", data=form(person=str(bergen.alice.id))).status_code == 422
    for path in (f"/desk/bookings/{meeting}", f"/desk/people/{bergen.alice.id}"):
        assert front_desk.get(path).status_code == 404
    for noun in ("check-in", "cancellation", "move", "unblocking"):
        assert front_desk.post(f"/desk/bookings/{meeting}/{noun}").status_code == 404


def test_the_desk_moves_and_cancels(app: Flask, bergen: House, browse: As, meeting: UUID) -> None:
    siri = browse(bergen, bergen.siri)
    assert siri.post(f"/desk/bookings/{meeting}/move", data={"room": "vidde", "day": "2026-11-30", "from": "13:00", "to": "14:00"}).status_code == 303
    assert rows(app, bergen)[0].resource_id == bergen.vidde.id
    assert siri.post(f"/desk/bookings/{meeting}/cancellation").status_code == 303
    assert rows(app, bergen) == []


def test_a_move_onto_somebody_elses_time_is_refused(app: Flask, bergen: House, browse: As, meeting: UUID) -> None:
    siri = browse(bergen, bergen.siri)
    siri.post("/desk/bookings", data=form())
    answer = siri.post(f"/desk/bookings/{meeting}/move", data={"room": "fjord", "day": "2026-11-30", "from": "11:30", "to": "12:30"})
    assert answer.status_code == 409
    assert rows(app, bergen)[0].starts_at == NINE


def test_a_block_takes_a_room_out_and_can_be_lifted(app: Flask, bergen: House, browse: As) -> None:
    siri = browse(bergen, bergen.siri)
    block = {"room": "fjord", "reason": "Painting", "day": "2026-11-30", "from": "00:00", "until": "2026-12-01", "to": "24:00"}
    assert siri.post("/desk/blocks", data=block).status_code == 303
    assert siri.post("/desk/bookings", data=form()).status_code == 409
    assert "Painting" not in browse(bergen).get("/rooms/fjord").text
    assert siri.post(f"/desk/bookings/{rows(app, bergen)[0].id}/unblocking").status_code == 303
    assert rows(app, bergen) == []


def test_a_block_over_a_booking_is_refused(app: Flask, bergen: House, browse: As, meeting: UUID) -> None:
    block = {"room": "fjord", "reason": "Painting", "day": "2026-11-30", "from": "09:30", "to": "12:00"}
    assert browse(bergen, bergen.siri).post("/desk/blocks", data=block).status_code == 409
    assert len(rows(app, bergen)) == 1


def test_an_area_is_blocked_desk_by_desk(app: Flask, bergen: House, browse: As) -> None:
    browse(bergen, bergen.siri).post("/desk/blocks", data={"room": "desks", "reason": "Floor", "day": "2026-11-30", "from": "09:00", "to": "12:00"})
    assert [row.unit for row in rows(app, bergen)] == [0, 1, 2]


def test_an_accountant_sees_the_day_and_changes_nothing(app: Flask, bergen: House, browse: As, meeting: UUID) -> None:
    arne = browse(bergen, bergen.arne)
    assert arne.get("/desk/").status_code == 200
    assert arne.post(f"/desk/bookings/{meeting}/cancellation").status_code == 403
    assert arne.post("/desk/bookings", data=form()).status_code == 403
    assert len(rows(app, bergen)) == 1
