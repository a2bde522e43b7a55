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


@pytest.mark.parametrize(("start", "offered"), [(8.5, False), (8.25, True), (8, True), (7.5, True)])
def test_who_is_here_checks_in_from_a_quarter_of_an_hour_before(app: Flask, browse, bergen: House, booked: Book, start: float, offered: bool) -> None:
    booked(bergen.fjord, bergen.alice, start, 10)
    alice = browse(bergen, bergen.alice)
    home = alice.get("/home").text
    page = re.findall(r"/bookings/[0-9a-f-]{36}", home)[0]
    for shown in (home, alice.get(page).text):
        assert (f'action="{page}/check-in"' in shown) is offered
        assert (f'href="{page}/cancellation"' in shown) is (start > 8), "what has begun is not cancelled"
    answer = alice.post(f"{page}/check-in", data={"next": "/home"})
    if not offered:
        assert answer.status_code == 422
        assert "Check in from 15 minutes before the start" in answer.text
        return
    assert (answer.status_code, answer.location) == (303, "/home")
    home = alice.get("/home").text
    assert "You are checked in to Fjord." in home
    assert "Checked in 08:00" in home
    assert "/check-in" not in home, "nobody takes it back"
    with time_machine.travel(MONDAY + timedelta(minutes=30), tick=False):
        assert alice.post(f"{page}/check-in", data={"next": "//evil.example"}).location == page
        assert "Checked in 08:00" in alice.get(page).text, "the first time counts"
    assert "Checked in 08:00" in browse(bergen, bergen.siri).get(f"/desk{page}").text


def test_nobody_checks_in_late_cancelled_or_for_another(app: Flask, browse, bergen: House, booked: Book) -> None:
    booked(bergen.fjord, bergen.alice, 8, 9)
    alice = browse(bergen, bergen.alice)
    page = re.findall(r"/bookings/[0-9a-f-]{36}", alice.get("/home").text)[0]
    assert browse(bergen, bergen.bob).post(f"{page}/check-in").status_code == 404
    with time_machine.travel(MONDAY + timedelta(hours=1), tick=False):
        late = alice.post(f"{page}/check-in")
        assert late.status_code == 422
        assert "This booking is over" in late.text
        assert browse(bergen, bergen.siri).post(f"/desk{page}/check-in").status_code == 303, "the desk knows who came"
    booked(bergen.vidde, bergen.bob, 8, 9, state=State.CANCELLED)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        gone = db.session.scalar(sa.select(Booking.id).where(Booking.state == State.CANCELLED.value))
    assert browse(bergen, bergen.bob).post(f"/bookings/{gone}/check-in").status_code == 422
