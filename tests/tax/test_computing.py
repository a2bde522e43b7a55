"""Sums of papers: lines, groups and totals agree to the minor unit, whether prices were given with VAT or without."""

import os
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coworking.core.money import CurrencyMismatch, Money
from coworking.tax.computing import Priced, Share, Sums, Treatment, compute, part, total
from coworking.tax.rates import Category

PAPERS = int(os.environ.get("PAPERS", "300"))
S25, S20, S55 = (Treatment(Category.STANDARD, rate) for rate in (2500, 2000, 550))
FREE = [Treatment(category, 0, "why") for category in (Category.EXEMPT, Category.REVERSE_CHARGE, Category.OUTSIDE)]


def _gross(minor: int, treatment: Treatment = S25) -> Priced:
    return Priced(Money(minor, "NOK"), tax_included=True, treatment=treatment)


def _net(minor: int, treatment: Treatment = S25) -> Priced:
    return Priced(Money(minor, "NOK"), tax_included=False, treatment=treatment)


lines = st.lists(
    st.builds(
        Priced,
        st.integers(-(10**7), 10**9).map(lambda minor: Money(minor, "NOK")),
        st.booleans(),
        st.sampled_from([S25, S20, S55, Treatment(Category.STANDARD, 2100), *FREE]),
    ),
    min_size=1,
    max_size=30,
)


def _adds_up(sums: Sums, priced: Sequence[Priced]) -> None:
    assert sums.net + sums.vat == sums.gross
    assert sum(share.net.minor for share in sums.lines) == sum(group.net.minor for group in sums.groups) == sums.net.minor
    assert sum(share.vat.minor for share in sums.lines) == sum(group.vat.minor for group in sums.groups) == sums.vat.minor
    for share, line in zip(sums.lines, priced, strict=True):
        assert (share.gross if line.tax_included else share.net) == line.amount
        # No line strays from its own exact VAT by a whole minor unit.
        divisor = 10_000 + line.treatment.rate if line.tax_included else 10_000
        assert abs(share.vat.minor * divisor - line.amount.minor * line.treatment.rate) < divisor
    for group in sums.groups:
        # Rounding once for each way of pricing: never two minor units from rate times base (BR-CO-17 allows more).
        assert abs(group.vat.minor * 10_000 - group.net.minor * group.rate) < 20_000


def test_ten_prices_with_vat_keep_their_sum() -> None:
    sums = compute([_gross(1)] * 10, "NOK")
    assert (sums.net.minor, sums.vat.minor, sums.gross.minor) == (8, 2, 10)
    assert [share.vat.minor for share in sums.lines] == [1, 1] + [0] * 8


def test_prices_with_and_without_vat_share_one_paper() -> None:
    sums = compute([_gross(12_500), _net(10_000), _gross(10_550, S55)], "NOK")
    assert [(group.category.value, group.rate, group.net.minor, group.vat.minor) for group in sums.groups] == [
        ("S", 2500, 20_000, 5_000),
        ("S", 550, 10_000, 550),
    ]
    assert sums.gross.minor == 35_550


def test_a_discount_takes_its_vat_along() -> None:
    sums = compute([_gross(10_000), _gross(-10_000)], "NOK")
    assert (sums.net.minor, sums.vat.minor, sums.gross.minor) == (0, 0, 0)


def test_what_bears_no_vat_says_why() -> None:
    sums = compute([_net(100, FREE[1]), _gross(100, FREE[1])], "NOK")
    assert [(group.category, group.vat.minor, group.reason) for group in sums.groups] == [(Category.REVERSE_CHARGE, 0, "why")]


def test_two_currencies_never_share_a_paper() -> None:
    with pytest.raises(CurrencyMismatch):
        compute([_gross(100), Priced(Money(100, "EUR"), True, S25)], "NOK")


@pytest.mark.repeated
@settings(max_examples=PAPERS, deadline=None)
@given(priced=lines)
def test_every_paper_adds_up(priced: list[Priced]) -> None:
    _adds_up(compute(priced, "NOK"), priced)


@settings(max_examples=PAPERS // 3, deadline=None)
@given(priced=lines, cuts=st.lists(st.integers(1, 10**9), max_size=5))
def test_parts_of_a_line_given_back_one_after_the_other_are_the_whole_line(priced: list[Priced], cuts: list[int]) -> None:
    for share in compute(priced, "NOK").lines:
        if share.gross.minor <= 0:
            continue
        before, parts = Share(Money(0, "NOK"), Money(0, "NOK")), []
        for cut in [*cuts, share.gross.minor]:
            gross = Money(min(cut, share.gross.minor - before.gross.minor), "NOK")
            if gross:
                parts.append(part(share, gross, before))
                before = Share(before.net + parts[-1].net, before.gross + parts[-1].gross)
        assert before == share
        assert all(0 <= each.net.minor <= each.gross.minor for each in parts)


@settings(max_examples=PAPERS // 3, deadline=None)
@given(priced=lines)
def test_a_credit_note_mirrors_its_invoice(priced: list[Priced]) -> None:
    sums = compute(priced, "NOK")
    assert total(sums.lines, [line.treatment for line in priced], "NOK") == sums


def _line_by_line(priced: Sequence[Priced]) -> Sums:
    """Rounds each line by itself: the fault that grouping exists to prevent."""
    shares = [compute([line], "NOK").lines[0] for line in priced]
    return total(shares, [line.treatment for line in priced], "NOK")


def test_control_rounding_line_by_line_loses_cents() -> None:
    priced = [_net(2)] * 10
    assert compute(priced, "NOK").vat.minor == 5
    with pytest.raises(AssertionError):
        _adds_up(_line_by_line(priced), priced)
