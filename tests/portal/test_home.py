"""A member's home: what is next, and what they usually book, one press away."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.bookings.models import Booking, BookingGuest, State
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.spaces.models import Resource
from tests.cast import MONDAY, House

Book = Callable[..., None]
TODAY = MONDAY.date()
FRIDAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def eight_on_monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def booked(app: Flask, bergen: House) -> Book:
    """Writes a booking in hours of the wall."""

    def write(
        resource: Resource, person: Person, start: float, end: float, day: date = TODAY, guests: int = 0, state: State = State.CONFIRMED
    ) -> None:
        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            starts_at, ends_at = (clock.at_wall(day, int(hour * 60), "Europe/Oslo") for hour in (start, end))
            booking = Booking(
                resource_id=resource.id, person_id=person.id, starts_at=starts_at, ends_at=ends_at, held_until=ends_at, currency="NOK", state=state.value,
                guests=[BookingGuest(email=f"guest{number}@example.org") for number in range(guests)],
            )  # fmt: skip
            db.session.add(booking)
            db.session.commit()

    return write


def test_a_stranger_is_asked_to_sign_in(browse, bergen: House) -> None:
    answer = browse(bergen).get("/home")
    assert answer.status_code in {302, 303}
    assert "/sign-in" in answer.headers["Location"]


def test_a_new_person_sees_what_to_do(browse, bergen: House) -> None:
    text = browse(bergen, bergen.alice).get("/home").text
    assert "Good morning, Alice" in text
    assert "Nothing booked yet" in text
    assert "Book again" not in text


def test_the_next_booking_comes_first_with_the_day_around_it(browse, bergen: House, booked: Book) -> None:
    booked(bergen.vidde, bergen.alice, 14, 15)
    booked(bergen.fjord, bergen.alice, 9, 10.5, guests=2)
    booked(bergen.fjord, bergen.bob, 12, 13)
    booked(bergen.vidde, bergen.alice, 11, 12, state=State.CANCELLED)
    text = browse(bergen, bergen.alice).get("/home").text
    assert re.search(r'id="next-t"><a [^>]*>Fjord, 09:00–10:30', text)
    assert "In 1 h" in text
    assert "you and 2 guests" in text
    assert "Fjord, 09:00–10:30; Vidde, 14:00–15:00" in text
    assert "14:00–15:00, Kvartal house" in text
    assert "12:00–13:00" not in text, "somebody else's"
    assert "11:00–12:00" not in text, "cancelled"


def test_what_is_going_on_counts_as_next(browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.alice, 7.5, 9)
    assert "Now, until 09:00" in browse(bergen, bergen.alice).get("/home").text


def test_book_again_proposes_the_usual_time_and_one_press_books_it(app: Flask, browse, bergen: House, booked: Book) -> None:
    for weeks in (1, 2):
        booked(bergen.fjord, bergen.alice, 10, 11.5, day=FRIDAY - timedelta(weeks=weeks))
    booked(bergen.vidde, bergen.alice, 9, 10, day=FRIDAY)
    booked(bergen.fjord, bergen.bob, 11, 12)
    client = browse(bergen, bergen.alice)
    text = client.get("/home").text
    assert "Fjord, 1 h 30" in text
    assert "Tue 1 Dec, 10:00–11:30" in text, "today Bob is in the way"
    assert "Mon 30 Nov, 09:00–10:00" in text
    form = text[text.index('action="/rooms/fjord/bookings"') :]
    values = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    assert client.post("/rooms/fjord/bookings", data=values).status_code == 303
    with app.app_context(), tenancy.across_operators():
        latest = db.session.scalars(sa.select(Booking).order_by(Booking.starts_at.desc())).first()
        assert latest is not None
        assert latest.starts_at == clock.at_wall(date(2026, 12, 1), 600, "Europe/Oslo")
    assert "Tue 1 Dec, 10:00–11:30" not in client.get("/home").text.partition("Book again")[2].partition("Coming up")[0], "it is theirs now"


def test_somebody_elses_habits_stay_theirs(browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.bob, 10, 12, day=FRIDAY)
    assert "Book again" not in browse(bergen, bergen.alice).get("/home").text


def test_a_greeting_follows_the_persons_own_wall(app: Flask, browse, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.get_one(Person, bergen.alice.id).zone = "Asia/Tokyo"
        db.session.commit()
    assert "Good afternoon, Alice" in browse(bergen, bergen.alice).get("/home").text
