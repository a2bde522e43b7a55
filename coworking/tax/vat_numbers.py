"""VAT numbers: their form and check digits offline, and VIES, the EU's register, through a port that never makes anybody wait long."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from urllib.parse import quote

from stdnum import exceptions
from stdnum.eu import vat as eu_vat
from stdnum.gb import vat as gb_vat
from stdnum.no import mva, orgnr

from .treating import EU

SECONDS = 5.0
MOST_BYTES = 65_536
SERVICE = "https://ec.europa.eu/taxation_customs/vies/rest-api"


class Check(Enum):
    """How far a VAT number was checked."""

    FORMAT = "format"
    """Form and check digits are right."""
    VIES = "vies"
    """The EU's register knows it."""
    REFUSED = "refused"
    """The EU's register doesn't know it."""


class Answer(Enum):
    """What the register says."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    SILENT = "silent"
    """No answer in time, or none that can be read: nothing is decided."""


class Register(Protocol):
    """Somebody who knows VAT numbers."""

    def ask(self, number: str) -> Answer:
        """Whether a number, with its country in front, is in use. Never raises."""


def compact(number: str, country: str) -> str:
    """The number as papers carry it, country in front for the EU and the United Kingdom; empty where its form is wrong.

    Norway's is the nine digits with MVA behind; countries that we can't check keep what was typed.
    """
    try:
        return _checked(number, country)
    except exceptions.ValidationError:
        return ""


def _checked(number: str, country: str) -> str:
    if country == "NO":
        digits = number.upper().replace("MVA", "").replace("NO", "")
        return f"{orgnr.validate(digits)}MVA" if not mva.is_valid(number) else mva.compact(number)
    if country == "GB":
        return f"GB{gb_vat.validate(number)}"
    if country not in EU:
        return " ".join(number.split())[:40]
    prefix = "EL" if country == "GR" else country
    typed = number.strip().upper()
    return str(eu_vat.validate(typed if typed.startswith(prefix) else prefix + typed))


@dataclass(frozen=True, slots=True)
class Vies:
    """VIES over HTTP."""

    base: str = SERVICE
    seconds: float = SECONDS

    def ask(self, number: str) -> Answer:
        """One question, with a limit on time and size; whatever goes wrong is silence."""
        country, digits = number[:2], number[2:]
        url = f"{self.base}/ms/{quote(country, safe='')}/vat/{quote(digits, safe='')}"
        try:
            with urllib.request.urlopen(url, timeout=self.seconds) as answer:  # noqa: S310 - https by setting, never from input
                told = json.loads(answer.read(MOST_BYTES))
        except (OSError, ValueError):
            return Answer.SILENT
        return _read(told)


def _read(told: object) -> Answer:
    if not isinstance(told, dict):
        return Answer.SILENT
    # The service says why it can't answer in userError, such as MS_UNAVAILABLE.
    if told.get("userError") not in ("VALID", "INVALID", None):
        return Answer.SILENT
    known = told.get("isValid", told.get("valid"))
    return Answer.SILENT if not isinstance(known, bool) else Answer.KNOWN if known else Answer.UNKNOWN
