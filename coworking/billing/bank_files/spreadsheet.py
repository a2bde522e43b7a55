"""CSV from banks: which column is which is told by its heading; delimiter, decimals and dates by what is there."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from coworking.core.forms import one_line
from coworking.core.money import from_decimal

from .columns import Columns, recognise
from .lines import MOST_LINES, Credit, NotABankFile, Statement

DELIMITERS = (";", ",", "\t", "|")
HEADINGS_WITHIN = 20
"""Banks put account numbers and periods above the headings."""

_AMOUNT = re.compile(r"[+-]?[0-9]{1,12}(?:[.,][0-9]{1,2})?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4}|[0-9]{2})")


def read(data: bytes, currency: str) -> Statement:
    """The credits of a file; raises NotABankFile. ``currency`` is the account's, where the file doesn't tell it."""
    text = _decoded(data)
    for delimiter in DELIMITERS:
        rows = _rows(text, delimiter)
        for place, row in enumerate(rows[:HEADINGS_WITHIN]):
            columns = recognise(row) if len(row) > 1 else None
            if columns is not None:
                return _statement(rows[place + 1 :], columns, currency)
    raise NotABankFile("unknown", one_line(text.strip().split("\n")[0])[:120])


def _statement(rows: Sequence[Sequence[str]], columns: Columns, currency: str) -> Statement:
    if len(rows) > MOST_LINES:
        raise NotABankFile("too_large")
    found, skipped, failed = [], 0, 0
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        written = _cell(row, columns.day)
        day, amount = _day(written), _amount(_cell(row, columns.incoming if columns.incoming is not None else columns.amount))
        if day is None or amount is None:
            # A sum at the foot has no day, a payment out no amount that came in: neither is money that we would lose.
            failed += bool(written) and day is None and amount is not None
            skipped += 1
        elif amount <= 0:
            skipped += 1
        else:
            found.append(_credit(row, columns, day, amount, currency))
    if failed and not found:
        raise NotABankFile("broken")
    return Statement("csv", tuple(found), skipped)


def _credit(row: Sequence[str], columns: Columns, day: date, amount: Decimal, currency: str) -> Credit:
    told = _cell(row, columns.currency).upper()
    words = " ".join(dict.fromkeys(filter(None, (_cell(row, each) for each in columns.references))))
    code = told if len(told) == 3 and told.isalpha() and told.isascii() else currency
    return Credit(day, from_decimal(amount, code), _cell(row, columns.payer)[:140], words[:140], _cell(row, columns.bank_ref)[:140])


def _decoded(data: bytes) -> str:
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotABankFile("unknown")
    for encoding in ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise NotABankFile("unknown")


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        return []


def _cell(row: Sequence[str], place: int | None) -> str:
    return one_line(row[place]) if place is not None and place < len(row) else ""


def _day(written: str) -> date | None:
    iso, day_first = _ISO.match(written), _DAY_FIRST.match(written)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if day_first:
            year = int(day_first[3])
            return date(year + 2000 if year < 100 else year, int(day_first[2]), int(day_first[1]))
    except ValueError:
        return None
    return None


def _amount(written: str) -> Decimal | None:
    """``1 234,56``, ``1.234,56``, ``1,234.56`` or ``-12``: the last sign before one or two digits is the decimal one."""
    bare = re.sub(r"[\s\u00a0\u202f'’€£]|kr|NOK|EUR|GBP", "", written).replace("−", "-")
    last = max(bare.rfind(","), bare.rfind("."))
    if last >= 0:
        decimals = bare[last + 1 :] if len(bare) - last - 1 in {1, 2} else ""
        whole = bare[:last] if decimals else bare
        bare = re.sub("[.,]", "", whole) + (f".{decimals}" if decimals else "")
    return Decimal(bare) if _AMOUNT.fullmatch(bare) else None
