"""Going onto a plan and staying on it: first charge, trial, fee, deposit, renewals, month ends."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from coworking.billing.models import Charge, Deposit
from coworking.core.db import db
from coworking.memberships import ending, renewing
from coworking.memberships.models import Promotion, Redemption, Subscription, SubscriptionEvent
from coworking.memberships.subscribing import Refused, Wish, subscribe
from coworking.people.company import Company
from tests.cast import House

from .helpers import START, a_plan, charged, left, on_plan

pytestmark = pytest.mark.usefixtures("december")


def test_a_member_is_charged_and_may_use_the_allowance_from_the_first_day(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    assert (subscription.state, subscription.period_start, subscription.period_end) == ("active", START, date(2027, 1, 1))
    assert charged(subscription) == [310000]
    assert left(subscription) == 600
    charge = db.session.scalars(sa.select(Charge)).one()
    assert (charge.source_key, charge.period_start, charge.period_end) == (f"subscription:{subscription.id}:2026-12-01", START, date(2026, 12, 31))


def test_the_same_form_twice_is_one_subscription(inside: House) -> None:
    first, second = (on_plan(inside.alice, version, key="form") for version in [a_plan()] * 2)
    assert first.id == second.id
    assert charged(first) == [310000]


def test_nobody_is_on_two_memberships_but_may_add_to_one(inside: House) -> None:
    from coworking.memberships.models import PlanKind

    on_plan(inside.alice, a_plan())
    with pytest.raises(Refused, match="already"):
        on_plan(inside.alice, a_plan("other"))
    assert on_plan(inside.alice, a_plan("locker", 15000, 0, kind=PlanKind.ADD_ON)).state == "active"


@pytest.mark.parametrize(
    ("days", "seats", "code", "why"), [(-1, 0, "", "start"), (93, 0, "", "start"), (0, 2, "", "seats"), (0, -1, "", "seats"), (0, 0, "NOPE", "code")]
)
def test_what_cant_be_is_refused(inside: House, days: int, seats: int, code: str, why: str) -> None:
    version = a_plan()
    with pytest.raises(Refused, match=why):
        subscribe(db.session.get_one(type(inside.alice), inside.alice.id), Wish(version, START + timedelta(days=days), seats=seats, code=code), START)


def test_an_old_version_and_a_retired_plan_are_not_sold(inside: House) -> None:
    from coworking.core import clock

    from .helpers import a_version

    old = a_plan()
    old.plan.versions.append(a_version(2, 320000))
    db.session.flush()
    with pytest.raises(Refused, match="gone"):
        on_plan(inside.alice, old)
    old.plan.retired_at = clock.now()
    with pytest.raises(Refused, match="gone"):
        on_plan(inside.alice, old.plan.current)


def test_month_ends_keep_their_anchor_over_a_year_and_a_leap_day(inside: House) -> None:
    start = date(2027, 1, 31)
    with time_machine.travel("2027-01-31T10:00:00Z", tick=False):
        subscription = on_plan(inside.alice, a_plan(), start)
        assert subscription.next_on == date(2027, 2, 28)
        renewing.bring_to(subscription, date(2028, 3, 31))
    starts = sorted(db.session.scalars(sa.select(Charge.period_start)))
    assert starts[:4] == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert starts[-3:] == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31)]
    assert charged(subscription) == [310000] * 15


def test_a_worker_that_was_away_for_weeks_comes_to_the_same_as_one_that_came_daily(inside: House) -> None:
    daily, late = on_plan(inside.alice, a_plan(months=3)), on_plan(inside.bob, a_plan("same", months=3))
    day = START
    while day < date(2027, 9, 15):
        day += timedelta(days=1)
        renewing.bring_to(daily, day)
    renewing.bring_to(late, day)
    assert charged(daily) == charged(late) == [310000] * 4
    assert (daily.period_start, daily.period_end, left(daily)) == (late.period_start, late.period_end, left(late))


def test_renewing_twice_renews_once(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    for _ in range(3):
        renewing.bring_to(subscription, date(2027, 1, 1))
    assert charged(subscription) == [310000, 310000]
    assert db.session.scalar(sa.select(sa.func.count()).where(SubscriptionEvent.what == "renewed")) == 1


def test_a_trial_costs_nothing_and_sets_the_anchor_when_it_ends(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan(trial_days=14))
    assert (subscription.state, charged(subscription), left(subscription)) == ("trial", [], 271)
    renewing.bring_to(subscription, date(2026, 12, 15))
    assert (subscription.state, subscription.anchor, subscription.period_end) == ("active", 15, date(2027, 1, 15))
    assert charged(subscription) == [310000]


def test_a_start_ahead_is_charged_at_once_and_used_from_that_day(inside: House) -> None:
    version = a_plan()
    subscription = subscribe(db.session.get_one(type(inside.alice), inside.alice.id), Wish(version, date(2026, 12, 20)), START)
    assert (subscription.state, charged(subscription), subscription.next_on) == ("pending", [310000], date(2026, 12, 20))
    renewing.bring_to(subscription, date(2026, 12, 20))
    assert (subscription.state, subscription.period_end) == ("active", date(2027, 1, 20))


def test_fee_and_deposit_are_asked_once(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan(sign_up_fee=50000, deposit=620000))
    renewing.bring_to(subscription, date(2027, 2, 1))
    assert sorted(charged(subscription)) == [50000, 310000, 310000, 310000]
    deposit = db.session.scalars(sa.select(Deposit)).one()
    assert (deposit.amount, deposit.received_at) == (620000, None)


def test_a_code_takes_its_share_off_so_many_periods(inside: House) -> None:
    db.session.add(Promotion(code="WINTER", percent=50, periods=2, currency="NOK", most_uses=1))
    subscription = on_plan(inside.alice, a_plan(), code=" winter ")
    renewing.bring_to(subscription, date(2027, 2, 1))
    assert charged(subscription) == [310000, -155000, 310000, -155000, 310000]
    with pytest.raises(Refused, match="code"):
        on_plan(inside.bob, a_plan("other"), code="WINTER")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Redemption)) == 1


def test_a_company_pays_for_its_seats_and_each_brings_its_allowance(inside: House) -> None:
    company = Company(name="Fjell AS")
    db.session.add(company)
    db.session.flush()
    subscription = on_plan(company, a_plan(seats=4, seat_amount=200000), seats=6)
    assert charged(subscription) == [310000 + 2 * 200000]
    assert left(subscription) == 900
    assert db.session.get_one(Subscription, subscription.id).account.is_business


def test_who_owes_for_long_gets_nothing_new(inside: House) -> None:
    from coworking.billing.accounts import account_of

    person = db.session.get_one(type(inside.alice), inside.alice.id)
    account_of(person).standing = "hold"
    with pytest.raises(Refused, match="hold"):
        subscribe(person, Wish(a_plan(), START), START)


def test_a_plan_is_tried_once(inside: House) -> None:
    version = a_plan(trial_days=14)
    ending.leave(on_plan(inside.alice, version), START)
    again = on_plan(inside.alice, version)
    assert (again.state, charged(again)) == ("active", [310000])
