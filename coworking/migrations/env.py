"""Alembic's entry: migrations run on the app's own engine, one transaction each."""

from collections.abc import Iterable
from typing import Any, Literal

from alembic import context
from alembic.operations.ops import AlterColumnOp, MigrationScript, OpContainer
from flask import current_app

from coworking.core import tenancy
from coworking.core.db import UtcDateTime
from coworking.core.texts import TextsType
from coworking.schema import metadata, write_labels

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


def without_comments(_context: object, _revision: object, scripts: Iterable[MigrationScript]) -> None:
    """Leave comments out of what changed: they are the labels of the code, and written after every run."""
    for script in scripts:
        for each in script.upgrade_ops_list:
            _drop_comments(each)


def _drop_comments(container: OpContainer) -> None:
    for operation in list(container.ops):
        if isinstance(operation, OpContainer):
            _drop_comments(operation)
            empty = not operation.ops
        else:
            empty = False
            if isinstance(operation, AlterColumnOp) and operation.modify_comment is not False:
                operation.modify_comment = False
                empty = not operation.has_changes()
        if empty:
            container.ops.remove(operation)


engine = current_app.extensions["migrate"].db.engine
with tenancy.across_operators(), engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=metadata, include_name=ours, render_item=plain, render_as_batch=True,
        process_revision_directives=without_comments,
    )  # fmt: skip
    with context.begin_transaction():
        context.run_migrations()
        write_labels(connection)
    connection.commit()
