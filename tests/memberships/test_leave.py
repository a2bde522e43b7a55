"""Leaving: told before it is confirmed, undone until it happens, and the fourteen days of consumers."""

from datetime import date

import pytest
import sqlalchemy as sa
import time_machine

from coworking.billing.models import Account
from coworking.core.db import db
from coworking.memberships import ending, pausing, renewing, withdrawal
from coworking.memberships.models import SubscriptionEvent
from coworking.people.company import Company
from tests.cast import House

from .helpers import START, a_plan, charged, left, on_plan

pytestmark = pytest.mark.usefixtures("december")
MID = date(2026, 12, 16)


def test_the_last_bill_is_told_before_and_is_what_comes(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    terms = ending.terms_of_leaving(subscription, MID)
    assert terms.ends_on == date(2027, 1, 15)
    assert terms.still_to_pay and terms.still_to_pay.minor == 140000
    assert ending.leave(subscription, MID) == ending.leave(subscription, MID) == terms.ends_on
    renewing.bring_to(subscription, date(2027, 6, 1))
    assert (subscription.state, charged(subscription), left(subscription)) == ("ended", [310000, 140000], 0)
    assert subscription.next_on is None


def test_a_notice_can_be_undone_until_it_takes_effect(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    ending.leave(subscription, MID)
    renewing.bring_to(subscription, date(2027, 1, 2))
    ending.stay(subscription, date(2027, 1, 3))
    ending.stay(subscription, date(2027, 1, 3))
    assert (sum(charged(subscription)), subscription.ends_on) == (620000, None)
    ending.leave(subscription, date(2027, 1, 3))
    with pytest.raises(ending.TooLate):
        ending.stay(subscription, date(2027, 3, 1))


def test_without_notice_it_runs_to_the_end_of_what_is_paid(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan(notice_days=0))
    terms = ending.terms_of_leaving(subscription, MID)
    assert (terms.ends_on, terms.bills, terms.credit) == (date(2027, 1, 1), [], None)


def test_a_minimum_term_counts_without_pauses(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan(minimum_months=3))
    pausing.pause(subscription, date(2027, 1, 1), date(2027, 1, 11), START)
    terms = ending.terms_of_leaving(subscription, MID)
    assert terms.ends_on == terms.minimum_until == date(2027, 3, 11)


def test_a_trial_ends_with_itself(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan(trial_days=14))
    ending.leave(subscription, date(2026, 12, 3))
    renewing.bring_to(subscription, date(2027, 1, 1))
    assert (subscription.state, charged(subscription)) == ("ended", [])


def test_notice_counts_from_the_day_on_which_it_was_first_given(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    assert ending.terms_of_leaving(subscription, date(2026, 12, 10), asked_on=date(2026, 12, 5)).ends_on == date(2027, 1, 4)


def test_a_year_that_renewed_without_a_letter_can_be_left_at_once(inside: House) -> None:
    told, untold = on_plan(inside.alice, a_plan(months=12)), on_plan(inside.bob, a_plan("same", months=12))
    for day in (date(2027, 9, 20), date(2027, 12, 5)):
        renewing.bring_to(told, day)
    renewing.bring_to(untold, date(2027, 12, 5))
    assert ending.terms_of_leaving(told, date(2027, 12, 6)).ends_on == date(2028, 12, 1)
    terms = ending.terms_of_leaving(untold, date(2027, 12, 6))
    assert terms.ends_on == date(2027, 12, 7)
    ending.leave(untold, date(2027, 12, 6))
    assert terms.credit and sum(charged(untold)) == 620000 - terms.credit.minor == 310000 + 5082


def test_the_operator_ends_it_and_paid_days_come_back(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    ending.end_by_operator(subscription, date(2026, 12, 16), "The house closes", START)
    assert charged(subscription) == [310000, -160000]
    with pytest.raises(ending.TooLate):
        ending.stay(subscription, START)
    renewing.bring_to(subscription, MID)
    assert (subscription.state, left(subscription)) == ("ended", 0)


def test_no_allowance_outlives_the_plan(inside: House) -> None:
    from coworking.core import clock
    from coworking.memberships import ledger
    from coworking.people.models import Person

    from .helpers import HOURS

    subscription = on_plan(inside.alice, a_plan())
    ending.end_by_operator(subscription, date(2026, 12, 16), "Why", START)
    alice = db.session.get_one(Person, inside.alice.id)
    assert ledger.left(alice, [HOURS], clock.at_wall(date(2026, 12, 15), 600, "Europe/Oslo")) > 0
    assert ledger.left(alice, [HOURS], clock.at_wall(date(2026, 12, 16), 600, "Europe/Oslo")) == 0


def test_what_is_not_paid_ends_today(inside: House) -> None:
    subscription = on_plan(inside.alice, a_plan())
    for _ in range(2):
        ending.end_unpaid(db.session.get_one(Account, subscription.account_id), MID)
    assert (subscription.state, subscription.end_reason, sum(charged(subscription))) == ("ended", "unpaid", 150000)


def test_a_consumer_withdraws_and_pays_only_days_that_were_asked_for(inside: House) -> None:
    asked, not_asked = on_plan(inside.alice, a_plan(sign_up_fee=50000), begin_at_once=True), on_plan(inside.bob, a_plan("other", sign_up_fee=50000))
    for subscription in (asked, not_asked):
        told = withdrawal.terms(subscription, date(2026, 12, 8))
        done = withdrawal.withdraw(subscription, date(2026, 12, 8))
        assert told == done
        withdrawal.withdraw(subscription, date(2026, 12, 8))
        assert (subscription.state, left(subscription), sum(charged(subscription))) == ("ended", 0, done.kept.minor)
    assert (sum(charged(asked)), sum(charged(not_asked))) == (70000, 0)
    assert db.session.scalar(sa.select(sa.func.count()).where(SubscriptionEvent.what == "withdrawn")) == 2


def test_the_fourteen_days_end_on_a_working_day(inside: House) -> None:
    with time_machine.travel("2026-12-12T08:00:00Z", tick=False):
        subscription = on_plan(inside.alice, a_plan(), date(2026, 12, 12))
    assert withdrawal.last_day(subscription.agreed_at) == date(2026, 12, 28), "Saturday after Christmas moves to Monday"
    assert withdrawal.is_open(subscription, date(2026, 12, 28))
    with pytest.raises(withdrawal.NotOpen):
        withdrawal.withdraw(subscription, date(2026, 12, 29))


def test_companies_have_no_right_to_withdraw(inside: House) -> None:
    company = Company(name="Fjell AS")
    db.session.add(company)
    db.session.flush()
    assert not withdrawal.is_open(on_plan(company, a_plan()), START)
