"""What a plan gives towards a booking: shown before, taken when it is booked, back when it is cancelled in time."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from coworking.billing import charging, explaining
from coworking.billing.models import Account, Charge
from coworking.bookings import agreeing
from coworking.bookings.booking import book, cancel, move
from coworking.bookings.covering import benefits
from coworking.bookings.models import Booking
from coworking.bookings.pricing import quote
from coworking.bookings.refusals import RuleBroken
from coworking.core import clock
from coworking.core.db import db
from coworking.memberships import ledger
from coworking.memberships.ledger import Source
from coworking.memberships.models import Grant
from coworking.people.models import Person
from coworking.spaces.models import Resource
from tests.cast import House

from .helpers import at

pytestmark = pytest.mark.usefixtures("eight_on_monday")

ROOM = ledger.minutes_of("meeting_room")


def _give(house: House, quantity: int, unit: str = ROOM) -> Grant:
    alice = db.session.get_one(Person, house.alice.id)
    return ledger.grant(alice, unit, quantity, source=Source("manual", None, f"{unit}:{quantity}"), valid_from=clock.now() - timedelta(days=1))


def _alice(house: House) -> Person:
    return db.session.get_one(Person, house.alice.id)


def _fjord(house: House) -> Resource:
    return db.session.get_one(Resource, house.fjord.id)


def _book(house: House, start: float, end: float, resource: Resource | None = None, **more: object) -> Booking:
    alice = _alice(house)
    return book(resource or _fjord(house), alice, at(start), at(end), by=alice, **more)  # type: ignore[arg-type]


def _left(grant: Grant) -> int:
    db.session.refresh(grant)
    return grant.remaining


def _charges(booking: Booking) -> list[int]:
    return [charge.amount for charge in db.session.scalars(sa.select(Charge).where(Charge.source_id == booking.id, Charge.waived_at.is_(None)))]


def test_the_allowance_goes_first_and_the_rest_is_charged(inside: House) -> None:
    given = _give(inside, 90)
    booking = _book(inside, 10, 12)
    assert _left(given) == 0
    assert [(line["unit"], line["minutes"], line["amount"]) for line in booking.price_lines] == [("allowance", 90, 0), ("hour", 30, 14000)]
    assert (booking.amount, _charges(booking)) == (14000, [14000])


def test_the_preview_is_what_is_booked(inside: House) -> None:
    _give(inside, 45)
    alice = _alice(inside)
    shown = quote(_fjord(inside), at(10), at(12), alice, benefits(alice))
    booking = _book(inside, 10, 12)
    assert (booking.amount, booking.price_lines) == (shown.to_pay.minor, shown.stored())


def test_what_the_allowance_covers_wholly_makes_no_charge(inside: House) -> None:
    _give(inside, 120)
    booking = _book(inside, 10, 12)
    assert (booking.amount, _charges(booking)) == (0, [])


def test_a_day_pass_covers_a_day_at_a_hot_desk(inside: House) -> None:
    passes = _give(inside, 2, ledger.DAY)
    booking = _book(inside, 9, 16, db.session.get_one(Resource, inside.desks.id))
    assert (_left(passes), booking.amount) == (1, 0)


def test_cancelling_in_time_gives_everything_back(inside: House) -> None:
    given = _give(inside, 60)
    booking = _book(inside, 10, 12)
    cancel(booking, by=_alice(inside))
    assert (_left(given), _charges(booking), booking.amount) == (60, [], 0)


def test_cancelling_late_keeps_what_was_agreed(inside: House) -> None:
    given = _give(inside, 60)
    _fjord(inside).free_cancellation = 60 * 24 * 30
    booking = _book(inside, 10, 12)
    cancel(booking, by=_alice(inside))
    assert (_left(given), _charges(booking)) == (0, [28000])


def test_moving_agrees_anew(inside: House) -> None:
    given = _give(inside, 90)
    booking = _book(inside, 10, 11)
    move(booking, _fjord(inside), at(13), at(15), by=_alice(inside))
    assert (_left(given), _charges(booking), booking.amount) == (0, [14000], 14000)
    move(booking, _fjord(inside), at(13), at(14), by=_alice(inside))
    assert (_left(given), _charges(booking), booking.amount) == (30, [], 0)


def test_a_price_that_rose_since_it_was_shown_is_refused(inside: House) -> None:
    with pytest.raises(RuleBroken, match="not"):
        _book(inside, 10, 12, seen=0)
    assert db.session.scalar(sa.select(sa.func.count(Booking.id))) == 0


def test_who_is_on_hold_books_nothing_new_but_the_desk_may(inside: House) -> None:
    first = _book(inside, 10, 11)
    account = db.session.get_one(Account, charging.charged_for("booking", first.id)[0].account_id)
    account.standing = "hold"
    with pytest.raises(RuleBroken):
        _book(inside, 13, 14)
    _book(inside, 13, 14, by_staff=True)


def test_the_charge_explains_itself_line_by_line(inside: House) -> None:
    _give(inside, 90)
    charge = agreeing.charge_of(_book(inside, 10, 12))
    assert charge is not None
    said = explaining.explain(charge)
    assert said.title.startswith("Fjord, ")
    assert [text for text, _amount in said.lines][:2] == ["1 h 30 from your allowance", "30 min × 280\xa0kr"]
    assert [UUID(entry) for entry in charge.facts["entries"]]
