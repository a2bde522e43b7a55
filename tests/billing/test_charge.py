"""Charges: a fact is charged once, waived while it is open, given back afterwards, and said in the reader's language."""

from datetime import timedelta

import pytest

from coworking.billing import charging
from coworking.billing.charging import AlreadyBilled, TooMuch
from coworking.billing.explaining import Explanation, explain, rule
from coworking.billing.models import Charge, Invoice
from coworking.billing.settings import settings_of
from coworking.core import i18n
from coworking.core.db import db
from coworking.core.money import CurrencyMismatch, Money
from tests.billing.helpers import DAY, account, charged
from tests.cast import House


def _billed(charge: Charge) -> Charge:
    invoice = Invoice(account_id=charge.account_id, series="KV", locale="nb", currency="NOK")
    db.session.add(invoice)
    db.session.flush()
    charge.invoice_id = invoice.id
    db.session.flush()
    return charge


def test_the_same_fact_is_charged_once(inside: House) -> None:
    alice = account(inside.alice)
    first = charged(alice, 35_000, source_key="booking:1")
    assert charged(alice, 99_000, source_key="booking:1") is first
    assert [each.amount for each in charging.open_charges(alice)] == [35_000]


@pytest.mark.parametrize("quantity", [0, -1000])
def test_a_quantity_is_above_nothing(inside: House, quantity: int) -> None:
    with pytest.raises(ValueError, match="quantity"):
        charged(account(inside.alice), quantity=quantity)


def test_an_open_charge_can_be_waived_and_a_billed_one_not(inside: House) -> None:
    alice = account(inside.alice)
    open_, billed = charged(alice), _billed(charged(alice))
    charging.waive(open_, "A mistake")
    charging.waive(open_, "Twice")
    assert open_.waived_because == "A mistake"
    with pytest.raises(AlreadyBilled):
        charging.waive(billed, "Too late")


def test_what_is_given_back_is_taxed_as_it_was_and_never_more_than_was_charged(inside: House) -> None:
    before = _billed(charged(account(inside.alice), 10_000, period_start=DAY - timedelta(days=30)))
    back = charging.give_back(before, Money(4_000, "NOK"), "back:1")
    assert charging.give_back(before, Money(4_000, "NOK"), "back:1") is back
    assert (back.amount, back.period_start, back.vat_country) == (-4_000, before.period_start, "NO")
    assert charging.left_of(before) == Money(6_000, "NOK")
    for amount in (6_001, 0, -1):
        with pytest.raises(TooMuch):
            charging.give_back(before, Money(amount, "NOK"), f"back:{amount}")
    with pytest.raises(CurrencyMismatch):
        charging.give_back(before, Money(100, "EUR"), "back:eur")


def test_taking_back_all_of_an_open_charge_leaves_nothing_on_the_next_invoice(inside: House) -> None:
    alice = account(inside.alice)
    charging.take_back(charged(alice, 5_000), Money(5_000, "NOK"), "back:1", "Cancelled")
    assert charging.open_charges(alice) == []
    billed = _billed(charged(alice, 5_000))
    charging.take_back(billed, Money(5_000, "NOK"), "back:2", "Cancelled")
    assert [each.amount for each in charging.open_charges(alice)] == [-5_000]


def test_a_charge_is_explained_by_the_rule_that_made_it(inside: House) -> None:
    @rule("test_booking")
    def said(charge: Charge) -> Explanation:
        return Explanation(charge.facts["room"], [("2 h × 350 kr", i18n.money(charge.money))])

    charge = charged(account(inside.alice), 70_000, rule="test_booking", facts={"room": "Fjord"})
    with i18n.speaking("en"):
        assert explain(charge).title == "Fjord"
        assert explain(charge).detail == ["2 h × 350 kr: 700\u00a0kr"]
        assert explain(charging.give_back(charge, Money(70_000, "NOK"), "back:1")).title == "Given back: Fjord"
        with pytest.raises(ValueError, match="test_booking"):
            rule("test_booking")(lambda charge: Explanation(""))


def test_an_operator_starts_with_its_country_s_ways(inside: House, nantes: House) -> None:
    here, there = settings_of(inside.operator), settings_of(nantes.operator)
    assert (here.series, here.credit_series, here.payment_days) == ("KV", "KVK", 14)
    assert (there.series, there.payment_days) == ("RO", 30)
    assert "forsinkelsesrente" in here.late_interest
    assert "BCE" in there.late_interest
