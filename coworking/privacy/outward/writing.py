"""Plain data and records as files."""

import csv
import io
import json
from typing import Any

from .records import Record


def as_json(data: Any) -> bytes:
    """JSON for people to read too."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def as_yaml(data: Any) -> bytes:
    """YAML of dicts, lists and strings. Strings are quoted as JSON quotes them, which YAML 1.2 reads alike."""
    return ("\n".join(_lines(data, "")) + "\n").encode()


def as_csv(record: Record) -> bytes:
    """A record as a table, for spreadsheets: UTF-8 with its mark, so that they read it as such."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([record.title])
    writer.writerows([_harmless(cell) for cell in row] for row in record.facts)
    writer.writerow([])
    writer.writerow(record.head)
    writer.writerows([_harmless(cell) for cell in row] for row in record.rows)
    writer.writerow([])
    writer.writerows([measure] for measure in record.measures)
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _harmless(cell: str) -> str:
    # A spreadsheet would reckon what begins like this.
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _lines(data: Any, indent: str) -> list[str]:
    lines: list[str] = []
    if isinstance(data, dict):
        for key, value in data.items():
            lines += _entry(f"{indent}{key}:", value, indent)
    else:
        for value in data:
            inner = _lines(value, indent + "  ") if isinstance(value, dict | list) else []
            lines += [f"{indent}- {inner[0].strip()}", *inner[1:]] if inner else [f"{indent}- {json.dumps(value, ensure_ascii=False)}"]
    return lines


def _entry(head: str, value: Any, indent: str) -> list[str]:
    if isinstance(value, dict | list) and value:
        return [head, *_lines(value, indent + "  ")]
    return [f"{head} {json.dumps(value, ensure_ascii=False)}"]
