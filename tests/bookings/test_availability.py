"""What is shown as free is free, nothing more is told, and a clock change moves nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from coworking.bookings.availability import is_free, next_free, outlook, taken
from coworking.bookings.booking import block, book
from coworking.bookings.choosing import a_clock, a_day
from coworking.bookings.refusals import RuleBroken
from coworking.bookings.rules import on_wall
from coworking.bookings.week import live_status, week
from coworking.core import clock
from coworking.core.db import db
from coworking.people.models import Person
from coworking.spaces.models import OpeningHours, Resource
from tests.bookings.helpers import TUESDAY, at
from tests.cast import MONDAY, House

pytestmark = pytest.mark.usefixtures("eight_on_monday")
WEEK = date(2026, 11, 30)


@pytest.fixture
def fjord(inside: House) -> Resource:
    return db.session.get_one(Resource, inside.fjord.id)


@pytest.fixture
def desks(inside: House) -> Resource:
    return db.session.get_one(Resource, inside.desks.id)


@pytest.fixture
def alice(inside: House) -> Person:
    return db.session.get_one(Person, inside.alice.id)


def _kinds(resource: Resource, day: date, viewer: Person | None = None, now: datetime = MONDAY) -> list[tuple[str, str, str]]:
    view = week(resource, WEEK, now, viewer.id if viewer else None).days[(day - WEEK).days]
    return [(cell.kind, cell.label, cell.end_label) for cell in view.cells if cell.kind != "free"]


def test_a_week_shows_open_taken_and_own_time(fjord: Resource, alice: Person) -> None:
    book(fjord, alice, at(10), at(11.5), by=alice)
    assert _kinds(fjord, TUESDAY) == [("closed", "00:00", "08:00"), ("taken", "10:00", "11:30"), ("closed", "20:00", "24:00")]
    assert _kinds(fjord, TUESDAY, alice)[1] == ("yours", "10:00", "11:30")
    view = week(fjord, WEEK, MONDAY)
    assert (view.from_quarter, view.to_quarter, view.now_quarter) == (32, 80, 32)
    assert [day.free for day in view.days] == [24, 21, 24, 24, 24, 0, 0]
    assert [day.is_open for day in view.days] == [True] * 5 + [False] * 2


def test_the_past_and_what_lies_beyond_the_horizon_cannot_be_chosen(fjord: Resource) -> None:
    fjord.horizon = 2
    noon = at(12.2, WEEK)
    assert ("past", "08:00", "12:00") in _kinds(fjord, WEEK, now=noon)
    assert ("later", "08:00", "20:00") in _kinds(fjord, date(2026, 12, 3), now=noon)
    assert not any(kind == "later" for kind, *_ in _kinds(fjord, date(2026, 12, 2), now=noon))


def test_a_free_cell_can_always_be_booked_and_a_taken_one_never(fjord: Resource, alice: Person) -> None:
    fjord.buffer = 15
    book(fjord, alice, at(10), at(11), by=alice)
    book(fjord, alice, at(14), at(15), by=alice)
    day = week(fjord, WEEK, MONDAY).days[1]
    for cell in day.cells:
        if cell.kind in {"free", "taken"}:
            for quarter in range(cell.quarter, cell.quarter + cell.length, 2):
                start = at(quarter / 4)
                assert is_free(fjord, start, start + timedelta(minutes=30)) == (cell.kind == "free"), cell


def test_an_area_counts_what_is_left(desks: Resource, alice: Person) -> None:
    for _ in range(2):
        book(desks, alice, at(9), at(10), by=alice)
    cells = {cell.label: (cell.kind, cell.left) for cell in week(desks, WEEK, MONDAY).days[1].cells}
    assert (cells["09:00"], cells["10:00"]) == (("free", 1), ("free", 3))
    book(desks, alice, at(9), at(10), by=alice)
    assert ("taken", "09:00", "10:00") in _kinds(desks, TUESDAY)


def test_a_block_that_began_weeks_ago_is_seen(fjord: Resource, alice: Person) -> None:
    block(fjord, at(8, date(2026, 10, 1)), at(12), "Floor", alice)
    assert ("taken", "08:00", "12:00") in _kinds(fjord, TUESDAY)


def test_right_now(fjord: Resource, alice: Person) -> None:
    book(fjord, alice, at(10), at(11), by=alice)
    seen = outlook([fjord], TUESDAY, TUESDAY)
    for hour, state, until in ((9, "free", 10), (10.5, "taken", 11), (11, "free", 20), (7, "closed", 8), (21, "closed", None)):
        status = live_status(fjord, at(hour), seen)
        assert (status.state, status.until) == (state, at(until) if until else None)


def test_the_next_free_times_are_on_the_steps_and_do_not_overlap(fjord: Resource, alice: Person) -> None:
    book(fjord, alice, at(8.5, WEEK), at(10, WEEK), by=alice)
    seen = outlook([fjord], WEEK, WEEK + timedelta(days=6))
    now = MONDAY + timedelta(minutes=7)
    assert [start for start, _end in next_free(fjord, 60, now, seen)] == [at(10, WEEK), at(11, WEEK), at(12, WEEK)]
    assert [start for start, _end in next_free(fjord, 60, now, seen, one_a_day=True)] == [at(10, WEEK), at(8), at(8) + timedelta(days=1)]


def test_a_look_at_many_spaces_costs_a_few_queries(fjord: Resource, desks: Resource, inside: House) -> None:
    spaces = list(db.session.scalars(sa.select(Resource)))
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    db.session.expire_all()
    for space in spaces:
        _ = space.location_id, space.units
    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        outlook(spaces, WEEK, WEEK + timedelta(days=6))
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    assert len(asked) <= 5, asked


def test_holds_of_another_operator_are_not_read(fjord: Resource, nantes: House) -> None:
    found = taken([fjord], MONDAY, MONDAY + timedelta(days=1))
    assert list(found) == [fjord.id]


ZONES = [
    ("Europe/Oslo", date(2027, 3, 28)),
    ("Europe/Oslo", date(2026, 10, 25)),
    ("Europe/London", date(2027, 3, 28)),
    ("Europe/London", date(2026, 10, 25)),
    ("America/New_York", date(2027, 3, 14)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
]


def _never_closes(resource: Resource, zone: str) -> None:
    house = resource.location
    house.zone, house.closed_on_holidays = zone, False
    house.opening_hours = [OpeningHours(weekday=weekday, opens=0, closes=1440) for weekday in range(7)]
    resource.horizon, resource.longest = 2000, 1440
    db.session.flush()


@pytest.mark.parametrize(("zone", "day"), ZONES)
def test_across_a_clock_change_every_free_cell_is_a_time_that_exists_and_can_be_booked(fjord: Resource, alice: Person, zone: str, day: date) -> None:
    _never_closes(fjord, zone)
    now = datetime.combine(day, datetime.min.time(), UTC) - timedelta(days=3)
    monday = day - timedelta(days=day.weekday())
    book(fjord, alice, clock.at_wall(day, 300, zone), clock.at_wall(day, 360, zone), by=alice, by_staff=True) if day > WEEK else None
    view = week(fjord, monday, now).days[day.weekday()]
    starts = [cell.quarter * 15 for cell in view.cells if cell.kind == "free"]
    assert len(starts) >= 43
    assert all(clock.exists_on_wall(day, minutes, zone) for minutes in starts)
    moments = [on_wall(fjord, day, minutes, "from") for minutes in starts]
    assert moments == sorted(set(moments))
    for start in moments:
        assert is_free(fjord, start, start + timedelta(minutes=30))


def test_a_time_that_the_clock_skips_is_refused_by_name(fjord: Resource) -> None:
    with pytest.raises(RuleBroken, match="02:30 does not exist"):
        on_wall(fjord, date(2027, 3, 28), 150, "from")
    fjord.location.zone = "Australia/Lord_Howe"
    with pytest.raises(RuleBroken, match="02:15 does not exist"):
        on_wall(fjord, date(2026, 10, 4), 135, "from")
    on_wall(fjord, date(2026, 10, 4), 150, "from")


def test_an_hour_that_comes_twice_means_the_first(fjord: Resource) -> None:
    assert on_wall(fjord, date(2026, 10, 25), 150, "from") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_booking_across_the_change_is_as_long_as_it_lasts(fjord: Resource, alice: Person) -> None:
    _never_closes(fjord, "Europe/Oslo")
    night = date(2027, 3, 28)
    made = book(fjord, alice, clock.at_wall(night, 60, "Europe/Oslo"), clock.at_wall(night, 240, "Europe/Oslo"), by=alice)
    assert (made.minutes, made.amount) == (120, 56000)


def test_over_midnight_only_where_the_house_stays_open(fjord: Resource, alice: Person) -> None:
    with pytest.raises(RuleBroken, match="not open"):
        book(fjord, alice, at(19), at(25), by=alice)
    _never_closes(fjord, "Europe/Oslo")
    made = book(fjord, alice, at(23), at(25), by=alice)
    assert made.minutes == 120
    assert book(fjord, alice, at(0), at(1), by=alice).minutes == 60
    assert week(fjord, WEEK, MONDAY).days[2].cells[0].kind == "taken"


@pytest.mark.parametrize("text", ["", "9", "9:0", "10:60", "48:01", "99:00", "-1:00", "10:00\n", "١٠:٠٠", " 10:00", "10.00"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert a_clock(text) is None


@pytest.mark.parametrize("text", ["", "2026-02-30", "20261201", "2026-W49-2", "1999-12-31", "2201-01-01", "0001-01-01", "2026-12-01\x00"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert a_day(text) is None
