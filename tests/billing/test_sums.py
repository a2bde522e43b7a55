"""Generated invoices and credit notes, through the database and onto paper: lines, groups and totals agree to the minor unit."""

import os
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coworking.billing import balance, crediting, invoicing
from coworking.billing.crediting import TooMuch
from coworking.billing.models import Account, Invoice
from coworking.core.money import Money
from coworking.tax.rates import VatClass
from tests.billing.helpers import DAY, account, charged
from tests.cast import House

INVOICES = int(os.environ.get("INVOICES", "15"))

wishes = st.lists(
    st.fixed_dictionaries(
        {
            "minor": st.integers(1, 10**7),
            "tax_included": st.booleans(),
            "vat_class": st.sampled_from([VatClass.SPACE, VatClass.SPACE, VatClass.SERVICE, VatClass.EXEMPT]),
            "quantity": st.sampled_from([1000, 1500, 12_000, 333]),
            "period_start": st.dates(date(2026, 1, 1), DAY),
        }
    ),
    min_size=1,
    max_size=8,
)


def _adds_up(paper: Invoice) -> None:
    assert paper.net + paper.vat == paper.gross
    assert sum(line.net for line in paper.lines) == sum(tax.net for tax in paper.taxes) == paper.net
    assert sum(line.gross for line in paper.lines) == paper.gross
    assert sum(tax.vat for tax in paper.taxes) == paper.vat


def _issued(alice: Account, wished: list[dict[str, Any]]) -> Invoice:
    for wish in wished:
        minor = wish.pop("minor")
        charged(alice, minor, period_end=DAY, **wish)
    drafted = invoicing.draft(alice, DAY)
    assert drafted is not None
    return invoicing.issue(drafted, DAY)


@pytest.mark.repeated
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=INVOICES, deadline=None)
@given(wished=wishes, cuts=st.lists(st.tuples(st.integers(0, 7), st.integers(1, 10**7)), max_size=6))
def test_every_invoice_and_all_its_credit_notes_add_up(inside: House, wished: list[dict[str, Any]], cuts: list[tuple[int, int]]) -> None:
    alice = account(inside.alice)
    invoice = _issued(alice, wished)
    _adds_up(invoice)
    papers = [invoice]
    for place, minor in cuts:
        line = invoice.lines[place % len(invoice.lines)]
        try:
            papers.append(crediting.credit(invoice, {line.id: Money(minor, "NOK")}, "A part"))
        except TooMuch:
            assert minor > crediting.left(invoice)[line.id].gross.minor
    if any(share.gross for share in crediting.left(invoice).values()):
        papers.append(crediting.credit(invoice, None, "The rest"))
    for paper in papers:
        _adds_up(paper)
    notes = papers[1:]
    assert (sum(note.net for note in notes), sum(note.vat for note in notes)) == (invoice.net, invoice.vat)
    assert balance.open_amount(invoice) == Money(0, "NOK")
    assert balance.credit_left(alice) == {}
