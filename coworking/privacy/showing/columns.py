"""Which columns of a table its owner gets to see, and of which sort they are.

All that the register knows as personal, but for secrets that are withheld; and what makes sense of it: kinds, states,
moments, currencies. What only machines need, such as keys against doing a thing twice, stays out.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask_babel.speaklater import LazyString

from coworking.core.db import UtcDateTime
from coworking.core.labels import PERSONAL

from ..finding import columns_of
from ..register import ENTRIES, TABLES
from ..register.terms import Export
from .labels import label

MACHINES = frozenset(
    {
        "id", "operator_id", "idempotency_key", "sequence", "position", "previous_hash", "hash", "seller", "message_id", "from_name", "vanishes",
        "bill_run_id", "file_id", "mail_id", "token_hash", "words_hash", "fee", "found_at", "trouble", "last_error", "attempts", "agreement", "vat_check",
    }
)  # fmt: skip
"""Columns of no person that are left out."""
MONEY = frozenset(
    {"amount", "vat_amount", "net", "vat", "gross", "prepaid", "ours", "theirs", "rate_amount", "rate_discount"}
)  # fmt: skip


class Sort(Enum):
    """How a value is read."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    PERSON = "person"
    """Somebody of this operator: the subject, or else a role, never a name (GDPR Art. 15(4))."""
    THING = "thing"
    """A row of another table, called by what people know it by."""
    FACTS = "facts"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Column:
    """One column as its owner sees it. ``key``: its entry of the register, where it is personal. ``target``: what a THING is."""

    table: str
    name: str
    label: LazyString
    sort: Sort
    key: str | None
    target: str = ""


@cache
def shown_tables() -> tuple[str, ...]:
    """Every table with rows that belong to somebody, in the order of the register."""
    return tuple(table.name for table in TABLES.values() if table.owner and columns(table.name))


@cache
def columns(name: str) -> tuple[Column, ...]:
    """The columns of a table that its owner sees, in the order of the table."""
    return tuple(_column(name, column) for column in columns_of(name).c if _is_shown(column))


def _is_shown(column: sa.Column[object]) -> bool:
    key = column.info.get(PERSONAL)
    if key is None:
        return column.name not in MACHINES
    return ENTRIES[key].export is not Export.WITHHOLD


def _column(table: str, column: sa.Column[object]) -> Column:
    target = _target(column)
    return Column(table, column.name, label(table, column.name), _sort(table, column, target), column.info.get(PERSONAL), target)


def _target(column: sa.Column[object]) -> str:
    # This one has no foreign key: who cancelled may be gone before the booking is.
    if column.name == "cancelled_by_id":
        return "person"
    return next((key.column.table.name for key in column.foreign_keys if key.column.table.name != "operator"), "")


_FILES = frozenset({("person", "photo_file"), ("outbox_attachment", "data")})
_BY_TYPE: tuple[tuple[type[Any], Sort], ...] = (
    (UtcDateTime, Sort.MOMENT),
    (sa.JSON, Sort.FACTS),
    (sa.Boolean, Sort.YES_NO),
    (sa.Date, Sort.DAY),
    (sa.Integer, Sort.NUMBER),
)


def _sort(table: str, column: sa.Column[object], target: str) -> Sort:
    if (table, column.name) in _FILES:
        return Sort.FILE
    if target or isinstance(column.type, sa.Uuid):
        return Sort.PERSON if target == "person" else Sort.THING
    if isinstance(column.type, sa.BigInteger) and (column.name in MONEY or (table, column.name) == ("deposit", "kept")):
        return Sort.MONEY
    return next((sort for kind, sort in _BY_TYPE if isinstance(column.type, kind)), Sort.TEXT)
