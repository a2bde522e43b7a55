"""What is left to show that somebody was erased: a number, lines of counts, and nothing of whom."""

import secrets

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db

from ..models import ErasureReceipt
from .journal import Entry
from .planning import Line, Outcome

# Without letters and digits that are taken for each other.
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_number() -> str:
    """A number that nobody guesses: 12 signs in groups of four, 60 bits."""
    signs = "".join(secrets.choice(_SIGNS) for _each in range(12))
    return "-".join(signs[first : first + 4] for first in (0, 4, 8))


def write(entry: Entry, lines: list[Line], pending: list[str]) -> ErasureReceipt:
    """The receipt of an erasure, once by its number: done again after a restore, it says again what was done."""
    receipt = find(entry.number)
    if receipt is None:
        receipt = ErasureReceipt(number=entry.number, why=entry.why, lines=[], erased_on=clock.now().date())
        db.session.add(receipt)
    receipt.lines, receipt.pending = [line.plain() for line in lines], pending
    db.session.flush()
    return receipt


def find(number: str) -> ErasureReceipt | None:
    """The receipt with that number at the operator in force."""
    return db.session.scalar(sa.select(ErasureReceipt).where(ErasureReceipt.number == number)) if number.isprintable() else None


def known(number: str) -> bool:
    """Whether an erasure with that number is done."""
    return bool(number) and find(number) is not None


def confirm(number: str, recipient: str) -> None:
    """A recipient has erased its copy too."""
    receipt = find(number)
    if receipt is not None:
        receipt.pending = [key for key in receipt.pending if key != recipient]
        db.session.flush()


def lines_of(receipt: ErasureReceipt, *outcomes: Outcome) -> list[Line]:
    """What the receipt says, in order."""
    return [line for line in map(Line.read, receipt.lines) if not outcomes or line.outcome in outcomes]
