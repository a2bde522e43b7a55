"""Which tables and columns move with an operator, in an order in which they can be written again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Row

from coworking.config import ROOT
from coworking.core.db import Base

FORMAT = "coworking-operator"
FORMAT_VERSION = 1
MIGRATIONS: Path = ROOT / "coworking" / "migrations"

TABLES_LEFT_OUT = {
    "sign_in_session": "sessions of browsers; people sign in again with the password that they have",
    "mailed_link": "links that were mailed; whoever needs one asks for another",
    "link_wish": "wishes for a mailed link, minutes old",
    "attempt": "counts of tries, a day old at most",
    "job": "work of this installation's own queue",
    "job_done": "work of this installation's own queue",
    "job_clock": "when this installation's machine worked",
    "outbox_mail": "mails that were sent or wait here; they hold keys of links, and their readers have them",
    "outbox_attachment": "belong to mails",
    "host_plan": "offers of this host",
    "host_contract": "the contract with this host",
    "host_policy_version": "the policy of this host",
    "unsealing": "a record of this installation's books",
    "departure": "the notice given to this host",
}
"""Everything else that an operator has goes along. A test holds this list to the tables there are."""

COLUMNS_LEFT_OUT = {
    "operator.edition": "made by each database",
    "operator.booked": "made by each database",
    "gateway.secret_key": "a secret, encrypted for this installation",
    "gateway.webhook_secret": "a secret, encrypted for this installation",
    "gateway.webhook_ref": "where the provider reaches this installation",
    "gateway.connected_account": "an account connected to this host",
    "gateway.enabled": "card payments start again once their keys are entered",
    "support_grant.token_hash": "a key of this host's support",
}


def moved() -> list[sa.Table]:
    """The tables that move, each after those that it points at; the operator first."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in TABLES_LEFT_OUT]
    return sorted(tables, key=lambda table: table.name != "operator")


def columns_of(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns that move."""
    return [column for column in table.columns if f"{table.name}.{column.name}" not in COLUMNS_LEFT_OUT]


def owner_of(table: sa.Table) -> sa.Column[Any]:
    """The column that says whose a row is."""
    return table.c.id if table.name == "operator" else table.c.operator_id


def rows(connection: Connection, table: sa.Table, operator_id: UUID) -> Iterator[Row[Any]]:
    """The operator's rows, a few hundred at a time, in the same order on every database: what others of the table point at comes first."""
    wanted = sa.select(*columns_of(table)).where(owner_of(table) == operator_id).order_by(*_order(connection, table))
    yield from connection.execute(wanted, execution_options={"yield_per": 500})


def revision() -> str:
    """The newest migration that this code knows: both sides of a move have the same."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def _order(connection: Connection, table: sa.Table) -> list[sa.ColumnElement[Any]]:
    plain = "C" if connection.dialect.name == "postgresql" else "BINARY"
    own = [key for key in table.foreign_key_constraints if key.referred_table is table]
    pointing = [table.c[name] for key in own for name in key.column_keys if name != "operator_id"]
    keys: list[sa.ColumnElement[Any]] = [
        sa.collate(column, plain) if isinstance(column.type, sa.String) else column for column in table.primary_key.columns
    ]
    return [*(sa.case((column.is_(None), 0), else_=1) for column in pointing), *keys]
