"""Money never mixes currencies, and never loses a minor unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coworking.core.money import CurrencyMismatch, Money, from_decimal


def test_amounts_of_two_currencies_are_never_added() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(100, "NOK") + Money(100, "EUR")


def test_half_a_minor_unit_is_rounded_up() -> None:
    assert Money(1, "EUR").share(1, 2) == Money(1, "EUR")
    assert Money(5, "EUR").share(1, 4) == Money(1, "EUR")


@pytest.mark.parametrize(
    ("typed", "currency", "minor"), [("12.50", "GBP", 1250), ("3490", "NOK", 349000), ("100", "JPY", 100), ("1.234", "KWD", 1234)]
)
def test_whole_units_become_minor_units_of_their_currency(typed: str, currency: str, minor: int) -> None:
    assert from_decimal(Decimal(typed), currency) == Money(minor, currency)
    assert Money(minor, currency).decimal == Decimal(typed)


@given(st.integers(0, 10**12), st.sampled_from([0, 550, 1200, 2000, 2500]))
def test_net_and_vat_of_a_gross_price_add_up_to_it(gross: int, rate: int) -> None:
    price = Money(gross, "NOK")
    vat = price.vat_within(rate)
    assert (price - vat) + vat == price
    assert 0 <= vat.minor <= gross
