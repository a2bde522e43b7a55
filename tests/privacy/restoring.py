"""A back-up of the database under test, and putting it back: SQLite's own copy of a file, or every row of PostgreSQL."""

from collections.abc import Callable
from typing import Any

import pysqlite3.dbapi2
import sqlalchemy as sa

from coworking.core import tenancy
from coworking.core.db import Base, db
from tests.conftest import _empty


def backup() -> Callable[[], None]:
    """Copy the database as it is now; what comes back puts it back."""
    return _copy_of_file() if db.engine.dialect.name == "sqlite" else _copy_of_rows()


def _copy_of_file() -> Callable[[], None]:
    db.session.remove()
    db.engine.dispose()
    kept = pysqlite3.dbapi2.connect(":memory:")
    path = db.engine.url.database
    live = pysqlite3.dbapi2.connect(path)
    live.backup(kept)
    live.close()

    def restore() -> None:
        db.session.remove()
        db.engine.dispose()
        file = pysqlite3.dbapi2.connect(path)
        kept.backup(file)
        file.close()
        kept.close()

    return restore


def _copy_of_rows() -> Callable[[], None]:
    tables = Base.metadata.sorted_tables
    with tenancy.across_operators():
        rows: dict[str, list[dict[str, Any]]] = {
            table.name: [dict(row) for row in db.session.connection().execute(sa.select(table)).mappings()] for table in tables
        }

    def restore() -> None:
        db.session.rollback()
        with tenancy.across_operators():
            _empty()
            # A restore writes what is sealed, and marks nothing as changed.
            _triggers("DISABLE")
            for table in tables:
                if rows[table.name]:
                    db.session.connection().execute(sa.insert(table), rows[table.name])
            _triggers("ENABLE")
            db.session.commit()
        db.session.remove()

    return restore


def _triggers(verb: str) -> None:
    for table in Base.metadata.sorted_tables:
        db.session.connection().exec_driver_sql(f'ALTER TABLE "{table.name}" {verb} TRIGGER USER')
