"""One operator never sees another. Three walls, all raised here.

1. Every ORM statement on a tenant's table is narrowed to the operator in force, relationship loads too, and
   refused when none is in force.
2. Composite foreign keys ``(operator_id, id)``: a row can't point across operators.
3. Row-level security on PostgreSQL, told the operator at the start of every transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from flask import has_app_context
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, SessionTransaction, mapped_column, with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql import visitors

from .db import db
from .labels import not_personal

EVERY_OPERATOR = "*"
SETTING = "app.operator_id"
BEFORE_THE_WALLS = frozenset({"operator_host"})
"""Tables that name an operator but are read to find out which one is in force."""

_operator_id: ContextVar[UUID | None] = ContextVar("operator_id", default=None)
_across: ContextVar[bool] = ContextVar("across_operators", default=False)


class NoOperator(RuntimeError):
    """A tenant's table was touched while no operator was in force."""


class ForeignOperator(RuntimeError):
    """A row of another operator was about to be written."""


def _default_operator() -> UUID:
    return current_operator_id()


class TenantOwned:
    """A row that belongs to one operator."""

    operator_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("operator.id"), index=False, sort_order=-10, default=_default_operator, info=not_personal("names a business")
    )


def tenant_key() -> sa.UniqueConstraint:
    """The target that composite foreign keys of other tables point at."""
    return sa.UniqueConstraint("operator_id", "id")


def tenant_fk(column: str, table: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """A foreign key that can't leave the operator: ``(operator_id, column)`` to ``table (operator_id, id)``."""
    return sa.ForeignKeyConstraint(["operator_id", column], [f"{table}.operator_id", f"{table}.id"], ondelete=ondelete)


def current_operator_id() -> UUID:
    """Id of the operator in force; raises NoOperator when there is none."""
    operator_id = _operator_id.get()
    if operator_id is None:
        raise NoOperator
    return operator_id


def operator_id_in_force() -> UUID | None:
    """Id of the operator in force, or None."""
    return _operator_id.get()


def enter(operator_id: UUID | None) -> None:
    """Put an operator in force for the rest of this request or job."""
    _operator_id.set(operator_id)
    _tell_open_transaction()


@contextmanager
def acting_for(operator_id: UUID) -> Iterator[None]:
    """Put an operator in force for a block, then put back who was."""
    before = _operator_id.get()
    enter(operator_id)
    try:
        yield
    finally:
        enter(before)


@contextmanager
def across_operators() -> Iterator[None]:
    """Lift the walls for the host's own work: finding due jobs, sending mail, the demo, readiness."""
    token = _across.set(True)
    _tell_open_transaction()
    try:
        yield
    finally:
        _across.reset(token)
        _tell_open_transaction()


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    if _across.get() or not (state.is_select or state.is_update or state.is_delete):
        return
    operator_id = _operator_id.get()
    if operator_id is None:
        if _names_a_tenant(state):
            raise NoOperator
        return
    # On every statement: what it counts, joins or asks for in a subquery does not show among its mappers.
    state.statement = state.statement.options(_only(operator_id))


@lru_cache(maxsize=256)
def _only(operator_id: UUID) -> LoaderCriteriaOption:
    # Kept for each operator: making it anew for every statement costs as much as a small statement.
    return with_loader_criteria(TenantOwned, lambda cls: cls.operator_id == operator_id, include_aliases=True)


def _names_a_tenant(state: ORMExecuteState) -> bool:
    if any(issubclass(mapper.class_, TenantOwned) for mapper in state.all_mappers):
        return True
    tables = (
        part if isinstance(part, sa.Table) else getattr(part, "table", None)
        for part in visitors.iterate(cast("visitors.ExternallyTraversible", state.statement))
    )
    return any(isinstance(table, sa.Table) and is_tenants(table.name, table.columns.get("operator_id")) for table in tables)


@event.listens_for(Session, "before_flush")
def _refuse_foreign_rows(session: Session, _context: object, _instances: object) -> None:
    if _across.get():
        return
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, TenantOwned) and row.operator_id not in (None, current_operator_id()):
            raise ForeignOperator(type(row).__name__)


@event.listens_for(Session, "after_begin")
def _on_begin(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    _tell_postgresql(connection)


def _tell_open_transaction() -> None:
    if has_app_context() and db.session.registry.has():
        session = db.session()
        if session.in_transaction() and session.is_active:
            _tell_postgresql(session.connection())


def _tell_postgresql(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    value = EVERY_OPERATOR if _across.get() else str(_operator_id.get() or "")
    connection.exec_driver_sql("select set_config(%s, %s, true)", (SETTING, value))


def tell(connection: Connection, operator_id: UUID) -> None:
    """Tell the third wall for whom a connection works that is not the session's."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("select set_config(%s, %s, true)", (SETTING, str(operator_id)))


def tenant_tables(metadata: sa.MetaData) -> list[sa.Table]:
    """Every table that belongs to an operator."""
    return [table for table in metadata.sorted_tables if is_tenants(table.name, table.columns.get("operator_id"))]


def is_tenants(table: str, operator_id: sa.Column[Any] | None) -> bool:
    """Whether a table with this column for its operator stands behind the walls."""
    return operator_id is not None and not operator_id.nullable and table not in BEFORE_THE_WALLS


def row_level_security(table: str) -> list[str]:
    """PostgreSQL statements that raise the third wall around ``table``."""
    seen: dict[str, Any] = {"setting": f"current_setting('{SETTING}', true)"}
    inside = f"({seen['setting']} = '{EVERY_OPERATOR}' OR operator_id::text = {seen['setting']})"
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY own_operator ON "{table}" USING {inside} WITH CHECK {inside}',
    ]
