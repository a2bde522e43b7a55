"""What EN 16931 wants said in the same way in both of its syntaxes, CII and UBL."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from coworking.core.money import Money

from . import identifiers
from .markup import plain
from .mentions import late_terms
from .paper import Category, Line, Paper, Party, Tax

CORE = "urn:cen.eu:en16931:2017"
INVOICE, CREDIT_NOTE = "380", "381"
_CREDIT_TRANSFER, _SEPA_CREDIT_TRANSFER = "30", "58"

# UNTDID 4451 as French law uses it: costs of recovery, late penalties, discount (BR-FR-05).
_SUBJECTS = ("PMT", "PMD", "AAB")
_SERVICES = "S1"

_REASONS = {"AE": ("Reverse charge", "VATEX-EU-AE"), "O": ("Not subject to VAT", "VATEX-EU-O")}


@dataclass(frozen=True, slots=True)
class Price:
    """How a line's amount came about: ``amount`` for ``base`` units, ``quantity`` units sold. Never negative (BR-27)."""

    quantity: Decimal
    amount: Decimal
    base: Decimal | None


@dataclass(frozen=True)
class Semantics:
    """A paper in the terms of EN 16931, whatever the syntax."""

    paper: Paper

    @property
    def type_code(self) -> str:
        """UNTDID 1001."""
        return CREDIT_NOTE if self.paper.is_credit else INVOICE

    @property
    def process(self) -> str:
        """BT-23: in France, an invoice for services; elsewhere none of our business."""
        return _SERVICES if self.paper.inside_france else ""

    @cached_property
    def notes(self) -> list[tuple[str, str]]:
        """BG-1: subject code, if any, and text."""
        notes = [("", self.paper.note)] if plain(self.paper.note) else []
        if self.paper.inside_france:
            notes += zip(_SUBJECTS, late_terms(self.paper), strict=True)
        return notes

    @property
    def payment_means(self) -> str:
        """UNTDID 4461, empty where there is no account to pay to."""
        bank = self.paper.bank
        if not (bank.iban or bank.account):
            return ""
        return _SEPA_CREDIT_TRANSFER if bank.iban and self.paper.currency == "EUR" else _CREDIT_TRANSFER

    @property
    def account(self) -> str:
        """The account to pay to: its IBAN, else its national number."""
        return (self.paper.bank.iban or self.paper.bank.account).replace(" ", "")

    @property
    def terms(self) -> str:
        """BT-20: needed where there is something to pay and no due date (BR-CO-25)."""
        if self.paper.terms or self.paper.due_on or self.paper.due.minor <= 0:
            return self.paper.terms
        return "On receipt"

    @cached_property
    def outside_only(self) -> bool:
        """Whether nothing on the paper is subject to VAT: only then may the category O stand (BR-O-11)."""
        return all(tax.category == "O" for tax in self.paper.taxes)

    def category(self, category: Category) -> Category:
        """The VAT category in XML: beside lines with VAT, what lies outside its scope is called exempt (BR-O-11)."""
        return "E" if category == "O" and not self.outside_only else category

    @cached_property
    def taxes(self) -> list[Tax]:
        """BG-23, with the reasons that XML demands where no VAT is charged, and none at a rate (BR-S-10, BR-Z-10)."""
        rows: dict[tuple[Category, int], Tax] = {}
        for tax in self.paper.taxes:
            text, code = _REASONS.get(tax.category, ("", ""))
            row = replace(tax, category=self.category(tax.category), reason=plain(tax.reason) or text, vatex=tax.vatex or code)
            if row.category != tax.category:
                row = replace(row, vatex="")
            if row.category in ("S", "Z"):
                row = replace(row, reason="", vatex="")
            key = row.category, row.rate
            rows[key] = _together(rows[key], row) if key in rows else row
        return list(rows.values())

    def vat_number(self, party: Party) -> str:
        """BT-31 and BT-48: must be silent where nothing is subject to VAT (BR-O-02)."""
        return "" if self.outside_only else identifiers.vat(party)

    def tax_number(self, party: Party) -> str:
        """BT-32, silent likewise."""
        return "" if self.outside_only else identifiers.local_tax_number(party)

    @property
    def period(self) -> tuple[date, date]:
        """BG-14."""
        return self.paper.period


def _together(one: Tax, other: Tax) -> Tax:
    # Exempt and outside the scope share one row (BR-E-01); two reasons have no common code.
    return replace(one, net=one.net + other.net, vat=one.vat + other.vat, reason=f"{one.reason}; {other.reason}", vatex="")


def rate(basis_points: int) -> str:
    """A VAT rate in percent, without needless zeros: ``25``, ``5.5``."""
    return f"{Decimal(basis_points) / 100:f}".rstrip("0").rstrip(".") if basis_points % 100 else str(basis_points // 100)


def amount(money: Money) -> str:
    """An amount with the decimals of its currency."""
    return f"{money.decimal:f}"


def number(value: Decimal) -> str:
    """A plain decimal without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def price(line: Line) -> Price:
    """Unit price and quantity that give the line's amount exactly.

    Where price times quantity misses it (a price that was given gross, a discount), the amount itself is the price of that many units.
    """
    # France allows four decimals in a quantity (BR-FR-DEC-02).
    quantity = line.quantity.quantize(Decimal("0.0001")) or Decimal(1)
    backwards = line.net.minor < 0 or (line.net.minor == 0 and line.unit_net.minor * quantity < 0)
    signed = -abs(quantity) if backwards else abs(quantity)
    unit = abs(line.unit_net.decimal)
    # Half a yen is more than Peppol's rule lets pass (PEPPOL-EN16931-R120).
    if abs(unit * signed - line.net.decimal) < Decimal("0.01"):
        return Price(signed, unit, None)
    return Price(signed, abs(line.net.decimal), abs(quantity))
