"""A statement of account tells what was billed, what was paid, and what that leaves."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from coworking.core.money import CurrencyMismatch, Money
from coworking.papers import statement
from coworking.papers.statement import Movement, Statement

from . import samples

AUTUMN = Statement(
    seller=samples.LOOM,
    buyer=samples.ADA,
    issued_on=date(2026, 12, 3),
    starts_on=date(2026, 9, 1),
    ends_on=date(2026, 11, 30),
    opening=Money(12_000, "GBP"),
    movements=(
        Movement(date(2026, 9, 1), "Invoice LW-2026-000003", Money(35_880, "GBP")),
        Movement(date(2026, 9, 9), "Bank transfer", Money(-47_880, "GBP")),
        Movement(date(2026, 11, 1), "Credit note LW-2026-C00001", Money(-4_200, "GBP")),
    ),
    locale="en",
)


def words(of: Statement) -> str:
    """What the reader reads."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(statement.render(of))).pages).split())


@pytest.mark.proves("W2G-42")
def test_the_balance_follows_every_movement() -> None:
    assert [balance.minor for balance in AUTUMN.balances] == [12_000, 47_880, 0, -4_200]


def test_it_reads_line_by_line(spoken: None) -> None:
    text = words(AUTUMN)
    for said in (
        "Balance brought in 120.00",
        "Invoice LW-2026-000003 358.80 478.80",
        "Bank transfer 478.80 0.00",
        "In your favour £42.00",
        "Balance on 30 Nov 2026",
    ):
        assert said in text, said


def test_a_quiet_period_still_has_a_balance(spoken: None) -> None:
    assert "Nothing left to pay" in words(replace(AUTUMN, opening=Money(0, "GBP"), movements=()))


def test_currencies_never_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        _ = replace(AUTUMN, opening=Money(0, "EUR")).closing
