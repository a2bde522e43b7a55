"""A row as one line of JSON, and back. Ids, days and moments are text; JSON stays JSON."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Row

from coworking.core.db import UtcDateTime
from coworking.core.texts import TextsType

from .tables import columns_of


class NoSuchRow(ValueError):
    """A line that is no row of its table."""


def line_of(row: Row[Any]) -> bytes:
    """One line, always the same for the same row whatever database it came from."""
    said = {name: _plain(value) for name, value in row._mapping.items()}  # noqa: SLF001 - how SQLAlchemy names it
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def row_of(line: bytes, table: sa.Table) -> dict[str, Any]:
    """The row of a line, ready to be written; raises NoSuchRow."""
    try:
        said = json.loads(line)
        columns = {column.name: column for column in columns_of(table)}
        if not isinstance(said, dict) or said.keys() != columns.keys():
            raise NoSuchRow("its columns are not those of the table")
        return {name: _typed(value, columns[name].type) for name, value in said.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise NoSuchRow(str(error) or "not a row") from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _typed(value: Any, kind: sa.types.TypeEngine[Any]) -> Any:
    if value is None or isinstance(kind, sa.JSON | TextsType):
        return value
    if isinstance(kind, sa.Uuid):
        return UUID(value)
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    wanted: type = bool if isinstance(kind, sa.Boolean) else int if isinstance(kind, sa.Integer) else str
    if type(value) is not wanted:
        raise NoSuchRow(f"{value!r} is no {wanted.__name__}")
    return value
