"""Which rows have had their time: for every table with a clock, what counts from when, and what becomes of the row."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.bookings.models import Booking, BookingGuest
from coworking.core import tenancy
from coworking.core.db import db

from . import finding, holds, restricting
from .occupancy import absorb
from .register import ENTRIES, TABLES
from .retention import Times

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One table: its rows go when the shortest of ``keys`` is over, counted from ``moment``.

    ``blanks``: keys whose columns are emptied when their own time is over before the row's. ``only`` says which rows are
    meant at all, such as enquiries that were answered.
    """

    table: str
    keys: tuple[str, ...]
    moment: Callable[[sa.Table], sa.ColumnElement[Any]] | None = None
    blanks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    empty: bool = False
    """The row stays without whom: its ``blank`` columns of the register are emptied."""
    only: Callable[[sa.Table], Condition] | None = None
    also: Callable[[Times, "dict[str, list[finding.Subject]]"], Condition] | None = None

    def due(self, times: Times, held: dict[str, list[finding.Subject]]) -> Condition:
        """The condition that picks what has to go now; what a hold covers is left out."""
        limits = [times.last_day(key) for key in self.keys]
        last = max((limit for limit in limits if limit is not None), default=None)
        if last is None:
            return sa.false()
        unheld = self._unheld(held, set(self.keys) | self.blanks.keys())
        more = [self.also(times, held)] if self.also is not None else []
        return sa.and_(self._over(times, last), unheld, *self._not_yet_empty(), *more)

    def blanking(self, times: Times, held: dict[str, list[finding.Subject]]) -> list[tuple[Condition, dict[str, Any]]]:
        """What is emptied before the row goes: conditions, and the columns with what then stands in them."""
        found = []
        for key, columns in self.blanks.items():
            last = times.last_day(key)
            if last is not None and all(other is None or other < last for other in map(times.last_day, self.keys)):
                table = finding.columns_of(self.table)
                filled = sa.or_(*(_differs(table.c[name], value) for name, value in columns.items()))
                found.append((sa.and_(self._over(times, last), self._unheld(held, {key}), filled), dict(columns)))
        return found

    def emptied(self) -> dict[str, Any]:
        """What stands in the columns of a row that stays."""
        table = finding.columns_of(self.table)
        return {name: None if table.c[name].nullable else "" for name in TABLES[self.table].blank}

    def _over(self, times: Times, last: date) -> Condition:
        table = finding.columns_of(self.table)
        moment = self.moment(table) if self.moment is not None else table.c[TABLES[self.table].clock or ""]
        over = moment <= last if isinstance(moment.type, sa.Date) else moment < times.midnight_after(last)
        mine = table.c.operator_id == times.operator_id
        return sa.and_(mine, over, *([self.only(table)] if self.only is not None else []))

    def _unheld(self, held: dict[str, list[finding.Subject]], keys: set[str]) -> Condition:
        people = {subject for key in keys for subject in held.get(key, [])}
        return sa.and_(sa.true(), *(sa.not_(finding.owned(subject, self.table)) for subject in people))

    def _not_yet_empty(self) -> list[Condition]:
        if not self.empty:
            return []
        table = finding.columns_of(self.table)
        return [sa.or_(*(_differs(table.c[name], value) for name, value in self.emptied().items()))]


def _differs(column: sa.Column[Any], value: Any) -> Condition:
    if isinstance(column.type, sa.JSON):
        # PostgreSQL's json has no equality.
        return sa.cast(column, sa.Text) != json.dumps(value)
    return column.is_not(None) if value is None else column != value


def _guests_moment(guests: sa.Table) -> sa.ColumnElement[datetime]:
    ends = sa.select(Booking.__table__.c.ends_at).where(Booking.__table__.c.id == guests.c.booking_id)
    return ends.scalar_subquery()


def _no_held_guest(_times: Times, held: dict[str, list[finding.Subject]]) -> Condition:
    """A booking takes its guests along: it stays while one of them is held."""
    people = {subject for key in ("guest.name", "guest.email", "guest.booking") for subject in held.get(key, [])}
    guests = BookingGuest.__table__
    return sa.and_(
        sa.true(),
        *(Booking.__table__.c.id.not_in(sa.select(guests.c.booking_id).where(finding.owned(subject, "booking_guest"))) for subject in people),
    )


def _first_end(table: sa.Table) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(table.c.ended_at, table.c.expires_at, type_=table.c.ended_at.type)


def _consent_end(table: sa.Table) -> sa.ColumnElement[Any]:
    never = sa.case((table.c.given_at.is_(None), table.c.asked_at), else_=None)
    return sa.func.coalesce(table.c.withdrawn_at, never, type_=table.c.withdrawn_at.type)


RULES: tuple[Rule, ...] = (
    Rule(
        "booking_guest", ("guest.email", "guest.booking"), _guests_moment, blanks={"guest.name": {"name": ""}},
    ),
    Rule(
        "booking", ("booking.person", "booking.time"),
        blanks={
            "booking.title": {"title": "", "attendees": 1},
            "booking.price": {"amount": 0, "vat_amount": 0, "price_lines": []},
            "booking.check_in": {"checked_in_at": None},
        },
        also=_no_held_guest,
    ),
    Rule("enquiry", ("enquiry.email",), blanks={"enquiry.name": {"name": ""}, "enquiry.message": {"message": ""}}),
    Rule("sign_in_session", ("session.person", "session.browser", "session.times", "session.token"), _first_end),
    Rule("mailed_link", ("link.address", "session.person", "session.times", "session.token")),
    Rule("link_wish", ("link.address",)),
    Rule("seat_invitation", ("link.address", "session.times", "session.token")),
    Rule("attempt", ("attempt.key",)),
    Rule("outbox_mail", ("mail.address", "mail.content")),
    Rule("provider_event", ("payment.event",)),
    Rule("purchase_order", ("order.record",), only=lambda table: table.c.state != "paid"),
    Rule("access_entry", ("access.record",)),
    Rule("privacy_request", ("request.person", "request.words"), empty=True),
    Rule("consent", ("consent.record",), _consent_end, empty=True),
    Rule("problem_report", ("problem.record",), empty=True),
    Rule("legal_hold", ("hold.record",), only=lambda table: table.c.ended_at.is_(None)),
    Rule("legal_hold", ("hold.record",), lambda table: table.c.ended_at),
)  # fmt: skip
"""In this order. A row that the hourly or daily clean-ups of core and people took already is simply no longer there."""

PASSING = frozenset({
    "session.person", "session.browser", "session.times", "session.token", "link.address", "attempt.key", "mail.address", "mail.content", "job.args",
    "payment.event",
})  # fmt: skip
"""What goes by itself within days also where data is set aside: traces of machines, no evidence of anything."""
ALONG = {"outbox_attachment": "outbox_mail"}
"""Tables whose rows go with another's by a foreign key."""


def find(rule: Rule, times: Times, held: dict[str, list[finding.Subject]], limit: int) -> list[UUID]:
    """Ids of rows that are due, at most ``limit``, the oldest first where ids sort by time."""
    table = finding.columns_of(rule.table)
    return list(db.session.connection().scalars(sa.select(table.c.id).where(rule.due(times, held)).order_by(table.c.id).limit(limit)))


def count(rule: Rule, times: Times, held: dict[str, list[finding.Subject]]) -> int:
    """How many rows are due now."""
    table = finding.columns_of(rule.table)
    return int(db.session.connection().scalar(sa.select(sa.func.count()).select_from(table).where(rule.due(times, held))) or 0)


def take(rule: Rule, ids: Sequence[UUID], times: Times, held: dict[str, list[finding.Subject]]) -> int:
    """Remove or empty the rows ``ids`` that are still due; how many that was."""
    table = finding.columns_of(rule.table)
    still = sa.and_(table.c.id.in_(ids), rule.due(times, held))
    connection = db.session.connection()
    if rule.table == "booking":
        due = list(connection.scalars(sa.select(table.c.id).where(still)))
        return absorb(db.session.scalars(sa.select(Booking).where(Booking.id.in_(due))).all()) if due else 0
    if rule.empty:
        return connection.execute(sa.update(table).where(still).values(**rule.emptied())).rowcount
    return connection.execute(sa.delete(table).where(still)).rowcount


def blank(rule: Rule, times: Times, held: dict[str, list[finding.Subject]], limit: int) -> int:
    """Empty columns whose own time is over before their row's, of at most ``limit`` rows; how many."""
    table = finding.columns_of(rule.table)
    done = 0
    for condition, values in rule.blanking(times, held):
        ids = sa.select(table.c.id).where(condition).limit(limit)
        done += db.session.connection().execute(sa.update(table).where(table.c.id.in_(ids)).values(**values)).rowcount
    return done


def held_now(times: Times) -> dict[str, list[finding.Subject]]:
    """Whom holds cover on the day of ``times``, and whose data is set aside: that is kept as it is (GDPR Art. 18(2))."""
    assert times.operator_id == tenancy.current_operator_id()  # noqa: S101 - holds are read for the operator in force
    held = holds.held_people(times.on)
    for subject in restricting.subjects():
        for key in ENTRIES.keys() - PASSING:
            held.setdefault(key, []).append(subject)
    return held
