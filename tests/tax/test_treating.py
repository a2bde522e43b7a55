"""Which VAT a supply bears: spaces where they are, services abroad by the buyer, nothing from who is not registered."""

from datetime import date

import pytest

from coworking.tax import reasons
from coworking.tax.rates import UnknownCountry, VatClass
from coworking.tax.treating import Buyer, Seller, treat

DAY = date(2026, 11, 30)
FRENCH, NORWEGIAN = Seller("FR", True), Seller("NO", True)
GERMAN_FIRM = Buyer("DE", True, True)


def _code(vat_class: VatClass, seller: Seller, buyer: Buyer, country: str = "", on: date = DAY) -> tuple[str, int, str]:
    treatment = treat(vat_class, country or seller.country, on, seller, buyer)
    return treatment.category.value, treatment.rate, treatment.reason


@pytest.mark.parametrize("buyer", [GERMAN_FIRM, Buyer("FR", False, False), Buyer("US", True, False)])
def test_a_space_is_taxed_where_it_is_whoever_rents_it(buyer: Buyer) -> None:
    assert _code(VatClass.SPACE, FRENCH, buyer) == ("S", 2000, "")


def test_a_service_to_a_checked_business_of_another_member_state_is_taxed_there() -> None:
    assert _code(VatClass.SERVICE, FRENCH, GERMAN_FIRM) == ("AE", 0, reasons.REVERSE_CHARGE)
    for buyer in (Buyer("DE", True, False), Buyer("DE", False, True), Buyer("FR", True, True), Buyer("NO", True, True)):
        assert _code(VatClass.SERVICE, FRENCH, buyer) == ("S", 2000, "")
    assert _code(VatClass.SERVICE, NORWEGIAN, GERMAN_FIRM) == ("S", 2500, "")


def test_who_is_not_registered_charges_no_vat_and_says_so() -> None:
    assert _code(VatClass.SPACE, Seller("FR", False), GERMAN_FIRM) == ("E", 0, reasons.FRANCHISE)
    assert _code(VatClass.SPACE, Seller("NO", False), GERMAN_FIRM) == ("O", 0, reasons.UNREGISTERED)


def test_exempt_and_outside_bear_none() -> None:
    assert _code(VatClass.EXEMPT, NORWEGIAN, GERMAN_FIRM) == ("E", 0, reasons.EXEMPT)
    assert _code(VatClass.OUTSIDE, NORWEGIAN, GERMAN_FIRM) == ("O", 0, reasons.OUTSIDE)


def test_the_rate_is_that_of_the_day_of_supply() -> None:
    assert _code(VatClass.SPACE, FRENCH, GERMAN_FIRM, on=date(2013, 12, 31)) == ("S", 1960, "")
    assert _code(VatClass.SPACE, FRENCH, GERMAN_FIRM, on=date(2014, 1, 1)) == ("S", 2000, "")


def test_a_country_without_a_table_is_refused_rather_than_guessed() -> None:
    with pytest.raises(UnknownCountry):
        _code(VatClass.SPACE, NORWEGIAN, GERMAN_FIRM, country="SE")
