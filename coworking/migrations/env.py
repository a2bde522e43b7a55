"""Alembic's entry: migrations run on the app's own engine, one transaction each."""

from alembic import context
from flask import current_app

from coworking.core import tenancy
from coworking.schema import metadata

OTHERS_TABLES = ("procrastinate_",)


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table is ours to compare: the job queue of PostgreSQL brings its own."""
    return not (kind == "table" and name is not None and name.startswith(OTHERS_TABLES))


engine = current_app.extensions["migrate"].db.engine
with tenancy.across_operators(), engine.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, include_name=ours, render_as_batch=True, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
