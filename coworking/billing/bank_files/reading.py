"""Any file of a bank: which format it is shows by itself."""

from . import camt, spreadsheet
from .lines import MOST_BYTES, NotABankFile, Statement


def read(data: bytes, currency: str) -> Statement:
    """What came in by the file; raises NotABankFile, and then nothing of it counts. ``currency`` is the account's."""
    if not data.strip():
        raise NotABankFile("empty")
    if len(data) > MOST_BYTES:
        raise NotABankFile("too_large")
    return camt.read(data) if camt.looks_right(data) else spreadsheet.read(data, currency)
