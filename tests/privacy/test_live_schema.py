"""What the migrations really made, read from the database itself: no column is there that the register does not know.

Our models are not asked what there is, only what it is labelled with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import check, upgrade
from sqlalchemy.engine import Connection

from coworking import create_app
from coworking.cli import MIGRATIONS
from coworking.config import Config
from coworking.core.db import db
from coworking.privacy.register import commenting
from coworking.privacy.register.checking import Column, faults
from coworking.schema import metadata, write_labels
from tests.conftest import BACKENDS

POSTGRESQL_COLUMNS = sa.text(
    "SELECT table_name, column_name, is_nullable = 'YES', data_type IN ('text', 'character varying'), data_type "
    "FROM information_schema.columns WHERE table_schema = current_schema()"
)
POSTGRESQL_REFERENCES = sa.text(
    "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text FROM pg_constraint c "
    "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) WHERE c.contype = 'f'"
)


@dataclass(frozen=True, slots=True)
class Live:
    """A migrated database."""

    app: Flask
    backend: str


@pytest.fixture(scope="module", params=BACKENDS)
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Live]:
    backend = str(request.param)
    url = ""
    if backend == "postgresql":
        from tests.support.postgres import fresh_database

        url = fresh_database(f"live_{worker_id}")
    folder: Path = tmp_path_factory.mktemp(f"live-{backend}")
    app = create_app(Config(data_dir=folder, database_url=url, secret_key="for tests only"))
    with app.app_context():
        upgrade(directory=MIGRATIONS)
        yield Live(app, backend)
        db.engine.dispose()


@pytest.fixture
def connection(live: Live) -> Iterator[Connection]:
    with db.engine.connect() as connection:
        yield connection


def columns_in(connection: Connection) -> list[Column]:
    """Every column that is there, with the label that the code has for it."""
    found = _postgresql(connection) if connection.dialect.name == "postgresql" else _sqlite(connection)
    return [
        Column(table, name, commenting.label(metadata, table, name), nullable, text, parent if name != "operator_id" else "")
        for table, name, nullable, text, parent in found
    ]


def _postgresql(connection: Connection) -> Iterator[tuple[str, str, bool, bool, str]]:
    parents = {(table, column): parent for table, column, parent in connection.execute(POSTGRESQL_REFERENCES)}
    for table, name, nullable, text, _kind in connection.execute(POSTGRESQL_COLUMNS).all():
        yield table, name, nullable, text, parents.get((table, name), "")


def _sqlite(connection: Connection) -> Iterator[tuple[str, str, bool, bool, str]]:
    made = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'").scalars().all()
    for table in made:
        parents = {row[3]: row[2] for row in connection.exec_driver_sql(f"PRAGMA foreign_key_list('{table}')").all()}
        # table_xinfo, because table_info leaves out generated and hidden columns.
        for row in connection.exec_driver_sql(f"PRAGMA table_xinfo('{table}')").all():
            yield table, row[1], not row[3] and not row[5], row[2].upper().startswith(("VARCHAR", "TEXT")), parents.get(row[1], "")


def test_every_column_that_is_there_is_labelled_and_agrees_with_the_register(connection: Connection) -> None:
    columns = columns_in(connection)
    assert len(columns) > 400
    assert [f"{column.table}.{column.name}" for column in columns if not column.label] == []
    assert faults(columns) == []


def test_nothing_of_the_code_is_missing_in_the_database(connection: Connection) -> None:
    there = {(column.table, column.name) for column in columns_in(connection)}
    assert {(table.name, column.name) for table in metadata.sorted_tables for column in table.columns} <= there


def test_no_view_or_copy_of_a_table_lies_beside_the_tables(connection: Connection) -> None:
    inspector = sa.inspect(connection)
    assert inspector.get_view_names() == []
    if connection.dialect.name == "postgresql":
        assert inspector.get_materialized_view_names() == []


def test_a_column_that_nobody_labelled_shows(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE enquiry ADD COLUMN shoe_size VARCHAR(4)")
    assert "enquiry.shoe_size has no label" in faults(columns_in(connection))
    connection.rollback()


def test_the_database_says_itself_what_is_personal(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        pytest.skip("SQLite has no comments")
    comments = {(table, column): comment for table, column, comment in connection.execute(commenting.LIVE)}
    assert comments["person", "email"] == "personal: person.email"
    assert comments["procrastinate_jobs", "args"] == "personal: job.args"
    assert {where: said for where, said in comments.items() if said != commenting.label(metadata, *where)} == {}


def test_a_label_that_went_astray_is_written_anew(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        pytest.skip("SQLite has no comments")
    connection.exec_driver_sql("COMMENT ON COLUMN person.email IS 'not personal: it is only a mail'")
    write_labels(connection)
    comments = {(table, column): comment for table, column, comment in connection.execute(commenting.LIVE)}
    assert comments["person", "email"] == "personal: person.email"
    connection.rollback()


def test_labels_in_the_database_are_no_change_of_the_tables(live: Live) -> None:
    check(directory=MIGRATIONS)
