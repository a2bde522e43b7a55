"""VAT rates as dated tables, one country after another, each with its source."""

from dataclasses import dataclass
from datetime import date
from enum import Enum


class VatClass(Enum):
    """What kind of supply something is, as far as VAT asks."""

    SPACE = "space"
    """Use of a place: taxed where the place is, whoever buys (directive 2006/112/EC, article 47)."""
    SERVICE = "service"
    """Anything else, such as mail handling: a business abroad accounts for it itself (articles 44 and 196)."""
    EXEMPT = "exempt"
    """A supply that the law frees from VAT."""
    OUTSIDE = "outside"
    """No supply at all: a deposit, a penalty."""


class Category(Enum):
    """The codes that e-invoices use (UNTDID 5305, EN 16931 BT-151)."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class Dated:
    """A standard rate and the first day on which it applies."""

    since: date
    rate: int
    """Basis points."""


STANDARD: dict[str, tuple[Dated, ...]] = {
    # Merverdiavgiftsloven § 5-1 with Stortingets avgiftsvedtak § 1.
    "NO": (Dated(date(2005, 1, 1), 2500),),
    # Code général des impôts, article 278.
    "FR": (Dated(date(2000, 4, 1), 1960), Dated(date(2014, 1, 1), 2000)),
    # Value Added Tax Act 1994, section 2(1), as amended by Finance (No. 2) Act 2010, section 3.
    "GB": (Dated(date(2010, 1, 1), 1750), Dated(date(2011, 1, 4), 2000)),
}


class UnknownCountry(LookupError):
    """There is no table for this country."""


def standard_rate(country: str, on: date) -> int:
    """The standard rate in basis points on a day; raises UnknownCountry where we have no table for it."""
    for dated in reversed(STANDARD.get(country, ())):
        if dated.since <= on:
            return dated.rate
    raise UnknownCountry(country)


def rate(country: str, vat_class: VatClass, on: date, *, registered: bool = True) -> int:
    """Basis points of VAT in the price of a supply made on a day in ``country``; nothing where the seller isn't registered."""
    if not registered or vat_class in {VatClass.EXEMPT, VatClass.OUTSIDE}:
        return 0
    return standard_rate(country, on)
