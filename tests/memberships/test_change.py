"""Changing plan and seats: now with proration, several times in one period, or at renewal."""

from datetime import date

import pytest
import sqlalchemy as sa

from coworking.billing.models import Charge
from coworking.core.db import db
from coworking.core.money import Money
from coworking.memberships import changing, overrides, renewing
from coworking.memberships.changing import ChangeRefused
from coworking.memberships.models import Promotion
from tests.cast import House

from .helpers import START, a_plan, charged, left, on_plan

pytestmark = pytest.mark.usefixtures("december")
MID = date(2026, 12, 16)


def test_a_change_now_credits_the_days_left_and_charges_the_new_ones(inside: House) -> None:
    subscription, office = on_plan(inside.alice, a_plan()), a_plan("office", 620000, 20)
    told = changing.now(subscription, office, 1, MID)
    done = changing.change_now(subscription, office, 1, MID)
    assert (done.back, done.due, done.difference) == (told.back, told.due, Money(160000, "NOK"))
    assert charged(subscription) == [310000, -160000, 320000]
    assert left(subscription) == 600 - 310 + 619
    renewing.bring_to(subscription, date(2027, 1, 1))
    assert charged(subscription)[-1] == 620000
    credit = db.session.scalars(sa.select(Charge).where(Charge.amount < 0)).one()
    assert (credit.facts["before"], credit.facts["days"], credit.facts["of_days"], credit.facts["why"]) == (31, 15, 31, "change")


def test_to_and_fro_on_one_day_costs_nothing_and_grants_nothing_twice(inside: House) -> None:
    desk, office = a_plan(), a_plan("office", 620000, 20)
    subscription = on_plan(inside.alice, desk)
    for version in (office, desk, office, desk):
        changing.change_now(subscription, version, 1, START)
    assert sum(charged(subscription)) == 310000
    assert left(subscription) == 600


def test_using_all_and_changing_gives_no_second_allowance(inside: House) -> None:
    from coworking.core import clock
    from coworking.memberships import ledger
    from coworking.people.models import Person

    from .helpers import HOURS

    desk, office = a_plan(), a_plan("office", 620000, 20)
    subscription = on_plan(inside.alice, desk)
    alice = db.session.get_one(Person, inside.alice.id)
    used = 0
    for version in (office, desk, office, desk):
        much = ledger.left(alice, [HOURS], clock.now())
        if much:
            ledger.spend(alice, [HOURS], much, clock.now(), ledger.Source("booking", None, f"use:{used}"))
        used += much
        changing.change_now(subscription, version, 1, START)
    assert used <= 1200


def test_several_changes_in_a_period_charge_each_price_for_its_own_days(inside: House) -> None:
    desk, office, suite = a_plan(), a_plan("office", 620000), a_plan("suite", 930001)
    subscription = on_plan(inside.alice, desk)
    for day, version in ((date(2026, 12, 8), office), (MID, suite), (date(2026, 12, 30), desk)):
        changing.change_now(subscription, version, 1, day)
    assert sum(charged(subscription)) == 70000 + 160000 + 420000 + 20000
    renewing.bring_to(subscription, date(2027, 1, 1))
    assert charged(subscription)[-1] == 310000


def test_from_month_to_year_begins_a_year_that_day(inside: House) -> None:
    subscription, year = on_plan(inside.alice, a_plan()), a_plan("year", 3000000, 120, months=12)
    changing.change_now(subscription, year, 1, MID)
    assert charged(subscription) == [310000, -160000, 3000000]
    assert (subscription.anchor, subscription.period_end) == (16, date(2027, 12, 16))


def test_at_renewal_nothing_changes_before(inside: House) -> None:
    subscription, office = on_plan(inside.alice, a_plan()), a_plan("office", 620000, 20)
    changing.change_at_renewal(subscription, office, 1, MID)
    assert (charged(subscription), subscription.version.amount) == ([310000], 310000)
    changing.keep_plan(subscription, MID)
    changing.change_at_renewal(subscription, office, 1, MID)
    renewing.bring_to(subscription, date(2027, 1, 1))
    assert (charged(subscription), subscription.version_id) == ([310000, 620000], office.id)


def test_seats_go_up_now_and_down_at_renewal(inside: House) -> None:
    team = a_plan("team", 310000, 10, seats=2, seat_amount=155000)
    subscription = on_plan(inside.alice, team)
    changing.change_now(subscription, team, 4, MID)
    assert sum(charged(subscription)) == 310000 + 160000
    changing.change_at_renewal(subscription, team, 2, MID)
    renewing.bring_to(subscription, date(2027, 1, 1))
    assert (subscription.seats, charged(subscription)[-1]) == (2, 310000)


def test_a_code_goes_on_for_its_period_and_an_agreed_price_does_not(inside: House) -> None:
    db.session.add(Promotion(code="HALF", percent=50, periods=1, currency="NOK"))
    subscription, office = on_plan(inside.alice, a_plan(), code="HALF"), a_plan("office", 620000)
    overrides.agree(subscription, Money(100, "NOK"), "An old friend", date(2027, 1, 1), None)
    changing.change_now(subscription, office, 1, MID)
    assert sum(charged(subscription)) == 75000 + 160000
    renewing.bring_to(subscription, date(2027, 1, 1))
    assert charged(subscription)[-1] == 620000


@pytest.mark.parametrize(
    ("which", "seats", "why"), [("desk", 1, "same"), ("desk", 2, "seats"), ("office", 0, "seats"), ("locker", 1, "gone"), ("euro", 1, "gone")]
)
def test_what_cant_be_changed_is_refused(inside: House, which: str, seats: int, why: str) -> None:
    from coworking.memberships.models import PlanKind

    versions = {
        "desk": a_plan(),
        "office": a_plan("office", 620000),
        "locker": a_plan("locker", 100, kind=PlanKind.ADD_ON),
        "euro": a_plan("euro", 31000, currency="EUR"),
    }
    subscription = on_plan(inside.alice, versions["desk"])
    with pytest.raises(ChangeRefused, match=why):
        changing.change_now(subscription, versions[which], seats, MID)
    assert charged(subscription) == [310000]


def test_within_the_minimum_term_only_staff_lower_it(inside: House) -> None:
    subscription, small = on_plan(inside.alice, a_plan(minimum_months=6)), a_plan("small", 155000)
    with pytest.raises(ChangeRefused, match="minimum"):
        changing.change_now(subscription, small, 1, MID)
    changing.change_now(subscription, small, 1, MID, staff=True)
    assert subscription.version_id == small.id
