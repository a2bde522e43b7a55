"""Numbers that name a company, as electronic invoices and the printed paper want them."""

import re

from .paper import Party

# ISO 6523 codes: who keeps the register that a number is from.
_REGISTERS = {"NO": "0192", "FR": "0002"}


def _compact(number: str) -> str:
    return re.sub(r"[\s.\u00a0\u202f-]", "", number).upper()


def registered(party: Party) -> tuple[str, str | None]:
    """Number in the business register and the ISO 6523 code of that register, where it has one.

    A French SIRET names a workplace: its first nine digits, the SIREN, name the company.
    """
    number = _compact(party.org_number)
    if party.country == "NO":
        number = number.removesuffix("MVA")
    if party.country == "FR":
        number = number[:9]
    return number, _REGISTERS.get(party.country)


def siret(party: Party) -> str:
    """The 14 digits of a French workplace, empty where only the SIREN is known."""
    number = _compact(party.org_number)
    return number if party.country == "FR" and len(number) == 14 else ""


def vat(party: Party) -> str:
    """VAT number with its country in front (EN 16931 BR-CO-9), as in ``NO999999999MVA`` and ``FR32123456789``."""
    number = _compact(party.vat_number)
    prefix = {"GR": "EL"}.get(party.country, party.country)
    if number and not number[:2].isalpha():
        number = prefix + number
    if number.startswith("NO") and not number.endswith("MVA"):
        number += "MVA"
    return number


def local_tax_number(party: Party) -> str:
    """What names the seller to its tax office where it has no VAT number (EN 16931 BT-32)."""
    return "" if party.vat_number else registered(party)[0]


def grouped(number: str) -> str:
    """Digits in threes, as Norwegian and French numbers are printed: ``999 999 999``."""
    digits = _compact(number)
    if not digits.isdigit() or len(digits) not in (9, 14):
        return number.strip()
    head, tail = digits[:9], digits[9:]
    return " ".join([head[:3], head[3:6], head[6:], *([tail] if tail else [])]).replace(" ", "\u00a0")
