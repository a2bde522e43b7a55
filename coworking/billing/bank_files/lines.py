"""What every format of bank files comes down to."""

import hashlib
from dataclasses import dataclass
from datetime import date

from coworking.core.money import Money

MOST_BYTES = 8 * 1024 * 1024
MOST_LINES = 50_000


class NotABankFile(ValueError):
    """The file can't be read; ``why`` is a short name: empty, too_large, unknown, broken or account."""

    def __init__(self, why: str, seen: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.seen = seen
        """What was found instead, such as the headings of the file."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that came in."""

    booked_on: date
    amount: Money
    payer: str = ""
    reference: str = ""
    """What the payer wrote: a KID, a creditor reference, or free words."""
    bank_ref: str = ""
    """The bank's own name of the entry, where it gives one."""

    def fingerprint(self, nth: int) -> str:
        """The same for the same entry in any file. ``nth`` tells apart entries that are alike in every word of one file."""
        facts = (self.booked_on.isoformat(), self.amount.minor, self.amount.currency, self.payer, self.reference, self.bank_ref, nth)
        return hashlib.sha256(repr(facts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file holds."""

    kind: str
    """camt.053 or csv."""
    credits: tuple[Credit, ...]
    skipped: int = 0
    """Entries that are not money coming in: payments out, fees, lines without an amount."""
