"""Everything that a database needs beyond its tables: walls against overlap, row-level security, the job queue."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from coworking.billing import models as _billing
from coworking.billing import seals
from coworking.bookings import models as _bookings
from coworking.bookings import walls
from coworking.core import jobs, mail, tenancy
from coworking.core.db import Base
from coworking.enquiries import models as _enquiries
from coworking.hosting import models as _hosting
from coworking.memberships import models as _memberships
from coworking.operators import edition
from coworking.operators import models as _operators
from coworking.people import company as _company
from coworking.people import models as _people
from coworking.privacy import models as _privacy
from coworking.privacy.register import commenting
from coworking.spaces import models as _spaces

MODELS = (_billing, _bookings, _company, _enquiries, _hosting, _memberships, _operators, _people, _privacy, _spaces, jobs, mail)
metadata: sa.MetaData = Base.metadata


def raise_walls(connection: Connection) -> None:
    """Add what the tables alone can't say. Run once, by the first migration."""
    if connection.dialect.name == "sqlite":
        statements = list(walls.SQLITE)
    else:
        statements = [*walls.POSTGRESQL]
        for table in _tenant_tables_in(connection):
            statements += tenancy.row_level_security(table)
    for statement in statements:
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        jobs.install_postgresql(connection)


def _tenant_tables_in(connection: Connection) -> list[str]:
    # Read from the database, not from our code: the first migration must not know tables of later ones.
    inspector = sa.inspect(connection)
    columns = {table: inspector.get_columns(table) for table in inspector.get_table_names()}
    owned = (table for table, found in columns.items() if any(column["name"] == "operator_id" and not column["nullable"] for column in found))
    return sorted(set(owned) - tenancy.BEFORE_THE_WALLS)


def raise_billing_walls(connection: Connection) -> None:
    """Seal papers and the ledger, and wall in the tables that came with them. Run once, by the second migration."""
    statements = list(seals.SQLITE) if connection.dialect.name == "sqlite" else [*seals.POSTGRESQL, *_walls_of_new_tables(connection)]
    for statement in statements:
        connection.exec_driver_sql(statement)


def watch_editions(connection: Connection) -> None:
    """Let the database mark each change of what the pages are made of. Run once, by the third migration."""
    for statement in edition.SQLITE if connection.dialect.name == "sqlite" else edition.POSTGRESQL:
        connection.exec_driver_sql(statement)


def watch_bookings(connection: Connection) -> None:
    """Let the database mark each change of a booking. Run once, by the fourth migration."""
    for statement in edition.BOOKED_SQLITE if connection.dialect.name == "sqlite" else edition.BOOKED_POSTGRESQL:
        connection.exec_driver_sql(statement)


def watch_names(connection: Connection) -> None:
    """Let the database mark each change of a person's name too. Run once, by the sixth migration."""
    for statement in edition.NAMES_SQLITE if connection.dialect.name == "sqlite" else edition.NAMES_POSTGRESQL:
        connection.exec_driver_sql(statement)


def raise_privacy_walls(connection: Connection) -> None:
    """Let people be taken out of what is sealed, and wall in the tables of privacy. Run once, by the seventh migration."""
    statements = (
        list(seals.CUTTING_SQLITE)
        if connection.dialect.name == "sqlite"
        else [*seals.CUTTING_POSTGRESQL, *seals.LOOSE_HOLDERS_POSTGRESQL, *_walls_of_new_tables(connection)]
    )
    for statement in statements:
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "sqlite":
        seals.loosen_holders_sqlite(connection)


def _walls_of_new_tables(connection: Connection) -> list[str]:
    walled = set(connection.execute(sa.text("SELECT tablename FROM pg_policies WHERE schemaname = current_schema()")).scalars())
    return [statement for table in _tenant_tables_in(connection) if table not in walled for statement in tenancy.row_level_security(table)]


def write_labels(connection: Connection) -> None:
    """Put every column's label into PostgreSQL, as its comment. After each run of migrations; the same again changes nothing."""
    if connection.dialect.name == "postgresql":
        commenting.write(connection, metadata)


def create_all(connection: Connection) -> None:
    """Tables and walls in one go, for a throw-away database."""
    metadata.create_all(connection)
    raise_walls(connection)
    raise_billing_walls(connection)
    watch_editions(connection)
    watch_bookings(connection)
    watch_names(connection)
    raise_privacy_walls(connection)
