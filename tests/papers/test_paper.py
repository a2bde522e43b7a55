"""A paper that contradicts itself cannot be made, and one that leaves out what the law wants cannot go out as a program's invoice."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from coworking.core.money import Money
from coworking.papers import cii, facturx, ubl
from coworking.papers.paper import DoesNotAddUp, LacksMention, lacking

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


def test_vat_where_none_is_charged_is_refused() -> None:
    paper = samples.norwegian()
    with pytest.raises(DoesNotAddUp):
        replace(
            paper,
            taxes=tuple(replace(tax, category="Z") for tax in paper.taxes),
            lines=tuple(replace(line, vat_category="Z") for line in paper.lines),
        )


def test_a_period_runs_forward() -> None:
    with pytest.raises(DoesNotAddUp, match="ends before"):
        samples.norwegian(delivered_to=date(2026, 10, 1))


UNSAID = {
    "credited": lambda: replace(samples.norwegian(), kind="credit_note"),
    "BR-AE-02": lambda: samples.paper(
        [samples.line("Desk", Money(10_000, "NOK"), 0, vat_category="AE")], buyer=replace(samples.ATELIER, vat_number="")
    ),
    "BR-S-02": lambda: samples.norwegian(seller=replace(samples.KVARTAL, vat_number="", org_number="")),
    "art. 230": lambda: samples.paper([samples.line("Desk", Money(10_000, "EUR"))]),
    "BR-E-10": lambda: replace(
        exempt := samples.paper([samples.line("Desk", Money(10_000, "NOK"), 0, vat_category="E")]), taxes=(replace(exempt.taxes[0], reason=""),)
    ),
}


@pytest.mark.parametrize("what", UNSAID)
def test_no_electronic_invoice_is_made_of_a_paper_that_leaves_something_out(what: str) -> None:
    paper = UNSAID[what]()
    assert any(what in lacks for lacks in lacking(paper))
    for syntax in (cii, ubl):
        with pytest.raises(LacksMention, match=what.replace(".", r"\.")):
            syntax.invoice(paper)


def test_a_paper_that_leaves_something_out_can_still_be_printed(spoken: None) -> None:
    document = facturx.render(UNSAID["BR-S-02"]())
    assert not list(PdfReader(BytesIO(document)).attachment_list)


def test_complete_papers_lack_nothing() -> None:
    assert lacking(samples.norwegian()) == lacking(samples.french()) == lacking(samples.british()) == []


def test_the_period_leaves_no_line_out() -> None:
    paper = samples.norwegian(delivered_from=samples.norwegian().delivered_to)
    assert paper.period[0].isoformat() == "2026-11-01"
