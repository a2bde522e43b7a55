"""A paper that contradicts itself, or leaves out what the law wants, cannot be made."""

from dataclasses import replace

import pytest

from coworking.core.money import Money
from coworking.papers.paper import DoesNotAddUp, LacksMention

from . import samples


@pytest.mark.parametrize("amount", ["net", "vat", "gross", "due"])
def test_a_sum_that_is_an_ore_off_is_refused(amount: str) -> None:
    paper = samples.norwegian()
    with pytest.raises(DoesNotAddUp, match="KV-2026-000123"):
        replace(paper, **{amount: getattr(paper, amount) + Money(1, "NOK")})


def test_vat_rows_must_be_those_of_the_lines() -> None:
    paper = samples.norwegian()
    with pytest.raises(DoesNotAddUp):
        replace(paper, taxes=(replace(paper.taxes[0], rate=1200), paper.taxes[1]))


def test_two_currencies_on_one_paper_are_refused() -> None:
    paper = samples.norwegian()
    with pytest.raises(DoesNotAddUp, match="two currencies"):
        replace(paper, prepaid=Money(0, "EUR"))


def test_a_credit_note_names_what_it_credits() -> None:
    with pytest.raises(LacksMention, match="names no invoice"):
        replace(samples.norwegian(), kind="credit_note")


def test_reverse_charge_needs_the_buyers_vat_number() -> None:
    reversed_ = samples.line("Desk", Money(10_000, "EUR"), 0, vat_category="AE")
    with pytest.raises(LacksMention, match="BR-AE-02"):
        samples.paper([reversed_], buyer=replace(samples.ATELIER, vat_number=""))


def test_an_exemption_needs_its_reason() -> None:
    paper = samples.paper([samples.line("Desk", Money(10_000, "NOK"), 0, vat_category="E")])
    with pytest.raises(LacksMention, match="BR-E-10"):
        replace(paper, taxes=(replace(paper.taxes[0], reason=""),))


def test_a_seller_without_any_number_is_refused() -> None:
    with pytest.raises(LacksMention, match="BR-S-02"):
        samples.norwegian(seller=replace(samples.KVARTAL, vat_number="", org_number=""))


def test_the_period_leaves_no_line_out() -> None:
    paper = samples.norwegian(delivered_from=samples.norwegian().delivered_to)
    assert paper.period[0].isoformat() == "2026-11-01"
