"""Which VAT a supply bears: by what it is, where it is, who sells and who buys."""

from dataclasses import dataclass
from datetime import date

from .computing import Treatment
from .rates import Category, VatClass, standard_rate
from .reasons import EXEMPT, FRANCHISE, OUTSIDE, REVERSE_CHARGE, UNREGISTERED

# Member states of the European Union.
EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())  # noqa: SIM905 - reads as a list of countries


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells: country, and whether registered for VAT there."""

    country: str
    registered: bool


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys: country, whether a business, and whether its VAT number was checked."""

    country: str
    is_business: bool
    has_checked_number: bool


def treat(vat_class: VatClass, country: str, on: date, seller: Seller, buyer: Buyer) -> Treatment:
    """How a supply made in ``country`` on a day is taxed. Raises UnknownCountry where VAT is due and we have no table.

    A space is taxed where it is, whoever rents it (directive 2006/112/EC, article 47). A service to a business of another
    member state is taxed there, by the buyer (articles 44 and 196), once its VAT number is checked.
    """
    if vat_class is VatClass.OUTSIDE:
        return Treatment(Category.OUTSIDE, reason=OUTSIDE)
    if not seller.registered:
        # France has a scheme of its own for small sellers (CGI, article 293 B); elsewhere they stand outside VAT.
        return Treatment(Category.EXEMPT, reason=FRANCHISE) if seller.country == "FR" else Treatment(Category.OUTSIDE, reason=UNREGISTERED)
    if vat_class is VatClass.EXEMPT:
        return Treatment(Category.EXEMPT, reason=EXEMPT)
    if vat_class is VatClass.SERVICE and _taxed_abroad(seller, buyer):
        return Treatment(Category.REVERSE_CHARGE, reason=REVERSE_CHARGE)
    return Treatment(Category.STANDARD, standard_rate(country, on))


def _taxed_abroad(seller: Seller, buyer: Buyer) -> bool:
    both_in = seller.country in EU and buyer.country in EU and seller.country != buyer.country
    return both_in and buyer.is_business and buyer.has_checked_number
