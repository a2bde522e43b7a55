"""What a transfer carries so that it finds its invoice: a KID in Norway, elsewhere an ISO 11649 creditor reference.

Both end or begin with check digits, so a slip of the finger never pays somebody else's invoice.
"""

import re
from collections.abc import Iterator

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

KID_COUNTRIES = frozenset({"NO"})

_KID = re.compile(r"(?<![0-9A-Za-z])[0-9]{2,25}(?![0-9A-Za-z])")
_RF = re.compile(r"(?<![0-9A-Za-z])RF[0-9]{2}(?: ?[0-9A-Z]){1,21}", re.IGNORECASE)
_RF_LONGEST = 25


def make(country: str, account_number: int, invoice_number: int) -> str:
    """The reference of an invoice, as a seller in ``country`` prints it."""
    body = f"{account_number:06d}{invoice_number:07d}"
    return kid(body) if country in KID_COUNTRIES else creditor_reference(body)


def kid(body: str) -> str:
    """``body``, digits, with its check digit (MOD10, Bits: KID for OCR giro)."""
    return body + luhn.calc_check_digit(body)


def creditor_reference(body: str) -> str:
    """``body``, digits and capitals, as a creditor reference (ISO 11649, check digits of ISO 7064 MOD 97-10)."""
    return f"RF{mod_97_10.calc_check_digits(f'{body}RF')}{body}"


def is_valid(reference: str) -> bool:
    """Whether its check digits are right, written with spaces or without."""
    compact = plain(reference)
    if compact.startswith("RF"):
        return 5 <= len(compact) <= _RF_LONGEST and compact.isalnum() and compact.isascii() and mod_97_10.is_valid(compact[4:] + compact[:4])
    return 2 <= len(compact) <= 25 and compact.isdigit() and compact.isascii() and luhn.is_valid(compact)


def plain(reference: str) -> str:
    """Without spaces, in capitals: one way to write it."""
    return "".join(reference.split()).upper()


def spaced(reference: str) -> str:
    """As a person reads it aloud: a creditor reference in groups of four, a KID as it is."""
    if not reference.startswith("RF"):
        return reference
    return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))


def found_in(text: str) -> Iterator[str]:
    """References with right check digits somewhere in what a payer typed, each once."""
    seen: set[str] = set()
    for match in _KID.findall(text):
        if is_valid(match) and match not in seen:
            seen.add(match)
            yield match
    for match in _RF.findall(text):
        # What follows a reference may look like more of it: the longest part that fits is meant.
        compact = plain(match)[:_RF_LONGEST]
        for end in range(len(compact), 4, -1):
            if is_valid(compact[:end]) and compact[:end] not in seen:
                seen.add(compact[:end])
                yield compact[:end]
                break
