"""Alembic's entry: migrations run on the app's own engine, one transaction each."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from coworking.core import tenancy
from coworking.core.db import UtcDateTime
from coworking.core.texts import TextsType
from coworking.schema import metadata

OTHERS_TABLES = ("procrastinate_",)


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is ours to compare: the job queue of PostgreSQL brings its own."""
    return not (kind == "table" and name is not None and name.startswith(OTHERS_TABLES))


def plain(kind: str, value: Any, _context: object) -> str | Literal[False]:
    """Write our own column types as what the database sees, so that old migrations don't follow our code."""
    if kind != "type":
        return False
    if isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return "sa.JSON()" if isinstance(value, TextsType) else False


engine = current_app.extensions["migrate"].db.engine
with tenancy.across_operators(), engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, include_name=ours, render_item=plain, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
