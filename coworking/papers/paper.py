"""What an invoice or a credit note says, as plain values: the one source of its PDF and of its electronic forms.

Amounts of a credit note are positive: they say what is given back. Rates are basis points, quantities exact decimals.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Literal

from coworking.core.money import CurrencyMismatch, Money

Kind = Literal["invoice", "credit_note"]

# EN 16931 (UNTDID 5305): standard, zero, exempt, reverse charge, outside the scope of VAT.
Category = Literal["S", "Z", "E", "AE", "O"]

# UN/ECE Recommendation 20.
HOUR, DAY, MONTH, PIECE = "HUR", "DAY", "MON", "C62"

# The currency in which each country's tax office wants to read the VAT.
_HOME = {"NO": "NOK", "FR": "EUR", "GB": "GBP"}

# Peppol's list of electronic address schemes.
NORWEGIAN_ORG, FRENCH_SIRET, FRENCH_DIRECTORY, UK_VAT = "0192", "0009", "0225", "9932"


class DoesNotAddUp(ValueError):
    """The figures of a paper contradict each other."""


class LacksMention(ValueError):
    """The law or EN 16931 demands something that this paper does not say: no electronic invoice can be made of it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a party receives electronic invoices: a scheme of Peppol's list and an id in it."""

    scheme: str
    id: str


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or buyer as they stood when the paper was issued."""

    name: str
    country: str
    street: str = ""
    postcode: str = ""
    city: str = ""
    org_number: str = ""
    vat_number: str = ""
    email: str = ""
    phone: str = ""
    attention: str = ""
    legal_lines: tuple[str, ...] = ()
    is_business: bool = True
    endpoint: Endpoint | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing sold. ``starts_on`` and ``ends_on`` are both inside the period."""

    position: int
    description: str
    quantity: Decimal
    unit: str
    unit_net: Money
    net: Money
    vat_category: Category
    vat_rate: int
    details: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Tax:
    """VAT of all lines of one category and rate. ``reason`` is the law's sentence, ``vatex`` its code in EN 16931's list."""

    category: Category
    rate: int
    net: Money
    vat: Money
    reason: str = ""
    vatex: str = ""


@dataclass(frozen=True, slots=True)
class Credited:
    """The invoice that a credit note takes back from."""

    label: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Bank:
    """Where to pay. ``account`` is a national account number, such as a Norwegian kontonummer."""

    iban: str = ""
    bic: str = ""
    account: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Brand:
    """How the operator looks: trading name, OKLCH hue in degrees, chroma in thousandths, and a PNG, JPEG, WebP or SVG logo."""

    name: str = ""
    hue: int = 168
    chroma: int = 85
    logo: bytes = b""


@dataclass(frozen=True, slots=True)
class Paper:
    """An invoice or credit note, complete; ``fingerprint`` is the hash that seals it.

    Raises DoesNotAddUp rather than be made wrong; ``lacking`` tells what it leaves out.
    """

    kind: Kind
    label: str
    issued_on: date
    delivered_from: date
    delivered_to: date
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    net: Money
    vat: Money
    gross: Money
    prepaid: Money
    due: Money
    locale: str
    due_on: date | None = None
    tax_point: date | None = None
    delivered_at: str = ""
    reference: str = ""
    purchase_order: str = ""
    buyer_reference: str = ""
    bank: Bank = field(default_factory=Bank)
    credits: tuple[Credited, ...] = ()
    terms: str = ""
    late_interest: str = ""
    note: str = ""
    vat_local: Money | None = None
    vat_on_debits: bool = False
    brand: Brand = field(default_factory=Brand)
    fingerprint: str = ""

    def __post_init__(self) -> None:
        try:
            _adds_up(self)
        except CurrencyMismatch as mixed:
            raise DoesNotAddUp(f"{self.label}: two currencies, {mixed}") from mixed

    @property
    def currency(self) -> str:
        """ISO 4217 code of all amounts but ``vat_local``."""
        return self.gross.currency

    @property
    def is_credit(self) -> bool:
        """Whether this takes back from an invoice."""
        return self.kind == "credit_note"

    @property
    def period(self) -> tuple[date, date]:
        """First and last day of what is billed, no line left out."""
        starts = [self.delivered_from, *(line.starts_on for line in self.lines if line.starts_on)]
        ends = [self.delivered_to, *(line.ends_on for line in self.lines if line.ends_on)]
        return min(starts), max(ends)

    @property
    def inside_france(self) -> bool:
        """Whether both parties are French businesses: then France's own rules for invoices hold."""
        return self.seller.country == self.buyer.country == "FR" and self.buyer.is_business


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Sum of amounts of one currency; raises CurrencyMismatch."""
    return reduce(Money.__add__, amounts, Money(0, currency))


def _adds_up(paper: Paper) -> None:
    if not paper.lines or paper.delivered_from > paper.delivered_to:
        raise DoesNotAddUp(f"{paper.label}: no line, or a period that ends before it starts")
    if any(tax.vat for tax in paper.taxes if tax.category != "S"):
        raise DoesNotAddUp(f"{paper.label}: VAT where none is charged")
    if paper.vat_local is not None and paper.vat_local.minor * paper.vat.minor < 0:
        raise DoesNotAddUp(f"{paper.label}: VAT in two currencies, of two signs")
    lines = total((line.net for line in paper.lines), paper.currency)
    checks = (
        ("lines and net", lines, paper.net),
        ("VAT bases and net", total((tax.net for tax in paper.taxes), paper.currency), paper.net),
        ("VAT by rate and VAT", total((tax.vat for tax in paper.taxes), paper.currency), paper.vat),
        ("net, VAT and gross", paper.net + paper.vat, paper.gross),
        ("gross, paid and due", paper.gross - paper.prepaid, paper.due),
        *_by_rate(paper),
    )
    for what, left, right in checks:
        if left != right:
            raise DoesNotAddUp(f"{paper.label}: {what}: {left.decimal} and {right.decimal} {paper.currency}")


def _by_rate(paper: Paper) -> Iterable[tuple[str, Money, Money]]:
    nets: dict[tuple[str, int], Money] = {}
    for line in paper.lines:
        key = (line.vat_category, line.vat_rate)
        nets[key] = nets.get(key, Money(0, paper.currency)) + line.net
    for tax in paper.taxes:
        yield f"lines at {tax.category} {tax.rate}", nets.pop((tax.category, tax.rate), Money(0, paper.currency)), tax.net
    if nets:
        raise DoesNotAddUp(f"{paper.label}: no VAT row for {sorted(nets)}")


def lacking(paper: Paper) -> list[str]:
    """What the law or EN 16931 wants said and this paper does not say; empty when an electronic invoice can be made of it."""
    categories = {tax.category for tax in paper.taxes}
    seller_known = paper.seller.vat_number or paper.seller.org_number
    wants = (
        (paper.is_credit and not paper.credits, "the invoice that is credited"),
        (bool(categories - {"O"}) and not seller_known, "VAT number or registration of the seller (EN 16931 BR-S-02)"),
        ("AE" in categories and not paper.buyer.vat_number, "the buyer's VAT number, for reverse charge (EN 16931 BR-AE-02)"),
        (_hides_home_vat(paper), "the VAT in the seller's own currency (VAT directive, art. 230)"),
        (any(tax.category == "E" and not tax.reason for tax in paper.taxes), "the reason of an exemption (EN 16931 BR-E-10)"),
    )
    return [what for wanted, what in wants if wanted]


def demand(paper: Paper) -> None:
    """Raise LacksMention where an electronic invoice would not be one."""
    if lacks := lacking(paper):
        raise LacksMention(f"{paper.label}: {'; '.join(lacks)}")


def _hides_home_vat(paper: Paper) -> bool:
    home = _HOME.get(paper.seller.country, paper.currency)
    return home != paper.currency and paper.vat_local is None and (bool(paper.vat) or paper.inside_france)
