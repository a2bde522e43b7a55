"""What people get by mail, and what their calendar makes of it."""

from datetime import UTC, timedelta
from typing import Any

import icalendar
import pytest
import recurring_ical_events
import sqlalchemy as sa
import time_machine

from coworking.bookings import ics, jobs
from coworking.bookings.booking import book, cancel, invite, move
from coworking.bookings.guests import Guest
from coworking.bookings.models import Booking
from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.people.models import Person
from coworking.spaces.models import Location, Resource
from tests.bookings.helpers import TUESDAY, at
from tests.cast import House
from tests.core.work import until, worker

pytestmark = pytest.mark.usefixtures("eight_on_monday")


@pytest.fixture
def booking(inside: House) -> Booking:
    alice, fjord = db.session.get_one(Person, inside.alice.id), db.session.get_one(Resource, inside.fjord.id)
    alice.locale = "en"
    return book(fjord, alice, at(10), at(11.5), by=alice, title="Planning", guests=[Guest("kari@example.com")])


def _told(booking: Booking, what: str, **more: object) -> list[OutboxMail]:
    """The mails of one job, newest last."""
    before = set(db.session.scalars(sa.select(OutboxMail.id)))
    jobs.tell(str(booking.id), what, **more)  # type: ignore[arg-type]
    db.session.flush()
    return [mail for mail in db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)) if mail.id not in before]


def _event(mail: OutboxMail) -> Any:
    [file] = mail.attachments
    calendar = icalendar.Calendar.from_ical(file.data)
    assert f"method={calendar['METHOD']}" in file.content_type
    [event] = calendar.walk("VEVENT")
    return event


def test_the_confirmation_says_when_where_and_what_it_costs(booking: Booking) -> None:
    [mail] = _told(booking, "booked")
    assert mail.to == "alice@kvartal.example"
    assert mail.subject == "Booked: Fjord, Tue 1 Dec, 10:00–11:30"
    for body in (mail.text, mail.html.replace("&nbsp;", "\u00a0")):
        assert "Tue 1 Dec, 10:00–11:30" in body
        assert "420\u00a0kr" in body
        assert "Cancel free of charge until Mon 30 Nov, 10:00." in body
        assert f"http://kvartal.localhost:8000/bookings/{booking.id}" in body


def test_a_calendar_shows_the_booking_at_its_moment(booking: Booking) -> None:
    [mail] = _told(booking, "booked")
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(mail.attachments[0].data)).at(TUESDAY)
    assert [(event.start, event.end) for event in found] == [(booking.starts_at, booking.ends_at)]
    event = _event(mail)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (str(booking.id), 0, "CONFIRMED")
    assert event["DTSTART"].params["TZID"] == "Europe/Oslo"
    assert "BEGIN:VTIMEZONE" in mail.attachments[0].data.decode()


def test_moving_and_cancelling_change_the_same_entry(booking: Booking) -> None:
    before = [booking.starts_at.isoformat(), booking.ends_at.isoformat(), "Fjord"]
    move(booking, booking.resource, at(13), at(14), by=booking.person)  # type: ignore[arg-type]
    to_alice, to_kari = _told(booking, "moved", before=before)
    assert "Before, it was Fjord, Tue 1 Dec, 10:00–11:30." in to_alice.text
    assert to_kari.subject == "New time: Fjord, Tue 1 Dec, 13:00–14:00"
    assert "kr" not in to_kari.text
    cancel(booking, by=booking.person)  # type: ignore[arg-type]
    gone_alice, gone_kari = _told(booking, "cancelled")
    assert gone_alice.subject == "Cancelled: Fjord, Tue 1 Dec, 13:00–14:00"
    events = [_event(mail) for mail in (to_alice, to_kari, gone_alice, gone_kari)]
    assert {str(event["UID"]) for event in events} == {str(booking.id)}
    assert [event["SEQUENCE"] for event in events] == [1, 1, 2, 2]
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED", "CANCELLED"]
    assert str(events[3]["ATTENDEE"]) == "mailto:kari@example.com"


def test_a_guest_learns_time_and_place_and_not_the_price(booking: Booking) -> None:
    [guest] = booking.guests
    [mail] = _told(booking, "invited", guest_id=str(guest.id))
    assert (mail.to, mail.subject) == ("kari@example.com", "Invitation: Fjord, Tue 1 Dec, 10:00–11:30")
    assert "Alice Kvartal expects you" in mail.text
    assert "kr" not in mail.text
    assert "/bookings/" not in mail.text + mail.html + mail.attachments[0].data.decode()


@pytest.mark.parametrize(
    "title", ["A\r\nATTENDEE:mailto:evil@example.com", "B\nBEGIN:VALARM", "C;VALUE=x,y:z\\n", '"quoted"', "\u2028\u0085D", "é" * 119]
)
def test_nothing_typed_starts_a_line_of_its_own_in_a_calendar(booking: Booking, title: str) -> None:
    booking.title = title
    person = booking.person
    assert person is not None
    person.name = title[:60]
    data = ics.calendar(booking, ics.Method.REQUEST, (title, "hello@kvartal.example"), "http://x/", (title, "a@example.com"))
    calendar = icalendar.Calendar.from_ical(data)
    [event] = calendar.walk("VEVENT")
    assert not calendar.walk("VALARM")
    assert str(event["ATTENDEE"]) == "mailto:a@example.com"
    assert ics.one_line(title) in str(event["SUMMARY"])
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [
        ("Europe/Oslo", "2026-10-25", 2.5),
        ("Europe/Oslo", "2026-03-29", 1.5),
        ("Europe/London", "2026-10-25", 1.5),
        ("America/New_York", "2026-11-01", 1.5),
        ("Australia/Lord_Howe", "2027-04-04", 1.75),
        ("Africa/Casablanca", "2026-02-15", 2.5),
    ],
)
@pytest.mark.parametrize("later", [0, 60])
def test_times_around_a_clock_change_read_back_as_the_same_moment(booking: Booking, zone: str, day: str, hour: float, later: int) -> None:
    booking.resource.location = Location(zone=zone, name="House", street="1", postcode="2", city="3")
    booking.starts_at = at(hour, type(TUESDAY).fromisoformat(day), zone) + timedelta(minutes=later)
    booking.ends_at = booking.starts_at + timedelta(hours=1)
    with db.session.no_autoflush:
        event: Any = icalendar.Calendar.from_ical(ics.calendar(booking, ics.Method.PUBLISH, ("K", "k@example.com"))).walk("VEVENT")[0]
        # Python never calls an ambiguous wall time equal to a moment of another zone (PEP 495): compare in UTC.
        assert event.start.astimezone(UTC) == booking.starts_at
        assert event.end.astimezone(UTC) == booking.ends_at
        db.session.rollback()


def test_every_change_is_told_after_the_answer(app, bergen: House) -> None:
    with time_machine.travel("2026-11-30T07:00:00+00:00", tick=True):
        with app.test_request_context(), tenancy.acting_for(bergen.operator.id):
            alice, fjord = db.session.get_one(Person, bergen.alice.id), db.session.get_one(Resource, bergen.fjord.id)
            made = book(fjord, alice, at(10), at(11), by=alice)
            invite(made, [Guest("kari@example.com")])
            db.session.commit()

        def told() -> bool:
            with app.app_context(), tenancy.across_operators():
                return db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) == 2

        with worker(app):
            until(told)
