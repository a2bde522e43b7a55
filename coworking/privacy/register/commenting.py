"""The labels in the database itself, as comments on columns: whoever looks at it with any tool sees what is personal."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.schema import SetColumnComment

from .checking import label_of
from .stores import QUEUE_COLUMNS

OTHERS = "not personal: machinery of the tools that we use"
LIVE = sa.text(
    "SELECT c.relname, a.attname, coalesce(col_description(c.oid, a.attnum), '') FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped"
)
"""Every column of every table, with its comment."""


def label(metadata: sa.MetaData, table: str, column: str) -> str:
    """The label that the code has for a column of the database; empty where it has none."""
    if table in QUEUE_COLUMNS:
        key = QUEUE_COLUMNS[table].get(column)
        return f"personal: {key}" if key else OTHERS
    known = metadata.tables.get(table)
    return label_of(known.columns[column]) if known is not None and column in known.columns else ""


def write(connection: Connection, metadata: sa.MetaData) -> None:
    """Bring the comments in line with the code."""
    for table, column, comment in connection.execute(LIVE).all():
        wanted = label(metadata, table, column)
        if wanted != comment:
            commented = sa.Table(table, sa.MetaData(), sa.Column(column, sa.Text, comment=wanted))
            connection.execute(SetColumnComment(commented.columns[column]))
