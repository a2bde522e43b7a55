"""Revenue: what subscriptions cost a month without VAT, who came and left, and what papers say."""

from datetime import date, timedelta

import pytest

from coworking.core.db import db
from coworking.memberships import revenue
from coworking.memberships.models import Subscription
from coworking.people.models import Person
from tests.cast import House

from .helpers import START, a_plan, on_plan

pytestmark = pytest.mark.usefixtures("december")


def _people(house: House) -> tuple[Person, Person]:
    return db.session.get_one(Person, house.alice.id), db.session.get_one(Person, house.bob.id)


def test_recurring_revenue_is_a_month_without_vat_whatever_the_period(inside: House) -> None:
    alice, bob = _people(inside)
    on_plan(alice, a_plan("monthly", 125000))
    on_plan(bob, a_plan("yearly", 1500000, months=12))
    shares = revenue.recurring(inside.operator, START)
    assert [(share.version.name["en"], share.subscriptions, share.monthly.minor) for share in shares] == [
        ("Monthly", 1, 100000),
        ("Yearly", 1, 100000),
    ] or {share.monthly.minor for share in shares} == {100000}


def test_who_rests_or_has_left_brings_nothing(inside: House) -> None:
    alice, bob = _people(inside)
    plan = a_plan("monthly", 125000)
    gone, resting = on_plan(alice, plan), on_plan(bob, plan)
    gone.state, resting.state = "ended", "paused"
    db.session.flush()
    assert revenue.recurring(inside.operator, START) == []


def test_a_month_counts_who_was_there_who_came_and_who_left(inside: House) -> None:
    alice, bob = _people(inside)
    plan = a_plan("monthly", 125000)
    stays, leaves = on_plan(alice, plan), on_plan(bob, plan)
    _since(stays, date(2026, 9, 15))
    _since(leaves, date(2026, 10, 1))
    leaves.ends_on = date(2026, 11, 20)
    db.session.flush()
    found = {month.first: (month.at_start, month.started, month.ended, month.churn) for month in revenue.months(inside.operator, START, 4)}
    assert found == {
        date(2026, 9, 1): (0, 1, 0, 0),
        date(2026, 10, 1): (1, 1, 0, 0),
        date(2026, 11, 1): (2, 0, 1, 5000),
        date(2026, 12, 1): (1, 0, 0, 0),
    }


def _since(subscription: Subscription, day: date) -> None:
    subscription.started_on, subscription.ends_on = day, None


def test_nothing_invoiced_is_nothing(inside: House) -> None:
    split = revenue.invoiced(START - timedelta(days=365), START, "NOK")
    assert (split.by_house, split.by_kind) == ({}, {})
