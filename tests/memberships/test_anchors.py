"""Month ends, and the days between them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworking.core.money import Money
from coworking.memberships.anchors import months_after, next_start
from coworking.memberships.proration import Span, difference, part, quantity, running_days


def test_the_last_day_of_january_keeps_its_anchor_through_february() -> None:
    assert next_start(date(2027, 1, 31), 31, 1) == date(2027, 2, 28)
    assert next_start(date(2027, 2, 28), 31, 1) == date(2027, 3, 31)
    assert next_start(date(2028, 1, 31), 31, 1) == date(2028, 2, 29)
    assert next_start(date(2028, 2, 29), 29, 12) == date(2029, 2, 28)
    assert next_start(date(2029, 2, 28), 29, 36) == date(2032, 2, 29)
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.sampled_from([1, 2, 3, 6, 12]), st.integers(1, 40))
def test_many_periods_come_to_where_one_long_one_does(start: date, months: int, count: int) -> None:
    reached = start
    for _ in range(count):
        following = next_start(reached, start.day, months)
        assert following > reached
        reached = following
    assert reached == next_start(start, start.day, months * count)


@given(st.integers(0, 10**9), st.integers(1, 366), st.lists(st.integers(0, 366), max_size=8))
def test_a_price_is_charged_for_exactly_its_days_whatever_happened(amount: int, of_days: int, steps: list[int]) -> None:
    price, before, total = Money(amount, "EUR"), 0, 0
    for step in steps:
        after = min(step, of_days)
        total += difference(price, before, after, of_days).minor
        before = after
    assert total == part(price, before, of_days).minor
    assert abs(total * of_days - amount * before) * 2 <= of_days


@pytest.mark.parametrize(
    ("whole", "days", "of_days", "part_of_it"), [(600, 15, 30, 300), (600, 1, 31, 19), (1, 1, 2, 1), (1, 1, 3, 0), (600, 0, 30, 0)]
)
def test_allowances_round_half_up(whole: int, days: int, of_days: int, part_of_it: int) -> None:
    assert quantity(whole, days, of_days) == part_of_it


def test_pauses_and_the_end_take_their_days_out() -> None:
    month = Span(date(2026, 12, 1), date(2027, 1, 1))
    assert running_days(month, []) == 31
    assert running_days(month, [Span(date(2026, 11, 20), date(2026, 12, 4)), Span(date(2026, 12, 30), date(2027, 2, 1))]) == 26
    assert running_days(month, [Span(date(2026, 12, 10), date(2026, 12, 20))], date(2026, 12, 15)) == 9
    assert running_days(month, [Span(date(2026, 12, 10), date.max)]) == 9
