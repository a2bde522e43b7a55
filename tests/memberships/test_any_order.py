"""Whatever is asked, in any order, twice, and however often the worker comes: one end, and exact sums."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coworking.core.db import db, new_id
from coworking.memberships import changing, ending, pausing, renewing
from coworking.memberships.changing import ChangeRefused
from coworking.memberships.models import PlanVersion, Subscription
from coworking.memberships.pausing import PauseRefused
from coworking.people.models import Person
from tests.cast import House

from .helpers import START, a_plan, charged, left, on_plan

pytestmark = pytest.mark.usefixtures("december")
ASKED = st.lists(
    st.tuples(st.integers(0, 75), st.sampled_from(["up", "down", "later", "pause", "resume", "leave", "stay", "unpaid", "nothing"]), st.integers(1, 30)),
    max_size=9,
).map(sorted)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plans:
    """What the member goes between."""

    desk: PlanVersion
    office: PlanVersion


def _do(subscription: Subscription, plans: Plans, what: str, number: int, today: date) -> None:
    verbs: dict[str, Callable[[], object]] = {
        "up": lambda: changing.change_now(subscription, plans.office, 1, today),
        "down": lambda: changing.change_now(subscription, plans.desk, 1, today),
        "later": lambda: changing.change_at_renewal(subscription, plans.office, 1, today),
        "pause": lambda: pausing.pause(subscription, today + timedelta(days=number), today + timedelta(days=number + 10), today),
        "resume": lambda: _resume(subscription, today),
        "leave": lambda: ending.leave(subscription, today),
        "stay": lambda: ending.stay(subscription, today),
        "unpaid": lambda: ending.end_unpaid(subscription.account, today),
        "nothing": lambda: None,
    }
    try:
        verbs[what]()
    except (ChangeRefused, PauseRefused, ending.TooLate):
        return


def _resume(subscription: Subscription, today: date) -> None:
    for row in list(subscription.pauses):
        pausing.resume(subscription, row, today + timedelta(days=1), today)


def _live(plans: Plans, asked: list[tuple[int, str, int]], *, twice: bool) -> tuple[object, ...]:
    person = Person(id=new_id(), name="Somebody", email=f"{new_id().hex}@example.org")
    db.session.add(person)
    db.session.flush()
    subscription = on_plan(person, plans.desk)
    for days, what, number in asked:
        today = START + timedelta(days=days)
        for _ in range(2 if twice else 1):
            _do(subscription, plans, what, number, today)
        if twice:
            renewing.bring_to(subscription, today)
    last = START + timedelta(days=140)
    if twice:
        for days in range(76, 140, 9):
            renewing.bring_to(subscription, START + timedelta(days=days))
    renewing.bring_to(subscription, last)
    pauses = sorted((pause.starts_on, pause.ends_on) for pause in subscription.pauses)
    end = (subscription.state, subscription.version_id, subscription.period_start, subscription.period_end, subscription.ends_on)
    return *end, sum(charged(subscription)), left(subscription), pauses, _to_pay(subscription)


def _to_pay(subscription: Subscription) -> bool:
    """Whether the present period's days are charged as they are agreed, and no amount is beyond what was charged."""
    agreed = renewing.next_step(subscription) is None or subscription.rate_days >= 0
    return agreed and sum(charged(subscription)) >= 0 and left(subscription) >= 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(asked=ASKED)
def test_twice_and_with_a_busy_worker_is_the_same_as_once_and_late(inside: House, asked: list[tuple[int, str, int]]) -> None:
    with db.session.begin_nested() as aside:
        plans = Plans(a_plan(f"d{new_id().hex[:12]}"), a_plan(f"o{new_id().hex[:12]}", 620000, 20))
        assert _live(plans, asked, twice=False) == _live(plans, asked, twice=True)
        aside.rollback()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(changes=st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=6).map(sorted))
def test_a_month_of_changes_costs_each_price_times_its_days(inside: House, changes: list[tuple[int, bool]]) -> None:
    with db.session.begin_nested() as aside:
        plans = Plans(a_plan(f"d{new_id().hex[:12]}", 310001), a_plan(f"o{new_id().hex[:12]}", 619999, 20))
        person = Person(id=new_id(), name="Somebody", email=f"{new_id().hex}@example.org")
        db.session.add(person)
        db.session.flush()
        subscription, days = on_plan(person, plans.desk), [310001] * 31
        for day, up in changes:
            _do(subscription, plans, "up" if up else "down", 1, START + timedelta(days=day))
            days[day:] = [subscription.version.amount] * (31 - day)
        exact = sum(days) / 31
        assert abs(sum(charged(subscription)) - exact) <= 0.5 * (len(changes) + 1)
        aside.rollback()
