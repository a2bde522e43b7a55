"""What the rows that a record points at are called: rooms, plans and invoices by name; people as "you" or by their role."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.texts import Texts

from ..finding import Subject, columns_of
from .columns import Column, Sort

KNOWN_BY = {
    "resource": "name",
    "location": "name",
    "plan_version": "name",
    "company": "name",
    "promotion": "code",
    "invoice": "label",
    "account": "number",
    "policy_version": "number",
}
"""The column that people know a row by. What is not listed is known by its id alone, which joins the files of a copy."""
YOU = "you"


class Names:
    """Looks names up for a few hundred rows at a time, and remembers them."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._known: dict[tuple[str, UUID], Any] = {}

    def learn(self, columns: Iterable[Column], rows: Iterable[sa.RowMapping]) -> None:
        """Find the names of everything that these rows point at, with one statement for each table."""
        wanted: dict[str, set[UUID]] = {}
        for column in columns:
            if column.sort is Sort.PERSON or column.target in {*KNOWN_BY, "booking"}:
                found = (row[column.name] for row in rows)
                wanted.setdefault(column.target, set()).update(each for each in found if each is not None)
        for target, ids in wanted.items():
            unknown = [each for each in ids if (target, each) not in self._known]
            if unknown:
                self._learn(target, unknown)

    def of(self, column: Column, value: UUID) -> Any:
        """The name: text, a number, Texts by language, or for a booking its room and moment; None where there is none.

        For a person ``YOU`` or the value of a Role.
        """
        if column.sort is Sort.PERSON and value == self._subject.person_id:
            return YOU
        return self._known.get((column.target, value))

    def _learn(self, target: str, ids: list[UUID]) -> None:
        for found_id, *name in db.session.connection().execute(_named(target).where(_of(target, ids))):
            self._known[target, found_id] = name[0] if len(name) == 1 else tuple(name)


def _of(target: str, ids: list[UUID]) -> sa.ColumnElement[bool]:
    table = columns_of(target)
    return sa.and_(table.c.id.in_(ids), table.c.operator_id == tenancy.current_operator_id())


def _named(target: str) -> sa.Select[Any]:
    table = columns_of(target)
    if target == "person":
        return sa.select(table.c.id, table.c.role)
    if target == "booking":
        room = columns_of("resource")
        return sa.select(table.c.id, room.c.name, table.c.starts_at).join_from(table, room, room.c.id == table.c.resource_id)
    return sa.select(table.c.id, table.c[KNOWN_BY[target]])


def texts(name: Any, language: str) -> str:
    """A name as text, in ``language`` where it has several."""
    return name.in_(language) if isinstance(name, Texts) else str(name)
