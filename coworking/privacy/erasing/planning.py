"""What an erasure would do, line by line of the register, before anybody confirms it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any

import sqlalchemy as sa
from flask_babel.speaklater import LazyString

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.labels import PERSONAL
from coworking.operators.models import Operator
from coworking.people.models import Person

from .. import holds
from ..finding import Subject, columns_of, mentioned, owned, rows
from ..models import LegalHold
from ..register import ENTRIES, TABLES, laws
from ..register.entry import Held
from ..register.table import Fate, Table, Through
from .blockers import Blocker, blockers


class Outcome(Enum):
    """What becomes of one kind of data."""

    ERASED = "erased"
    SEVERED = "severed"
    """Only counts stay."""
    CUT = "cut"
    """The name goes out of what belongs to others."""
    KEPT = "kept"
    EXPIRES = "expires"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the register: in how many places it stands, and what becomes of it. ``until``: the first day without it."""

    key: str
    outcome: Outcome
    count: int
    law: str = ""
    """Key of laws.py; ``hold`` for a legal hold."""
    country: str = ""
    until: date | None = None

    @property
    def title(self) -> LazyString:
        """What it is, in the reader's language."""
        return ENTRIES[self.key].title if self.key in ENTRIES else LazyString(lambda: self.key)

    @property
    def law_name(self) -> LazyString | None:
        """The law that it stays under, in the reader's language; None for a legal hold."""
        known = {row.key: row for row in laws.LAWS if row.country in {laws.OTHER, self.country}}
        exact = {row.key: row for row in laws.LAWS if row.country == self.country}
        row = exact.get(self.law) or known.get(self.law)
        return row.name if row is not None else None

    def plain(self) -> dict[str, Any]:
        """As it is kept on a receipt: keys, counts and days, nothing of whom."""
        return {
            "key": self.key,
            "outcome": self.outcome.value,
            "count": self.count,
            "law": self.law,
            "country": self.country,
            "until": self.until.isoformat() if self.until else None,
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Line":
        """A line as ``plain`` wrote it."""
        until = date.fromisoformat(kept["until"]) if kept["until"] else None
        return cls(kept["key"], Outcome(kept["outcome"]), kept["count"], kept["law"], kept["country"], until)


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it. With a blocker in the way, the erasure waits."""

    lines: list[Line]
    blockers: list[Blocker] = field(default_factory=list)

    def of(self, *outcomes: Outcome) -> list[Line]:
        """The lines with these outcomes."""
        return [line for line in self.lines if line.outcome in outcomes]

    @property
    def rows(self) -> int:
        """About how much work it is."""
        return sum(line.count for line in self.lines)


_OF_A_HOLD = {("person.email", "person"), ("hold.record", "legal_hold"), ("request.person", "privacy_request"), ("request.words", "privacy_request")}


_ONE_EACH = frozenset({"person", "account"})
"""Tables with one row a person, of which much may be empty."""


@dataclass(slots=True)
class _Found:
    count: int
    youngest: date | None


def plan(subject: Subject) -> Plan:
    """What erasing the subject at the operator in force means today. Reads only; a handful of statements."""
    person = db.session.get(Person, subject.person_id) if subject.person_id is not None else None
    return Plan(lines(subject), blockers(person) if person is not None else [])


def lines(subject: Subject) -> list[Line]:
    """What goes, what is severed, what stays under which law until when; in the order of the register."""
    operator = db.session.get_one(Operator, tenancy.current_operator_id())
    today = clock.today(operator.zone)
    held = holds.covering(subject)
    found = _owned_rows(subject)
    sums: dict[tuple[str, Outcome], _Found] = {}
    for name, counted in found.items():
        if counted.count:
            empty = _empty(subject, name) if name in _ONE_EACH else set()
            for key, outcome in _outcomes(TABLES[name], held):
                if key not in empty:
                    _sum(sums, key, outcome, counted)
    cut = _mentions(subject)
    if cut:
        _sum(sums, "staff.work", Outcome.CUT, _Found(cut, None))
    order = {key: position for position, key in enumerate(ENTRIES)}
    made = [_line(key, outcome, counted, operator.country, today, held) for (key, outcome), counted in sums.items()]
    return sorted(made, key=lambda line: (order.get(line.key, 0), line.outcome.value))


def _empty(subject: Subject, name: str) -> set[str]:
    """Keys under which a table's rows of the subject say nothing, such as the phone number of somebody who gave none."""
    found = list(rows(subject, name))
    return {key for key, columns in keys_of(name).items() if not any(row[column] not in (None, "", False) for row in found for column in columns)}


def keys_of(name: str, *, without: Iterable[str] = ()) -> dict[str, list[str]]:
    """Keys of the register to the columns of a table that are labelled with them."""
    found: dict[str, list[str]] = {}
    for column in columns_of(name).c:
        if PERSONAL in column.info and column.name not in without:
            found.setdefault(column.info[PERSONAL], []).append(column.name)
    return found


def is_held(table: Table, held: Iterable[str]) -> bool:
    """Whether a legal hold covers something that rows of the table say."""
    return bool(set(held) & keys_of(table.name, without=table.mentions).keys())


def _outcomes(table: Table, held: Iterable[str]) -> Iterable[tuple[str, Outcome]]:
    # A held row of the person's own keeps only what is held; of other tables, whole rows.
    stays = table.name != "person" and is_held(table, held)
    for key, columns in keys_of(table.name, without=table.mentions).items():
        if key in held or stays or (held and (key, table.name) in _OF_A_HOLD):
            yield key, Outcome.KEPT
        elif table.fate is Fate.SEVER:
            yield key, Outcome.SEVERED
        elif table.fate is Fate.HOLD and not set(columns) <= set(table.blank):
            yield key, Outcome.KEPT
        elif table.fate is Fate.EXPIRE:
            yield key, Outcome.EXPIRES
        else:
            yield key, Outcome.ERASED


def _sum(sums: dict[tuple[str, Outcome], _Found], key: str, outcome: Outcome, rows: _Found) -> None:
    known = sums.setdefault((key, outcome), _Found(0, None))
    known.count += rows.count
    known.youngest = max((day for day in (known.youngest, rows.youngest) if day is not None), default=None)


def _line(key: str, outcome: Outcome, rows: _Found, country: str, today: date, held: dict[str, LegalHold]) -> Line:
    if outcome is not Outcome.KEPT:
        return Line(key, outcome, rows.count)
    if key in held:
        return Line(key, outcome, rows.count, "hold", country, held[key].ends_on)
    retention = ENTRIES[key].retention
    if not isinstance(retention, Held):
        return Line(key, outcome, rows.count, "hold", country, max((each.ends_on for each in held.values()), default=None))
    row = laws.law(retention.law, country, today)
    return Line(key, outcome, rows.count, row.key, row.country, row.ends(rows.youngest or today))


def _owned_rows(subject: Subject) -> dict[str, _Found]:
    """How many rows each table has of the subject, and the day of the youngest, in one statement."""
    parts = [_counted(subject, table) for table in TABLES.values() if table.owner]
    found = {
        name: _Found(count, date.fromisoformat(str(youngest)[:10]) if youngest else None)
        for name, count, youngest in db.session.connection().execute(sa.union_all(*parts))
    }
    # A row is needed as long as what hangs on it.
    for name in reversed([table.name for table in columns_of("person").metadata.sorted_tables if table.name in found]):
        for path in TABLES[name].owner:
            if isinstance(path, Through) and (young := found[name].youngest) is not None and TABLES[path.table].fate is Fate.HOLD:
                above = found[path.table]
                above.youngest = max(above.youngest or young, young)
    return found


def _counted(subject: Subject, table: Table) -> sa.Select[Any]:
    columns = columns_of(table.name)
    youngest = sa.cast(sa.func.max(columns.c[table.clock]), sa.String) if table.clock else sa.cast(sa.null(), sa.String)
    columns_wanted: tuple[sa.ColumnElement[Any], ...] = (sa.literal(table.name), sa.func.count(), youngest)
    return sa.select(*columns_wanted).select_from(columns).where(owned(subject, table.name))


def _mentions(subject: Subject) -> int:
    """In how many rows of others the person acted."""
    person_id = subject.person_id
    if person_id is None:
        return 0
    parts = []
    for table in TABLES.values():
        if table.mentions:
            columns, named = columns_of(table.name), mentioned(person_id, table.name)
            of_others = sa.and_(named, sa.not_(owned(subject, table.name))) if table.owner else named
            parts.append(sa.select(sa.func.count().label("n")).select_from(columns).where(of_others))
    together = sa.union_all(*parts).subquery()
    return int(db.session.connection().scalar(sa.select(sa.func.sum(together.c.n))) or 0)
