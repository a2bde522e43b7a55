"""The records of one table as JSON and as CSV, line by line: nothing is held in memory but a few hundred records."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..showing import Column, Names, columns, plain

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that starts so is a formula to spreadsheets (OWASP, CSV injection)."""
Row = Mapping[str, Any]


def as_json(name: str, rows: Iterable[Row], names: Names, currency: str) -> Iterator[bytes]:
    """A JSON array, a record on each line, with the id that joins it to other files."""
    shown, first = columns(name), True
    yield b"["
    for row in rows:
        values = {"id": str(row["id"])} if "id" in row else {}
        values |= {column.name: plain(column, row, names, currency) for column in shown}
        yield (b"\n" if first else b",\n") + json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
        first = False
    yield b"\n]\n"


def as_csv(name: str, rows: Iterable[Row], names: Names, currency: str) -> Iterator[bytes]:
    """RFC 4180 in UTF-8, with a mark for spreadsheets that guess wrong without one. Heads: for people, and for programs."""
    shown = columns(name)
    yield b"\xef\xbb\xbf" + _line(["id [id]", *(f"{column.label} [{column.name}]" for column in shown)])
    for row in rows:
        yield _line([str(row["id"]) if "id" in row else "", *(_cell(column, plain(column, row, names, currency)) for column in shown)])


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


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode("utf-8", "replace")
