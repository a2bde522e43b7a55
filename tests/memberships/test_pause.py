"""A real pause: no charge, no allowance, and the anchor stays where it was."""

from datetime import date

import pytest

from coworking.core.db import db
from coworking.memberships import pausing, renewing
from coworking.memberships.pausing import PauseRefused
from coworking.people.models import Person
from tests.cast import House

from .helpers import START, a_plan, charged, left, on_plan

pytestmark = pytest.mark.usefixtures("december")


def test_paid_days_come_back_and_the_period_after_begins_on_its_usual_day(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    told = pausing.credit_of(subscription, date(2026, 12, 16), date(2027, 2, 10))
    pausing.pause(subscription, date(2026, 12, 16), date(2027, 2, 10), START)
    assert charged(subscription) == [310000, -160000]
    assert told.minor == 160000
    renewing.bring_to(subscription, date(2027, 3, 1))
    assert charged(subscription) == [310000, -160000, 210357, 310000]
    assert (subscription.state, subscription.period_start) == ("active", date(2027, 3, 1))


def test_the_allowance_rests_too(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    pausing.pause(subscription, date(2026, 12, 11), date(2026, 12, 21), START)
    assert left(subscription) == 406
    renewing.bring_to(subscription, date(2026, 12, 11))
    assert (subscription.state, left(subscription)) == ("paused", 0)
    renewing.bring_to(subscription, date(2026, 12, 21))
    assert (subscription.state, left(subscription)) == ("active", 406)


def test_a_pause_called_off_or_cut_short_is_as_if_it_had_been_so_from_the_start(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    row = pausing.pause(subscription, date(2026, 12, 11), date(2026, 12, 31), START)
    pausing.resume(subscription, row, date(2026, 12, 5), START)
    assert (sum(charged(subscription)), left(subscription), subscription.pauses) == (310000, 600, [])
    row = pausing.pause(subscription, date(2026, 12, 11), date(2026, 12, 31), START)
    renewing.bring_to(subscription, date(2026, 12, 11))
    pausing.resume(subscription, row, date(2026, 12, 21), date(2026, 12, 15))
    renewing.bring_to(subscription, date(2026, 12, 21))
    assert sum(charged(subscription)) == 210000
    assert (subscription.state, left(subscription)) == ("active", 406)


def test_pausing_and_going_on_makes_no_allowance_out_of_nothing(inside: House) -> None:
    from coworking.core import clock
    from coworking.memberships import ledger

    from .helpers import HOURS

    subscription = on_plan(inside.alice, a_plan())
    ledger.spend(db.session.get_one(Person, inside.alice.id), [HOURS], 600, clock.now(), ledger.Source("booking", None, "all"))
    for _ in range(2):
        row = pausing.pause(subscription, date(2026, 12, 2), date(2027, 1, 1), START)
        pausing.resume(subscription, row, date(2026, 12, 2), START)
    assert (left(subscription), sum(charged(subscription))) == (0, 310000)


def test_staff_pause_without_an_end(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    row = pausing.pause(subscription, START, None, START, staff=True)
    renewing.bring_to(subscription, date(2027, 5, 20))
    assert (subscription.state, sum(charged(subscription)), left(subscription)) == ("paused", 0, 0)
    pausing.resume(subscription, row, date(2027, 5, 22), date(2027, 5, 20))
    renewing.bring_to(subscription, date(2027, 6, 1))
    assert sum(charged(subscription)) == 100000 + 310000


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        (START, date(2026, 12, 20), "start"), (date(2027, 8, 1), date(2027, 9, 1), "start"), (date(2026, 12, 10), date(2026, 12, 12), "length"),
        (date(2026, 12, 10), date(2026, 12, 1), "length"), (date(2026, 12, 10), None, "length"), (date(2027, 1, 5), date(2027, 2, 1), "overlap"),
    ],
)  # fmt: skip
def test_what_is_no_pause_is_refused(inside: House, start: date, end: date | None, why: str) -> None:
    subscription = on_plan(inside.alice, a_plan())
    pausing.pause(subscription, date(2027, 1, 1), date(2027, 1, 20), START)
    with pytest.raises(PauseRefused, match=why):
        pausing.pause(subscription, start, end, START)
