"""The database itself refuses an overlap, whatever the app believes."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from coworking.bookings.models import Booking, State
from coworking.core.db import db
from coworking.spaces.models import Resource
from tests.cast import MONDAY, House


def _put(house: House, resource: Resource, start: int, end: int, unit: int = 0, buffer: int = 0, state: State = State.CONFIRMED) -> Booking:
    """A booking from ``start`` to ``end`` hours after Monday's opening, written without any rule of the app."""

    def at(hours: float) -> datetime:
        return MONDAY + timedelta(hours=hours)

    booking = Booking(
        resource_id=resource.id,
        person_id=house.alice.id,
        unit=unit,
        state=state.value,
        starts_at=at(start),
        ends_at=at(end),
        held_until=at(end) + timedelta(minutes=buffer),
    )
    db.session.add(booking)
    db.session.flush()
    return booking


@pytest.mark.parametrize(("start", "end"), [(1, 3), (2, 4), (0, 2), (0, 5), (1, 2), (2, 3)])
def test_any_overlap_is_refused(inside: House, start: int, end: int) -> None:
    _put(inside, inside.fjord, 1, 3)
    with pytest.raises(IntegrityError, match="booking_overlap"):
        _put(inside, inside.fjord, start, end)


def test_one_may_end_as_the_next_starts(inside: House) -> None:
    _put(inside, inside.fjord, 1, 3)
    _put(inside, inside.fjord, 0, 1)
    _put(inside, inside.fjord, 3, 4)


def test_the_buffer_after_a_booking_is_held_too(inside: House) -> None:
    _put(inside, inside.fjord, 1, 3, buffer=15)
    with pytest.raises(IntegrityError, match="booking_overlap"):
        _put(inside, inside.fjord, 3, 4)


def test_a_long_booking_far_before_is_seen(inside: House) -> None:
    _put(inside, inside.fjord, 0, 200)
    with pytest.raises(IntegrityError, match="booking_overlap"):
        _put(inside, inside.fjord, 150, 151)


def test_a_cancelled_booking_holds_nothing_and_cannot_come_back_over_another(inside: House) -> None:
    gone = _put(inside, inside.fjord, 1, 3, state=State.CANCELLED)
    _put(inside, inside.fjord, 1, 3)
    gone.state = State.CONFIRMED.value
    with pytest.raises(IntegrityError, match="booking_overlap"):
        db.session.flush()


def test_a_booking_cannot_be_moved_or_stretched_over_another(inside: House) -> None:
    _put(inside, inside.fjord, 1, 3)
    later = _put(inside, inside.fjord, 4, 5)
    later.starts_at = MONDAY + timedelta(hours=2)
    with pytest.raises(IntegrityError, match="booking_overlap"):
        db.session.flush()


def test_another_space_at_the_same_time_is_free(inside: House) -> None:
    _put(inside, inside.fjord, 1, 3)
    _put(inside, inside.vidde, 1, 3)


def test_an_area_takes_as_many_as_it_has_desks_and_no_more(inside: House) -> None:
    for unit in range(3):
        _put(inside, inside.desks, 1, 3, unit=unit)
    with pytest.raises(IntegrityError, match="booking_no_such_unit"):
        _put(inside, inside.desks, 1, 3, unit=3)


def test_an_empty_or_backward_stretch_is_refused(inside: House) -> None:
    with pytest.raises(IntegrityError):
        _put(inside, inside.fjord, 3, 3)
