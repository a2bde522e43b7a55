"""A paper in another currency says its VAT at home too, by a rate that the operator entered; without one it waits."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from coworking.billing import bill_runs, crediting, hashing, home_currency, invoicing, papers
from coworking.billing.home_currency import NoRate
from coworking.billing.models import BillRun, ExchangeRate, Invoice
from coworking.core.db import db
from coworking.core.money import Money
from coworking.operators.models import Operator
from coworking.papers import ubl
from coworking.people.models import Person
from tests.cast import House
from tests.conftest import As

from .helpers import DAY, account, charged


def _draft(house: House, minor: int = 12_500):
    charge = charged(account(house.alice), minor, "EUR")
    drafted = invoicing.draft(account(house.alice), DAY, "EUR", charges=[charge])
    assert drafted is not None
    return drafted


def test_it_waits_for_a_rate(inside: House) -> None:
    drafted = _draft(inside)
    with pytest.raises(NoRate) as missing:
        invoicing.issue(drafted, DAY)
    assert (missing.value.currency, missing.value.home) == ("EUR", "NOK")
    home_currency.keep_rate("EUR", DAY - timedelta(days=40), Decimal("11.7"))
    with pytest.raises(NoRate):
        invoicing.issue(drafted, DAY)


def test_the_latest_rate_of_the_month_before_is_said_in_every_form_of_the_paper(inside: House) -> None:
    operator = db.session.get_one(Operator, inside.operator.id)
    operator.org_number, operator.vat_number = "923609016", "923609016MVA"
    home_currency.keep_rate("EUR", DAY - timedelta(days=20), Decimal("10"))
    home_currency.keep_rate("EUR", DAY - timedelta(days=2), Decimal("11.75"))
    home_currency.keep_rate("EUR", DAY + timedelta(days=1), Decimal("99"))
    issued = invoicing.issue(_draft(inside), DAY)
    paper = papers.paper_of(issued)
    assert paper.vat_local == Money(round(issued.vat * 11.75), "NOK")
    assert b"TaxCurrencyCode>NOK" in ubl.invoice(paper)
    assert papers.pdf(issued).startswith(b"%PDF")
    assert hashing.verify(issued.series) is None


def test_a_credit_note_keeps_the_rate_of_its_invoice(inside: House) -> None:
    home_currency.keep_rate("EUR", DAY, Decimal("11.75"))
    issued = invoicing.issue(_draft(inside), DAY)
    home_currency.keep_rate("EUR", DAY, Decimal("12"))
    note = crediting.credit(issued, None, "by mistake", DAY)
    assert papers.paper_of(note).vat_local == papers.paper_of(issued).vat_local


def test_a_purchase_that_is_paid_now_is_not_held_up(inside: House) -> None:
    charge = charged(account(inside.alice), 12_500, "EUR")
    issued = invoicing.bill(account(inside.alice), [charge], DAY)
    assert issued is not None
    assert papers.paper_of(issued).vat_local is None


def test_home_is_where_vat_is_declared(inside: House) -> None:
    assert home_currency.home_of(inside.operator) == "NOK"
    inside.operator.country = "FR"
    assert home_currency.home_of(inside.operator) == "EUR"


def test_the_desk_enters_a_rate_and_is_told_what_is_wrong_with_one(bergen: House, browse: As, app) -> None:
    olga = browse(bergen, bergen.olga)
    page = olga.get("/desk/settings/billing").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    wrong = olga.post("/desk/settings/billing/rates", data={"csrf_token": token, "currency": "EUR", "day": "2026-12-01", "rate": "eleven"})
    assert wrong.status_code == 422
    assert "eleven" in wrong.text
    kept = olga.post("/desk/settings/billing/rates", data={"csrf_token": token, "currency": "EUR", "day": "2026-12-01", "rate": "11,745"})
    assert kept.status_code == 303
    assert "11.745" in olga.get("/desk/settings/billing").text


def test_one_day_has_one_rate(inside: House) -> None:
    for rate in ("11", "12"):
        home_currency.keep_rate("EUR", DAY, Decimal(rate))
    assert db.session.scalars(sa.select(ExchangeRate.millionths)).all() == [12_000_000]


def test_a_bill_run_names_the_missing_rate_and_bills_the_rest(inside: House) -> None:
    payer = account(inside.alice)
    charged(payer, 12_500, "EUR")
    charged(payer, 9_900, "NOK")
    run = bill_runs.start(DAY, DAY, by=db.session.get_one(Person, inside.olga.id))
    while bill_runs.bill_next(run.id):
        pass
    assert [invoice.currency for invoice in db.session.scalars(sa.select(Invoice).where(Invoice.state == "issued"))] == ["NOK"]
    assert [each.partition(" ")[2] for each in db.session.get_one(BillRun, run.id, populate_existing=True).trouble] == ["NoRate"]
