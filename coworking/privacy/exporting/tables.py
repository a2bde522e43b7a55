"""The records of one table as JSON and as CSV, line by line: nothing is held in memory but a few hundred records."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

import sqlalchemy as sa

from ..showing import Column, Names, columns, plain

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that starts so is a formula to spreadsheets (OWASP, CSV injection)."""
Row = sa.RowMapping
_LINE = json.JSONEncoder(ensure_ascii=False)


def written(name: str, rows: Iterable[Row], names: Names, currency: str, cells: IO[bytes]) -> Iterator[bytes]:
    """A JSON array, a record on each line, with the id that joins it to other files. The same goes to ``cells`` as CSV.

    CSV is RFC 4180 in UTF-8, with a mark for spreadsheets that guess wrong without one. Heads: for people, and for programs.
    """
    shown, first = columns(name), True
    table = _sheet(cells)
    table.writerow(["id [id]", *(f"{column.label} [{column.name}]" for column in shown)])
    yield b"["
    for row in rows:
        number = str(row["id"]) if "id" in row else ""
        values = {column.name: plain(column, row, names, currency) for column in shown}
        table.writerow([number, *(_cell(column, values[column.name]) for column in shown)])
        yield (b"\n" if first else b",\n") + _LINE.encode({"id": number} | values).encode("utf-8", "replace")
        first = False
    yield b"\n]\n"


def _sheet(cells: IO[bytes]) -> Any:
    """A writer of CSV into a file that stays open after it."""
    cells.write(b"\xef\xbb\xbf")

    class Lines:
        """What csv writes to."""

        def write(self, line: str) -> int:
            """One line."""
            return cells.write(line.encode("utf-8", "replace"))

    return csv.writer(Lines())


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict) and "id" in value:
        return harmless(str(value.get("name") or value["id"]))
    if isinstance(value, dict | list):
        return harmless(json.dumps(value, ensure_ascii=False))
    # Numbers and amounts are ours, and may begin with a minus.
    return harmless(value) if isinstance(value, str) and column.sort.value != "money" else str(value)


def harmless(value: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    kept = value.replace("\x00", "")
    return f"'{kept}" if kept.startswith(_FORMULA) else kept
