"""Whose data it is: from a person or an address to every row that belongs to them, by the paths of the register.

One definition, for seeing, copying out, correcting, erasing and counting whom an incident concerns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from coworking.core import tenancy
from coworking.core.db import Base, db
from coworking.people.models import Person

from .register import TABLES
from .register.table import Address, Is, Path, Through


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody at the operator in force: a person with an account, or an address that we only know by name."""

    person_id: UUID | None
    email: str
    """Empty for a person who has not shown yet that the address is theirs: then only the account's own rows count."""

    @classmethod
    def of(cls, person: Person) -> "Subject":
        """The subject behind an account."""
        return cls(person.id, person.email if person.email_confirmed_at is not None else "")


def columns_of(name: str) -> sa.Table:
    """The table of that name."""
    return Base.metadata.tables[name]


def owned(subject: Subject, name: str) -> sa.ColumnElement[bool]:
    """The condition that picks the subject's rows of table ``name`` at the operator in force."""
    table = columns_of(name)
    conditions = [_reached(subject, table, path) for path in TABLES[name].owner]
    found = sa.or_(sa.false(), *(condition for condition in conditions if condition is not None))
    if "operator_id" in table.c:
        return sa.and_(table.c.operator_id == tenancy.current_operator_id(), found)
    return found


def _reached(subject: Subject, table: sa.Table, path: Path) -> sa.ColumnElement[bool] | None:
    if isinstance(path, Is):
        return table.c[path.column] == subject.person_id if subject.person_id is not None else None
    if isinstance(path, Address):
        return sa.func.lower(table.c[path.column]) == subject.email.lower() if subject.email else None
    if isinstance(path, Through):
        parent = columns_of(path.table)
        return table.c[path.column].in_(sa.select(parent.c.id).where(owned(subject, path.table)))
    raise TypeError(path)


def rows(subject: Subject, name: str) -> Iterator[sa.RowMapping]:
    """The subject's rows of one table, a few hundred at a time, oldest first where ids sort by time."""
    table = columns_of(name)
    order = table.c.id if "id" in table.c else table.primary_key.columns[0]
    wanted = sa.select(table).where(owned(subject, name)).order_by(order)
    result = db.session.connection().execute(wanted, execution_options={"yield_per": 500})
    yield from result.mappings()


def mentioned(person_id: UUID, name: str) -> sa.ColumnElement[bool]:
    """The condition that picks rows of others in which the person acted."""
    table = columns_of(name)
    return sa.or_(sa.false(), *(table.c[column] == person_id for column in TABLES[name].mentions))


__all__ = ["Subject", "columns_of", "mentioned", "owned", "rows"]
