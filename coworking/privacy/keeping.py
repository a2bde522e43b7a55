"""What the desk sees of keeping: how long what is kept, what the next run takes, what the last one took, and what stays of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from markupsafe import Markup

from coworking.core import i18n
from coworking.core.db import db
from coworking.core.labels import PERSONAL
from coworking.operators.models import Operator

from . import retention_rules
from .models import LegalHold, Occupancy
from .policy import wording
from .register import ENTRIES, TABLES
from .register.entry import Entry, Held
from .register.laws import law
from .register.table import Fate
from .register.terms import Controller
from .retention import Times
from .retention_held import BOOKS, SUBSCRIPTION

MONTHS = 12
"""How many months of what stays of bookings are shown."""
_OF_HELD = {"subscription": SUBSCRIPTION, "invoice": BOOKS[0], "payment": BOOKS[1], "charge": BOOKS[2], "account": BOOKS[3]}


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data: what it is called, for how long it is kept, under which law, and how many rows the next run takes."""

    title: str
    time: Markup
    law: str
    due: int


def times(operator: Operator) -> list[Kept]:
    """Every kind of data that the operator, which is in force, keeps."""
    reckoned = Times.of(operator)
    held = retention_rules.held_now(reckoned)
    due: dict[str, int] = {}
    for rule in retention_rules.RULES:
        due[rule.keys[0]] = due.get(rule.keys[0], 0) + retention_rules.count(rule, reckoned, held)
    return [_kept(entry, operator, reckoned, due.get(key, 0)) for key, entry in ENTRIES.items() if entry.controller is Controller.OPERATOR]


def removed(run: dict[str, int]) -> list[tuple[str, int]]:
    """What a run removed, in words, the most first."""
    return sorted(((_called(name), count) for name, count in run.items()), key=lambda each: (-each[1], each[0]))


def holdable() -> list[tuple[str, str]]:
    """Keys that a hold may cover, with their words: what is erased or has a time of its own."""
    kept = {table.name for table in TABLES.values() if table.fate in (Fate.DELETE, Fate.SEVER, Fate.HOLD)}
    secret = {"person.password", "session.token", "staff.work", "hold.record"}
    return [
        (key, str(entry.title))
        for key, entry in ENTRIES.items()
        if entry.controller is Controller.OPERATOR and key not in secret and _tables(key) & kept
    ]


def known_holds(since: date) -> list[LegalHold]:
    """Holds that count, will count, or ended after a day; what has to be looked at first comes first."""
    wanted = sa.select(LegalHold).where(LegalHold.ends_on >= since)
    return list(db.session.scalars(wanted.order_by(LegalHold.ended_at.is_not(None), LegalHold.review_on, LegalHold.id)))


@dataclass(frozen=True, slots=True)
class Month:
    """What stays of a month's bookings: how many, and how many minutes."""

    first: date
    bookings: int
    minutes: int

    @property
    def name(self) -> str:
        """The month as the reader writes it."""
        return i18n.dated(self.first, "LLLL y", i18n.language())


def forgotten_months() -> list[Month]:
    """By month, newest first: how many bookings and minutes of people who are forgotten took place. A week counts in the month of its Monday."""
    sums: dict[date, Month] = {}
    wanted = sa.select(Occupancy.starts_on, sa.func.sum(Occupancy.bookings), sa.func.sum(Occupancy.minutes)).group_by(Occupancy.starts_on)
    for day, bookings, minutes in db.session.execute(wanted.having(sa.func.sum(Occupancy.bookings) > 0)):
        first = day.replace(day=1)
        before = sums.get(first, Month(first, 0, 0))
        sums[first] = Month(first, before.bookings + int(bookings), before.minutes + int(minutes))
    return [sums[first] for first in sorted(sums, reverse=True)[:MONTHS]]


def _kept(entry: Entry, operator: Operator, reckoned: Times, due: int) -> Kept:
    if isinstance(entry.retention, Held):
        row = law(entry.retention.law, operator.country, reckoned.on)
        return Kept(str(entry.title), wording.law_time(row.clock.value, row.months), str(row.name), due)
    said: dict[str, Any] = {"clock": entry.retention.clock.value, "days": reckoned.days(entry.key)}
    return Kept(str(entry.title), wording.kept(said, {}), "", due)


def _called(name: str) -> str:
    own = {"page_count": _("Counts of pages"), "retention_run": _("Notes of nightly runs")}
    key = _OF_HELD.get(name) or next((rule.keys[0] for rule in retention_rules.RULES if rule.table == name), "")
    return own.get(name) or (str(ENTRIES[key].title) if key in ENTRIES else name)


def _tables(key: str) -> set[str]:
    return {name for name in TABLES if any(column.info.get(PERSONAL) == key for column in db.metadata.tables[name].columns)}
