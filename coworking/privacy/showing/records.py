"""The subject's records of one table, a few hundred at a time, with the names of what they point at."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice

import sqlalchemy as sa

from coworking.core.db import db

from ..finding import Subject, columns_of, mentioned, owned, rows
from ..register import TABLES
from .columns import columns, shown_tables
from .names import Names

A_BATCH = 500


def all_of(subject: Subject, table: str, names: Names) -> Iterator[sa.RowMapping]:
    """Every record, oldest first. ``names`` knows what each points at by the time it comes."""
    found = rows(subject, table)
    while batch := list(islice(found, A_BATCH)):
        names.learn(columns(table), batch)
        yield from batch


def some_of(subject: Subject, table: str, names: Names, number: int, count: int) -> list[sa.RowMapping]:
    """A page of them, the newest first."""
    found = columns_of(table)
    order = found.c.id if "id" in found.c else found.primary_key.columns[0]
    wanted = sa.select(found).where(owned(subject, table)).order_by(order.desc()).offset((number - 1) * count).limit(count)
    page = list(db.session.connection().execute(wanted).mappings())
    names.learn(columns(table), page)
    return page


def counts(subject: Subject) -> dict[str, int]:
    """How many records each table has, in one statement; tables without any are left out."""
    parts = [sa.select(sa.literal(name), sa.func.count()).select_from(columns_of(name)).where(owned(subject, name)) for name in shown_tables()]
    return {name: count for name, count in db.session.connection().execute(sa.union_all(*parts)) if count}


def acted(subject: Subject) -> Iterator[tuple[str, str, date | datetime | None]]:
    """Where the subject stands in records of others: table, column, and the moment that the record has."""
    person_id = subject.person_id
    if person_id is None:
        return
    for table in TABLES.values():
        found = columns_of(table.name)
        moment = found.c[table.clock] if table.clock else sa.null()
        for column in table.mentions:
            wanted = sa.select(moment).where(mentioned(person_id, table.name), found.c[column] == person_id)
            if table.owner:
                wanted = wanted.where(sa.not_(owned(subject, table.name)))
            for (at,) in db.session.connection().execute(wanted, execution_options={"yield_per": A_BATCH}):
                yield table.name, column, at
