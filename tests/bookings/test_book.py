"""Booking: what succeeds, what is refused, and what the loser of a race is told."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from coworking.bookings.booking import block, book
from coworking.bookings.guests import Guest
from coworking.bookings.models import Booking
from coworking.bookings.refusals import RuleBroken, SlotTaken
from coworking.core.db import db
from coworking.spaces.models import Audience, Resource
from tests.bookings.helpers import at
from tests.cast import House

pytestmark = pytest.mark.usefixtures("eight_on_monday")


def _book(house: House, start: float, end: float, resource: Resource | None = None, **more: object) -> Booking:
    space = db.session.get_one(Resource, (resource or house.fjord).id)
    who = more.pop("person", house.alice)
    person = db.session.merge(who)
    return book(space, person, at(start), at(end), by=person, **more)  # type: ignore[arg-type]


def _count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Booking)) or 0


def test_a_booking_holds_its_time_at_the_price_that_was_shown(inside: House) -> None:
    booking = _book(inside, 10, 11.5)
    assert booking.price.minor == 42000  # 1 h 30 at the member's 280 kr
    assert booking.vat_amount == 8400
    assert booking.held_until == booking.ends_at
    assert booking.price_lines == [{"unit": "hour", "minutes": 90, "count": 1, "price": 28000, "amount": 42000}]


def test_the_second_at_the_same_time_gets_three_other_times(inside: House) -> None:
    _book(inside, 10, 11.5)
    with pytest.raises(SlotTaken) as refusal:
        _book(inside, 11, 12, person=inside.bob)
    offered = [(each.resource.slug, each.start) for each in refusal.value.alternatives]
    assert offered == [("fjord", at(11.5)), ("vidde", at(11)), ("fjord", at(11) + timedelta(days=1))]
    assert _count() == 1


def test_one_form_sent_twice_books_once(inside: House) -> None:
    first = _book(inside, 10, 11, idempotency_key="one form")
    assert _book(inside, 10, 11, idempotency_key="one form").id == first.id
    assert _count() == 1


def test_a_form_key_is_worth_nothing_to_somebody_else(inside: House) -> None:
    _book(inside, 10, 11, idempotency_key="one form")
    with pytest.raises(SlotTaken):
        _book(inside, 10, 11, idempotency_key="one form", person=inside.bob)


def test_the_buffer_keeps_the_time_after_it_free(inside: House) -> None:
    db.session.get_one(Resource, inside.fjord.id).buffer = 30
    _book(inside, 10, 11)
    with pytest.raises(SlotTaken):
        _book(inside, 11, 12)
    _book(inside, 11.5, 12)
    with pytest.raises(SlotTaken):
        _book(inside, 9, 10)


def test_an_area_gives_each_person_a_desk_of_their_own_until_none_is_left(inside: House) -> None:
    units = [_book(inside, 9, 17, inside.desks).unit for _ in range(3)]
    assert units == [0, 1, 2]
    with pytest.raises(SlotTaken):
        _book(inside, 16, 18, inside.desks)
    assert _book(inside, 17, 18, inside.desks).unit == 0


def test_a_block_takes_every_desk_of_an_area(inside: House) -> None:
    desks, siri = db.session.get_one(Resource, inside.desks.id), db.session.merge(inside.siri)
    assert len(block(desks, at(9), at(12), "New floor", siri)) == 3
    with pytest.raises(SlotTaken):
        _book(inside, 11, 13, inside.desks)
    with pytest.raises(SlotTaken):
        block(desks, at(8), at(10), "Again", siri)


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (11, 10, "to"),
        (10, 10, "to"),
        (10.25, 11, "from"),
        (10, 10.75, "to"),
        (7, 9, "from"),
        (19, 21, "from"),
        (8, 19, "to"),
        (-20, -19, "from"),
    ],
)
def test_the_rules_of_the_house_are_kept(inside: House, start: float, end: float, field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        _book(inside, start, end)
    assert field in {broken.field for broken in refusal.value.broken}
    assert _count() == 0


def test_the_running_half_hour_may_still_be_booked_and_the_one_before_not(inside: House) -> None:
    with time_machine.travel(at(10.4), tick=False):
        _book(inside, 10, 11)
        with pytest.raises(RuleBroken):
            _book(inside, 9.5, 10)


def test_notice_is_time_that_passes(inside: House) -> None:
    db.session.get_one(Resource, inside.fjord.id).notice = 120
    with time_machine.travel(at(8) + timedelta(seconds=1), tick=False), pytest.raises(RuleBroken, match="2 h ahead"):
        _book(inside, 10, 11)
    with time_machine.travel(at(8), tick=False):
        _book(inside, 10, 11)


def test_the_horizon_counts_days_on_the_wall_of_the_house(inside: House) -> None:
    db.session.get_one(Resource, inside.fjord.id).horizon = 1
    _book(inside, 19.5, 20)
    db.session.get_one(Resource, inside.fjord.id).horizon = 0
    with pytest.raises(RuleBroken, match="until"):
        _book(inside, 8, 9)


def test_more_people_than_seats_are_refused(inside: House) -> None:
    for attendees in (0, -1, 9, 2**63):
        with pytest.raises(RuleBroken, match="1 to 8"):
            _book(inside, 10, 11, attendees=attendees)


def test_only_staff_books_what_only_staff_may_book(inside: House) -> None:
    db.session.get_one(Resource, inside.fjord.id).who_may_book = Audience.STAFF.value
    with pytest.raises(RuleBroken, match="front desk"):
        _book(inside, 10, 11)
    _book(inside, 10, 11, by_staff=True)


def test_an_address_that_is_not_confirmed_books_nothing(inside: House) -> None:
    db.session.merge(inside.alice).email_confirmed_at = None
    inside.alice.email_confirmed_at = None
    with pytest.raises(RuleBroken, match="Confirm"):
        _book(inside, 10, 11)


def test_staff_books_outside_the_ordinary_rules_but_never_over_somebody(inside: House) -> None:
    _book(inside, 6, 7.25, by_staff=True)
    with pytest.raises(SlotTaken):
        _book(inside, 7, 8, by_staff=True)
    with pytest.raises(RuleBroken):
        _book(inside, 6, 31, by_staff=True)


def test_guests_are_on_the_list_once(inside: House) -> None:
    booking = _book(inside, 10, 11, guests=[Guest("kari@example.com"), Guest("ola@example.com", "Ola")])
    assert [guest.email for guest in booking.guests] == ["kari@example.com", "ola@example.com"]
