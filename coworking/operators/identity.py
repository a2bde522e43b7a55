"""What the law and visitors want to know of the business: its numbers, checked, and its colour, kept readable."""

import math
import re
from functools import cache
from typing import NamedTuple

from stdnum.eu import vat as eu_vat
from stdnum.fr import siren
from stdnum.gb import vat as gb_vat
from stdnum.no import mva, orgnr

EU = frozenset({"AT", "BE", "DE", "DK", "ES", "FI", "FR", "IE", "IT", "LU", "NL", "PT", "SE"})
"""Of the countries that we offer. Monaco and the overseas departments use the French numbers."""
NEAR_STATES = ((15, 45), (60, 85))
"""Hues that come close to the colours of late and of now."""


class Colours(NamedTuple):
    """The operator's colour where style sheets can't say OKLCH, in mails and pictures: ``#rrggbb``, as tokens.css has them."""

    accent: str
    """On white, and under white: at least 4.5:1 (WCAG 2.2, 1.4.3) for every hue."""
    accent_dark: str
    """On a dark ground."""
    button_dark: str
    on_button_dark: str


def is_organisation_number(number: str, country: str) -> bool:
    """Whether it is a business's number of the country: organisasjonsnummer, SIREN, company number of Companies House."""
    if country == "NO":
        return bool(orgnr.is_valid(number))
    if country == "FR":
        return bool(siren.is_valid(number))
    if country == "GB":
        return re.fullmatch(r"([0-9]{8}|[A-Z]{2}[0-9]{6})", number.replace(" ", "").upper()) is not None
    return 0 < len(number) <= 40


def is_vat_number(number: str, country: str) -> bool:
    """Whether it is a VAT number of the country by form and check digits, for the EU as VIES writes it.

    Countries whose numbers we can't check keep what was typed, up to 40 characters.
    """
    if country == "NO":
        return bool(mva.is_valid(number))
    if country == "GB":
        return bool(gb_vat.is_valid(number))
    if country not in EU:
        return 0 < len(number) <= 40
    return bool(eu_vat.is_valid(number)) and number.strip().upper()[:2] == country


def most_chroma(hue: int) -> int:
    """The greatest chroma, in thousandths, that a screen can show at the accent's lightness (OKLCH L .445, sRGB)."""
    low, high = 0.0, 0.4
    for _step in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if _in_srgb(0.445, middle, hue) else (low, middle)
    return int(low * 1000)


def close_to_a_state(hue: int) -> bool:
    """Whether the hue is near those that mean late or now, so that the operator should be told."""
    return any(first <= hue <= last for first, last in NEAR_STATES)


@cache
def colours(hue: int, chroma: int) -> Colours:
    """What the two numbers of an operator come to; ``chroma`` in thousandths."""
    return Colours(
        accent=_hex(0.445, chroma / 1000, hue), accent_dark=_hex(0.82, 0.095, hue), button_dark=_hex(0.765, 0.105, hue), on_button_dark=_hex(0.19, 0.03, hue)
    )  # fmt: skip


def _hex(lightness: float, chroma: float, hue: int) -> str:
    """The colour with as much of the chroma as a screen can show, gamma-encoded as sRGB (IEC 61966-2-1)."""
    while chroma > 0 and not _in_srgb(lightness, chroma, hue):
        chroma -= 0.001
    encoded = (12.92 * each if each <= 0.0031308 else 1.055 * each ** (1 / 2.4) - 0.055 for each in _linear(lightness, max(chroma, 0), hue))
    return "#" + "".join(f"{min(max(round(each * 255), 0), 255):02x}" for each in encoded)


def _in_srgb(lightness: float, chroma: float, hue: int) -> bool:
    """In range when no channel leaves 0 to 1."""
    return all(-1e-4 <= channel <= 1 + 1e-4 for channel in _linear(lightness, chroma, hue))


def _linear(lightness: float, chroma: float, hue: int) -> tuple[float, float, float]:
    """Björn Ottosson's OKLab to linear sRGB: red, green, blue."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
