"""The database: base class, column types, and one commit per request or job."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import pysqlite3.dbapi2
import sqlalchemy as sa
from flask import Flask, Response, g, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator
from uuid_utils.compat import uuid7

from .folding import fold
from .labels import not_personal
from .texts import Texts, TextsType

SAFE_SQLITE = (3, 51, 3)
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_write_intent: ContextVar[bool] = ContextVar("write_intent", default=True)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Aware on the way in, UTC in the database, aware UTC on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC for the database; a naive moment is a programming error and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive moment {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        UUID: sa.Uuid,
        Texts: TextsType,
        dict[str, Any]: sa.JSON,
        list[str]: sa.JSON,
    }


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): sorts by the time it was made, tells nothing about counts."""
    return uuid7()


class Identified:
    """A row with an id of its own, made by the app and portable between installations."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-20, info=not_personal("made by the app, tells nothing"))


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})


@contextmanager
def reading() -> Iterator[None]:
    """Open the next transaction as a reader, which on SQLite leaves the single writer's place free."""
    token = _write_intent.set(False)
    try:
        yield
    finally:
        _write_intent.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Open the next transaction as a writer, in a request that began as a reader. Call ``release`` first."""
    token = _write_intent.set(True)
    try:
        yield
    finally:
        _write_intent.reset(token)


@contextmanager
def aside() -> Iterator[Connection]:
    """A short transaction beside the one of a request that reads, for something that lasts whatever becomes of the request.

    Where the request writes already it is that one: SQLite has a single writer, who would wait for itself.
    """
    if _write_intent.get():
        yield db.session.connection()
        return
    with writing(), db.engine.begin() as connection:
        yield connection


def keep() -> None:
    """Commit what was written so far, before asking somebody elsewhere: a wish must outlive us to be asked for again.

    Only for wishes that carry an idempotency key; everything else waits for the one commit at the end.
    """
    db.session.commit()


def release() -> None:
    """End the transaction without writing, before slow work such as hashing a password.

    SQLite has one writer at a time: nobody else should wait for a hash.
    """
    db.session.rollback()


def keep_writes() -> None:
    """Commit this request's writes although it answers with an error: counts of failed sign-ins must last."""
    g.keep_writes = True


def engine_options(url: str) -> dict[str, Any]:
    """Options for the engine behind ``url``: the safe SQLite build, or a checked pool for PostgreSQL."""
    # Values in statements are names, addresses and hashes: errors in the log do without them.
    quiet = {"hide_parameters": True}
    if url.startswith("sqlite"):
        return quiet | {"module": pysqlite3.dbapi2, "connect_args": {"timeout": 15, "check_same_thread": False}}
    return quiet | {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 5, "connect_args": {"connect_timeout": 5}}


def init_app(app: Flask) -> None:
    """Connect the database and give every request its one commit."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _refuse_unsafe_sqlite()
            event.listen(db.engine, "connect", _prepare_sqlite)
            event.listen(db.engine, "begin", _begin_sqlite)
    app.before_request(_note_intent)
    app.after_request(_commit_once)


def _refuse_unsafe_sqlite() -> None:
    # SQLite 3.7.0 to 3.51.2 can corrupt a database when the WAL is reset under load.
    if pysqlite3.dbapi2.sqlite_version_info < SAFE_SQLITE:
        raise RuntimeError(f"SQLite {pysqlite3.dbapi2.sqlite_version} is unsafe: 3.51.3 or newer is needed")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    # What is deleted is overwritten: else it stays in the file's free pages until something else needs them.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000", "cache_size=-16000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("fold", 1, fold, deterministic=True)


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer half-way can fail with SQLITE_BUSY at once: say at the start which it is.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _write_intent.get() else "BEGIN")


def _note_intent() -> None:
    _write_intent.set(request.method not in READING_METHODS)


def _commit_once(response: Response) -> Response:
    if response.status_code < 400 or g.get("keep_writes"):
        try:
            db.session.commit()
        except OperationalError:
            db.session.rollback()
            return Response("busy", status=503, headers={"Retry-After": "2"})
    else:
        db.session.rollback()
    return response
