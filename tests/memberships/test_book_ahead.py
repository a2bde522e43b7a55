"""A booking in a period that has not begun: priced without its allowance, said so, and covered when the period begins."""

from datetime import date

import sqlalchemy as sa
import time_machine

from coworking.billing.models import Charge
from coworking.bookings import covering_anew, panel
from coworking.bookings.booking import book
from coworking.bookings.models import Booking
from coworking.core import clock
from coworking.core.db import db
from coworking.memberships.renewing import RENEWED, bring_to
from coworking.people.companies import found
from coworking.people.models import Person
from coworking.spaces.models import Resource
from tests.cast import House

from .conftest import Postman
from .helpers import a_plan, left, on_plan

JANUARY = date(2027, 1, 1)


def _ahead(house: House, start: int, end: int, day: date = date(2027, 1, 5), who: str = "alice") -> Booking:
    person = db.session.get_one(Person, getattr(house, who).id)
    room = db.session.get_one(Resource, house.fjord.id)
    zone = room.zone
    return book(room, person, clock.at_wall(day, start * 60, zone), clock.at_wall(day, end * 60, zone), by=person)


def _charges(booking: Booking) -> int:
    return db.session.scalar(sa.select(sa.func.sum(Charge.amount)).where(Charge.source_id == booking.id, Charge.waived_at.is_(None))) or 0


def test_it_is_charged_at_first_and_the_page_says_when_it_may_be_covered(inside: House) -> None:
    on_plan(inside.alice, a_plan(hours=2))
    booking = _ahead(inside, 10, 12)
    assert booking.amount > 0
    room, alice = db.session.get_one(Resource, inside.fjord.id), db.session.get_one(Person, inside.alice.id)
    values = {"day": "2027-01-05", "from": "13:00", "to": "14:00"}
    assert panel.of(room, alice, values, clock.now()).granted_on == clock.at_wall(JANUARY, 0, room.zone)
    within = {"day": "2026-12-08", "from": "09:00", "to": "15:00"}
    assert panel.of(room, alice, within, clock.now()).granted_on is None, "more than is left of this month is simply paid"


def test_the_renewal_covers_the_earliest_first_as_far_as_it_reaches(inside: House, postman: Postman) -> None:
    subscription = on_plan(inside.alice, a_plan(hours=3))
    later, first = _ahead(inside, 10, 12, date(2027, 1, 19)), _ahead(inside, 10, 12)
    other_month = _ahead(inside, 10, 12, date(2027, 2, 2))
    dear = later.amount
    db.session.commit()
    with time_machine.travel(clock.at_wall(JANUARY, 60, "Europe/Oslo"), tick=False):
        bring_to(subscription, JANUARY)
        db.session.commit()
        assert [order.name for order in postman.orders].count(RENEWED) == 1
        postman.work()
    db.session.expire_all()
    assert (first.amount, _charges(first)) == (0, 0)
    assert (later.amount, _charges(later)) == (dear // 2, dear // 2)
    assert (other_month.amount, _charges(other_month)) == (dear, dear)
    assert left(subscription) == 180, "what December granted and nobody used"


def test_doing_it_twice_changes_nothing(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan(hours=2))
    booking = _ahead(inside, 10, 11)
    with time_machine.travel(clock.at_wall(JANUARY, 60, "Europe/Oslo"), tick=False):
        bring_to(subscription, JANUARY)
        covering_anew.cover(subscription)
        agreement = booking.agreement
        assert covering_anew.cover(subscription) is None
        assert (booking.agreement, left(subscription)) == (agreement, 120 + 60)


def test_a_companys_people_are_all_looked_at_a_few_at_a_time(inside: House, monkeypatch) -> None:
    monkeypatch.setattr(covering_anew, "A_BATCH", 1)
    alice = db.session.get_one(Person, inside.alice.id)
    company = found("Fjell AS", alice)
    subscription = on_plan(company, a_plan(hours=4, seats=2))
    bookings = [_ahead(inside, 10, 11), _ahead(inside, 12, 13)]
    with time_machine.travel(clock.at_wall(JANUARY, 60, "Europe/Oslo"), tick=False):
        bring_to(subscription, JANUARY)
        at, rounds = covering_anew.cover(subscription), 1
        while at is not None:
            at, rounds = covering_anew.cover(subscription, at), rounds + 1
    assert [booking.amount for booking in bookings] == [0, 0]
    assert rounds == 3, "one each, and a look that finds no more"
