"""Whom an incident concerns: asked of the register, by the same paths by which people see and erase their own data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.core import tenancy
from coworking.core.db import Base, db
from coworking.core.labels import PERSONAL
from coworking.people.models import Person
from coworking.privacy.models import Incident
from coworking.privacy.register import TABLES
from coworking.privacy.register.table import Address, Is, Path

MADE = ("created_at", "received_at", "made_at", "joined_at", "asked_at", "sent_at", "told_at", "at")
"""Columns that say since when a row is there, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Affected:
    """People with an account, and addresses without one."""

    people: frozenset[UUID]
    addresses: frozenset[str]

    @property
    def everybody(self) -> list[UUID | str]:
        """All of them, people first."""
        return [*sorted(self.people), *sorted(self.addresses)]


def tables_with(keys: list[str]) -> list[str]:
    """Tables that hold one of these kinds of data and lead to a person."""
    held = (name for name, table in TABLES.items() if table.owner and name in Base.metadata.tables)
    return sorted(name for name in held if any(column.info.get(PERSONAL) in keys for column in Base.metadata.tables[name].columns))


def affected(incident: Incident) -> Affected:
    """Whose data of the incident's kinds was there in its time, at its place.

    A table without a place, such as people's profiles, counts whole: rather one letter too many than one too few.
    """
    people: set[Any] = set()
    addresses: set[Any] = set()
    for name in tables_with(incident.keys):
        table = Base.metadata.tables[name]
        narrowed = [*_in_time(table, incident.began_at, incident.ended_at), *_at(table, incident.location_id)]
        for path in TABLES[name].owner:
            for kind, query in _owners(table, path, narrowed):
                found = set(db.session.connection().execute(query).scalars()) - {None, ""}
                if kind is UUID:
                    people |= found
                else:
                    addresses |= found
    return _merged(people, addresses)


def _owners(table: sa.Table, path: Path, narrowed: Sequence[sa.ColumnElement[bool]]) -> list[tuple[type, sa.Select[Any]]]:
    here = [*narrowed, _own(table)]
    if isinstance(path, Is):
        return [(UUID, sa.select(table.c[path.column]).where(*here).distinct())]
    if isinstance(path, Address):
        return [(str, sa.select(sa.func.lower(table.c[path.column])).where(*here).distinct())]
    parent = Base.metadata.tables[path.table]
    inside = [parent.c.id.in_(sa.select(table.c[path.column]).where(*here))]
    return [pair for further in TABLES[path.table].owner for pair in _owners(parent, further, inside)]


def _own(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.operator_id == tenancy.current_operator_id() if "operator_id" in table.c else sa.true()


def _in_time(table: sa.Table, began: datetime | None, ended: datetime | None) -> list[sa.ColumnElement[bool]]:
    if "starts_at" in table.c and "ends_at" in table.c:
        return [*([table.c.ends_at >= began] if began else []), *([table.c.starts_at <= ended] if ended else [])]
    made = next((column for column in MADE if column in table.c), None)
    return [sa.or_(table.c[made] <= ended, table.c[made].is_(None))] if made and ended else []


def _at(table: sa.Table, location_id: UUID | None) -> list[sa.ColumnElement[bool]]:
    if location_id is None:
        return []
    if "location_id" in table.c:
        return [table.c.location_id == location_id]
    rooms = sa.select(Base.metadata.tables["resource"].c.id).where(Base.metadata.tables["resource"].c.location_id == location_id)
    if "resource_id" in table.c:
        return [table.c.resource_id.in_(rooms)]
    if "booking_id" in table.c:
        booking = Base.metadata.tables["booking"]
        return [table.c.booking_id.in_(sa.select(booking.c.id).where(booking.c.resource_id.in_(rooms)))]
    return []


def _merged(people: set[UUID], addresses: set[str]) -> Affected:
    """An address that belongs to somebody's account is that person, once."""
    email = sa.func.lower(Person.email)
    known = {address: person_id for person_id, address in db.session.execute(sa.select(Person.id, email).where(email.in_(addresses)))}
    return Affected(frozenset(people | set(known.values())), frozenset(addresses - known.keys()))
