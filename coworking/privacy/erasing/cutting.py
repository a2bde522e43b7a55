"""Table by table: deleting, emptying and cutting what the register says, with its foreign keys in order."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.core.db import db

from ..finding import Subject, columns_of, mentioned, owned
from ..register import TABLES
from ..register.table import Fate, Table
from . import special
from .planning import is_held, keys_of

CHUNK = 30
"""Rows in one transaction where there are many: on SQLite everybody else waits that long to write."""


def in_order() -> list[Table]:
    """The tables of the register, children before parents."""
    names = [table.name for table in reversed(columns_of("person").metadata.sorted_tables)]
    return [TABLES[name] for name in names if name in TABLES]


def cut(subject: Subject, table: Table, held: Collection[str], only: sa.ColumnElement[bool]) -> None:
    """Do to the subject's rows of one table what the register says. ``only`` narrows the rows; ``held``: keys of legal holds."""
    if not table.owner or table.fate in (Fate.STAY, Fate.EXPIRE):
        return
    rows = sa.and_(owned(subject, table.name), only)
    if held and table.name == "person":
        _hollow(rows, held)
    elif is_held(table, held) or (held and table.name in special.OF_THE_HOLD):
        return
    elif table.name in special.SEVERERS:
        special.SEVERERS[table.name](subject, rows)
    elif table.blank:
        _execute(sa.update(columns_of(table.name)).where(rows).values(_blanks(table.name, table.blank)))
    elif table.fate is not Fate.HOLD:
        _let_go(table.name, rows)
        _execute(sa.delete(columns_of(table.name)).where(rows))


def cut_mentions(person_id: UUID) -> None:
    """Take the person out of every row in which they acted, their own and those of others. Asks once where there are any."""
    tables = [table for table in in_order() if table.mentions]
    asked = sa.union_all(
        *(
            sa.select(sa.literal(table.name)).where(
                sa.select(sa.literal(1)).select_from(columns_of(table.name)).where(mentioned(person_id, table.name)).exists()
            )
            for table in tables
        )
    )
    named = set(db.session.connection().scalars(asked))
    for table in tables:
        if table.name in named:
            for column in table.mentions:
                place = columns_of(table.name)
                also = special.WITH_MENTION.get((table.name, column), {})
                _execute(sa.update(place).where(place.c[column] == person_id).values({column: None, **also}))


def chunks(subject: Subject, table: Table, held: Collection[str]) -> Iterator[sa.ColumnElement[bool]]:
    """Conditions that each pick CHUNK rows of a table to be removed, until few enough are left for one go."""
    columns = columns_of(table.name)
    if table.name == "person":
        # The row that everything hangs on goes with the last transaction.
        return
    stays = is_held(table, held) or table.blank or table.fate not in (Fate.DELETE, Fate.SEVER)
    if stays or not table.owner or "id" not in columns.c:
        return
    while True:
        ids = list(db.session.connection().scalars(sa.select(columns.c.id).where(owned(subject, table.name)).order_by(columns.c.id).limit(CHUNK)))
        if len(ids) < CHUNK:
            return
        yield columns.c.id.in_(ids)


def _let_go(name: str, rows: sa.ColumnElement[bool]) -> None:
    """Let rows that stay point no more at rows that go."""
    going = columns_of(name)
    for table in going.metadata.tables.values():
        for key in table.foreign_key_constraints:
            if key.referred_table is not going or key.ondelete:
                continue
            column = next(each for each in key.columns if each.name != "operator_id")
            if column.nullable and table.name not in special.SEALED:
                _execute(sa.update(table).where(column.in_(sa.select(going.c.id).where(rows))).values({column.name: None}))


def _hollow(rows: sa.ColumnElement[bool], held: Collection[str]) -> None:
    """A legal hold needs somebody to be about: the person's row stays until it ends, without anything that is not held."""
    going = [name for key, columns in keys_of("person").items() if key not in held for name in columns if name not in special.SKELETON]
    _execute(sa.update(columns_of("person")).where(rows).values(_blanks("person", going)))


def _blanks(name: str, columns: Collection[str]) -> dict[str, Any]:
    table = columns_of(name)
    return {column: None if table.c[column].nullable else _nothing(table.c[column].type) for column in columns}


def _nothing(kind: sa.types.TypeEngine[Any]) -> Any:
    return False if isinstance(kind, sa.Boolean) else 0 if isinstance(kind, sa.Integer) else ""


def _execute(statement: sa.Update | sa.Delete) -> None:
    db.session.connection().execute(statement)
