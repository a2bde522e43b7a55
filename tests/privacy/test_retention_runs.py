"""The nightly run: what it takes, what it leaves, and how it goes on."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from coworking.bookings.models import Booking, BookingGuest
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.enquiries.models import Enquiry
from coworking.people.models import Person
from coworking.privacy import holds, retention_jobs
from coworking.privacy.models import LegalHold, Occupancy, PageCount, PolicyVersion, RetentionRun
from coworking.privacy.register import ENTRIES
from coworking.privacy.retention import days, until
from tests.cast import MONDAY, House
from tests.privacy.past import booked, booking, people

pytestmark = pytest.mark.usefixtures("eight_on_monday")
TODAY = date(2026, 11, 30)
A_YEAR_AGO = TODAY - timedelta(days=366)


def _run(on: date = TODAY) -> dict[str, int]:
    """The run of a day; what it says that it removed."""
    with time_machine.travel(clock.at_wall(on, 120, "Europe/Oslo"), tick=False):
        assert retention_jobs.forget()
        run = retention_jobs.last_run()
        assert run is not None and run.day == on and run.finished_at is not None
        return dict(run.removed)


def _left(model: type) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


@pytest.mark.proves("W2G-14")
def test_bookings_go_after_a_year_and_a_day_and_leave_how_full_the_house_was(inside: House) -> None:
    for hour, person in enumerate(people(inside, 5), 9):
        booked(inside, person, A_YEAR_AGO, hour)
        booked(inside, person, A_YEAR_AGO + timedelta(days=1), hour)
    db.session.commit()
    assert _run()["booking"] == 5
    assert {booking.starts_at.date() for booking in db.session.scalars(sa.select(Booking))} == {A_YEAR_AGO + timedelta(days=1)}
    assert [(each.starts_on, each.bookings) for each in db.session.scalars(sa.select(Occupancy).where(Occupancy.bookings > 0))] == [(A_YEAR_AGO, 5)]


@pytest.mark.proves("CWL-15")
def test_a_message_goes_three_years_after_it_was_closed_and_an_open_one_stays(inside: House) -> None:
    past = clock.now() - timedelta(days=4 * 365)
    for closed in (past, None):
        db.session.add(Enquiry(name="Gro", email="gro@example.com", message="Hei", locale="nb", created_at=past, closed_at=closed))
    db.session.commit()
    assert _run() == {"enquiry": 1}
    assert db.session.scalars(sa.select(Enquiry)).one().closed_at is None


@pytest.mark.proves("W2G-29")
def test_what_a_hold_covers_stays_until_it_ends_and_goes_with_the_next_run(inside: House) -> None:
    alice, olga = db.session.get_one(Person, inside.alice.id), db.session.get_one(Person, inside.olga.id)
    mine = booked(inside, alice, A_YEAR_AGO)
    booked(inside, db.session.get_one(Person, inside.bob.id), A_YEAR_AGO, 11)
    hold = holds.place(alice, ["booking.time"], "A claim", ends_on=TODAY + timedelta(days=30), review_on=TODAY + timedelta(days=9), by=olga)
    db.session.commit()
    assert "A claim" in db.session.scalars(sa.select(OutboxMail.text).where(OutboxMail.to == "alice@kvartal.example")).one()
    assert _run() == {"booking": 1}
    assert db.session.scalars(sa.select(Booking.id)).all() == [mine.id]
    assert _run(hold.ends_on) == {}
    assert _run(hold.ends_on + timedelta(days=1))["booking"] == 1


@pytest.mark.proves("W2G-29")
def test_a_hold_that_was_ended_early_lets_go_at_the_next_run(inside: House) -> None:
    alice, olga = db.session.get_one(Person, inside.alice.id), db.session.get_one(Person, inside.olga.id)
    booked(inside, alice, A_YEAR_AGO)
    hold = holds.place(alice, ["booking.person"], "A claim", ends_on=TODAY + timedelta(days=300), review_on=TODAY, by=olga)
    db.session.commit()
    assert _run() == {}
    holds.end(db.session.get_one(LegalHold, hold.id))
    db.session.commit()
    assert _run(TODAY + timedelta(days=1))["booking"] == 1


def test_a_held_guest_keeps_the_booking_and_an_unheld_one_goes(inside: House) -> None:
    alice, olga = db.session.get_one(Person, inside.alice.id), db.session.get_one(Person, inside.olga.id)
    start = clock.at_wall(A_YEAR_AGO, 600, "Europe/Oslo")
    held = booking(inside.fjord, db.session.get_one(Person, inside.bob.id), start, guest=alice.email)
    booking(inside.vidde, db.session.get_one(Person, inside.bob.id), start, guest="gro@example.com")
    holds.place(alice, ["guest.email"], "A claim", ends_on=TODAY + timedelta(days=300), review_on=TODAY, by=olga)
    db.session.commit()
    _run()
    assert db.session.scalars(sa.select(Booking.id)).all() == [held.id]
    assert db.session.scalars(sa.select(BookingGuest.email)).all() == [alice.email]


def test_the_operator_s_choice_counts_once_the_policy_that_says_so_does(inside: House) -> None:
    """And only from then on, within what the register allows."""
    entries = [{"key": key, "retention": {"days": 60}} for key in ENTRIES if key.startswith("booking.")]
    later = TODAY + timedelta(days=30)
    db.session.add(
        PolicyVersion(number=1, facts={"entries": entries}, pages={}, hash="x", material=False, effective_on=later, published_at=clock.now())
    )
    booked(inside, db.session.get_one(Person, inside.alice.id), TODAY - timedelta(days=100))
    db.session.commit()
    assert days("booking.time", inside.operator.id, TODAY) == 365
    assert days("booking.time", inside.operator.id, later) == 60
    assert days("invoice.record", inside.operator.id, later) is None
    assert _run(later - timedelta(days=1)) == {}
    assert _run(later)["booking"] == 1


def test_a_title_with_a_shorter_time_is_emptied_before_its_booking_goes(inside: House) -> None:
    db.session.add(
        PolicyVersion(
            number=1, facts={"entries": [{"key": "booking.title", "retention": {"days": 30}}]}, pages={}, hash="x", material=False, effective_on=TODAY
        )
    )
    alice = db.session.get_one(Person, inside.alice.id)
    old, young = booked(inside, alice, TODAY - timedelta(days=31)), booked(inside, alice, TODAY - timedelta(days=30))
    db.session.commit()
    assert _run() == {"booking": 1}
    assert [db.session.get_one(Booking, each.id).title for each in (old, young)] == ["", "Board"]


def test_a_run_that_has_no_time_left_goes_on_and_ends_with_the_same_sums(inside: House) -> None:
    for n in range(6):
        booked(inside, db.session.get_one(Person, inside.alice.id), A_YEAR_AGO - timedelta(days=n))
    db.session.commit()
    piece, retention_jobs.AT_ONCE = retention_jobs.AT_ONCE, 2
    try:
        with time_machine.travel(clock.at_wall(TODAY, 120, "Europe/Oslo"), tick=False):
            assert [retention_jobs.forget(seconds=-1) for _ in range(4)] == [False, False, False, True]
            retention_jobs.forget()
    finally:
        retention_jobs.AT_ONCE = piece
    run = db.session.scalars(sa.select(RetentionRun)).one()
    assert (run.removed, _left(Booking)) == ({"booking": 6}, 0)


def test_each_house_runs_on_its_own_day_once(inside: House, nantes: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(retention_jobs, "enqueue", lambda _name: asked.append(tenancy.current_operator_id()))
    retention_jobs.start()
    assert set(asked) == {inside.operator.id, nantes.operator.id}
    asked.clear()
    _run()
    retention_jobs.start()
    assert asked == [nantes.operator.id]


def test_nothing_of_another_house_goes(inside: House, nantes: House) -> None:
    with tenancy.acting_for(nantes.operator.id):
        booking(nantes.fjord, db.session.get_one(Person, nantes.alice.id), MONDAY - timedelta(days=900))
        db.session.commit()
    assert _run() == {}
    with tenancy.acting_for(nantes.operator.id):
        assert _left(Booking) == 1


def test_counts_of_pages_and_of_runs_go_too(inside: House) -> None:
    for months in (24, 26):
        db.session.add(PageCount(day=TODAY - timedelta(days=months * 31), page="site.home", count=9))
    db.session.add(RetentionRun(day=TODAY - timedelta(days=500), finished_at=clock.now()))
    db.session.commit()
    assert _run() == {"page_count": 1, "retention_run": 1}


def test_until_when_something_stays_can_be_said(inside: House) -> None:
    assert until("booking.time", clock.now()) == TODAY + timedelta(days=366)
    assert until("invoice.record", TODAY) == date(2032, 1, 1)
    assert until("person.name", TODAY) is None
