"""What stays of bookings whose people are forgotten."""

import itertools
import random
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from coworking.billing.explaining import explain
from coworking.billing.models import Charge
from coworking.bookings import booking as verbs
from coworking.bookings.models import Booking, BookingGuest
from coworking.core import clock
from coworking.core.db import db
from coworking.people.models import Person
from coworking.privacy.models import Occupancy
from coworking.privacy.occupancy import NotOver, absorb
from tests.cast import House
from tests.privacy.past import booked, booking, people

pytestmark = [pytest.mark.usefixtures("eight_on_monday")]
TUESDAY = date(2025, 3, 4)


def _counts() -> list[tuple[str, date, int, int, int]]:
    kept = db.session.scalars(sa.select(Occupancy).where(Occupancy.bookings > 0))
    return sorted((each.grain, each.starts_on, each.bookings, each.minutes, each.check_ins) for each in kept)


def _all() -> list[Booking]:
    return list(db.session.scalars(sa.select(Booking)))


def test_five_people_on_a_day_leave_a_count_of_that_day(inside: House) -> None:
    for hour, person in enumerate(people(inside, 5), 9):
        booked(inside, person, TUESDAY, hour, came=hour % 2 == 1)
    assert absorb(_all()) == 5
    assert _counts() == [("day", TUESDAY, 5, 300, 3)]
    assert _all() == []


def test_fewer_on_a_day_are_counted_in_their_week_and_fewer_in_a_week_in_their_month(inside: House) -> None:
    five = people(inside, 5)
    for n, person in enumerate(five):
        booked(inside, person, TUESDAY + timedelta(days=n % 3), 9 + n)
    booked(inside, five[0], TUESDAY + timedelta(days=14))
    absorb(_all())
    assert _counts() == [("month", date(2025, 3, 1), 1, 60, 1), ("week", date(2025, 3, 3), 5, 300, 5)]


def test_fewer_than_five_in_a_month_leave_nothing(inside: House) -> None:
    for n, person in enumerate(people(inside, 4)):
        booked(inside, person, TUESDAY, 9 + n)
        booked(inside, person, TUESDAY + timedelta(days=7), 9 + n)
    absorb(_all())
    assert not db.session.scalars(sa.select(Occupancy)).all()


def test_what_is_left_is_the_same_in_whatever_order_people_and_days_are_forgotten(inside: House) -> None:
    """Weeks that reach over the end of a month included."""
    dice = random.Random(4)
    crowd = people(inside, 7)
    plan = [
        (dice.choice(crowd), date(2025, 3, 24) + timedelta(days=dice.randrange(12)), hour, room)
        for hour in range(6, 22)
        for room in (inside.fjord, inside.vidde, inside.desks)
    ]
    found = []
    for order in itertools.islice(itertools.permutations(range(3)), 6):
        for person, day, hour, room in plan:
            booked(inside, person, day, hour, room=room)
        _forget(order, crowd, dice)
        found.append(_counts())
        assert _all() == []
        db.session.execute(sa.delete(Occupancy))
    assert {row[0] for row in found[0]} == {"day", "week"}
    assert all(each == found[0] for each in found)


def _forget(order: tuple[int, ...], crowd: list[Person], dice: random.Random) -> None:
    """By person, by day, or one by one in any order."""
    rows = _all()
    if order[0] == 0:
        for person in dice.sample(crowd, len(crowd)):
            absorb([row for row in rows if row.person_id == person.id])
    elif order[0] == 1:
        for _day, group in itertools.groupby(sorted(rows, key=lambda row: row.ends_at), key=lambda row: row.ends_at.date()):
            absorb(list(group))
    else:
        dice.shuffle(rows)
        for row in rows:
            absorb([row])


def test_a_booking_to_come_is_refused_and_a_cancelled_one_goes_uncounted_with_its_guests(inside: House) -> None:
    coming = booking(inside.fjord, inside.alice, clock.now() + timedelta(days=1), guest="gro@example.com")
    with pytest.raises(NotOver):
        absorb([coming])
    coming.state = "cancelled"
    db.session.flush()
    absorb([coming])
    assert not db.session.scalars(sa.select(BookingGuest)).all()
    assert not db.session.scalars(sa.select(Occupancy)).all()


def test_the_charge_of_a_forgotten_booking_still_explains_itself(inside: House) -> None:
    alice = db.session.get_one(Person, inside.alice.id)
    room = db.session.get_one(type(inside.fjord), inside.fjord.id)
    start = clock.now() + timedelta(days=1)
    made = verbs.book(room, alice, start, start + timedelta(hours=1), by=alice)
    charge = db.session.scalars(sa.select(Charge)).one()
    before = explain(charge)
    assert [link.is_there() for link in before.links] == [True]
    made.state = "cancelled"
    db.session.flush()
    absorb([made])
    after = explain(charge)
    assert (after.title, after.lines) == (before.title, before.lines)
    assert [link.is_there() for link in after.links] == [False]
