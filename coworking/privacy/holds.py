"""Legal holds: what of a person must stay for a dispute or an order, although it would go (GDPR Art. 17(3)(b) and (e)).

A hold names the keys of the register that it covers, and nothing else stays. It has an end, five years on at the latest, and a
day on which somebody asks whether it is still needed. Days are on the operator's wall; a hold counts from its first to its
last day, both included.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from coworking.core import clock
from coworking.core.db import db
from coworking.core.labels import PERSONAL
from coworking.core.links import operator_in_force
from coworking.people.models import Person

from . import finding
from .models import LegalHold
from .register import ENTRIES, TABLES
from .register.table import Is, Table, Through

LONGEST = relativedelta(years=5)
"""A dispute that lasts longer is looked at again, and held anew."""


class HoldRefused(ValueError):
    """A hold that can't be placed or changed: which field of the form, and why, in the reader's words."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = field, why


def place(
    person: Person,
    keys: Collection[str],
    reason: str,
    *,
    ends_on: date,
    review_on: date,
    by: Person,
    starts_on: date | None = None,
    tell: bool = True,
) -> LegalHold:
    """Keep what ``keys`` name of the person, and what leads from there to them. They are told, unless an order forbids it (``tell``).

    Raises HoldRefused.
    """
    today = clock.today(operator_in_force().zone)
    start = starts_on or today
    if not keys or not set(keys) <= ENTRIES.keys():
        raise HoldRefused("keys", _("Choose what has to be kept."))
    if not reason.strip():
        raise HoldRefused("reason", _("Say which dispute or order it is for."))
    _check(start, ends_on, review_on, today)
    hold = LegalHold(
        person_id=person.id,
        reason=reason.strip(),
        keys=sorted(with_the_way(keys)),
        starts_on=start,
        ends_on=ends_on,
        review_on=review_on,
        made_by_id=by.id,
    )
    db.session.add(hold)
    db.session.flush()
    if tell:
        _tell(hold, person, "placed")
    return hold


def extend(hold: LegalHold, *, ends_on: date, review_on: date, tell: bool = True) -> None:
    """Give a hold another end and another day of review, never more than LONGEST after it began. Raises HoldRefused."""
    _check(hold.starts_on, ends_on, review_on, clock.today(operator_in_force().zone))
    longer = ends_on != hold.ends_on
    hold.ends_on, hold.review_on = ends_on, review_on
    person = db.session.get(Person, hold.person_id)
    if longer and tell and hold.told_at is not None and person is not None:
        _tell(hold, person, "moved")


def end(hold: LegalHold) -> None:
    """The hold is over. What it kept goes with the next nightly run, where its time has come. Ending twice changes nothing."""
    if hold.ended_at is not None:
        return
    hold.ended_at = clock.now()
    person = db.session.get(Person, hold.person_id)
    if hold.told_at is not None and person is not None:
        _tell(hold, person, "ended")


def covering(subject: finding.Subject, on: date | None = None) -> dict[str, LegalHold]:
    """Key of the register to the hold that keeps it, of those in force (today, where no day is given) the one that lasts longest."""
    if subject.person_id is None:
        return {}
    of_theirs = in_force(on).where(LegalHold.person_id == subject.person_id).order_by(LegalHold.ends_on, LegalHold.id)
    return {key: hold for hold in db.session.scalars(of_theirs) for key in hold.keys}


def in_force(on: date | None = None) -> sa.Select[LegalHold]:
    """The holds of the operator in force that count on a day of its wall, today where none is given."""
    day = on or clock.today(operator_in_force().zone)
    return sa.select(LegalHold).where(LegalHold.starts_on <= day, LegalHold.ends_on >= day, LegalHold.ended_at.is_(None))


def held_people(on: date | None = None) -> dict[str, list[finding.Subject]]:
    """Key of the register to everybody of whom it is held."""
    found: dict[str, list[finding.Subject]] = {}
    holds = db.session.scalars(in_force(on)).all()
    people = _people({hold.person_id for hold in holds})
    for hold in holds:
        if (person := people.get(hold.person_id)) is not None:
            for key in hold.keys:
                found.setdefault(key, []).append(finding.Subject.of(person))
    return found


def with_the_way(keys: Collection[str]) -> set[str]:
    """The keys, and those of the columns by which their rows reach a person: an invoice that no longer says whose it is helps nobody."""
    found = set(keys)
    for name, table in TABLES.items():
        if found_in(name) & set(keys):
            found |= _way(table)
    return found


def found_in(name: str) -> set[str]:
    """Keys that the columns of a table are labelled with."""
    labels = (column.info.get(PERSONAL) for column in finding.columns_of(name).columns)
    return {label for label in labels if label}


def _way(table: Table) -> set[str]:
    keys: set[str] = set()
    for path in table.owner:
        if isinstance(path, Through):
            parent = TABLES[path.table]
            keys |= _way(parent) | {finding.columns_of(parent.name).c[step.column].info[PERSONAL] for step in parent.owner if isinstance(step, Is)}
    return keys


def titles(keys: Sequence[str]) -> list[LazyString]:
    """What the keys of a hold mean, in words."""
    return [ENTRIES[key].title for key in keys if key in ENTRIES]


def _people(ids: Collection[UUID]) -> Mapping[UUID, Person]:
    return {person.id: person for person in db.session.scalars(sa.select(Person).where(Person.id.in_(ids)))}


def _check(start: date, ends_on: date, review_on: date, today: date) -> None:
    if ends_on <= max(start, today):
        raise HoldRefused("ends_on", _("Choose a day to come."))
    if ends_on > start + LONGEST:
        raise HoldRefused("ends_on", _("Five years is the longest. If the dispute lasts longer, place another hold then."))
    if not start <= review_on <= ends_on:
        raise HoldRefused("review_on", _("Choose a day before the end."))


def _tell(hold: LegalHold, person: Person, what: str) -> None:
    from . import keeping_mails

    keeping_mails.hold(hold, person, what)
    hold.told_at = clock.now()
