"""The allowance ledger's verbs: grant, spend, give back, expire. Nobody overspends, however many spend at once.

A spend is one ``UPDATE ... WHERE remaining >= n`` a grant; the check constraint stands behind it. Each change is an
entry of its own, and ``remaining`` is always the sum of its grant's entries.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult

from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.people.company import Company, Seat
from coworking.people.models import Person

from .models import Direction, Grant, LedgerEntry

MINUTES = "minutes:"
ANY_SPACE = "minutes:*"
DAY = "day"
CREDIT = "credit"
PRINT = "print"


class NotEnough(ValueError):
    """Less is left than was to be spent."""


@dataclass(frozen=True, slots=True)
class Source:
    """The fact behind an entry: what kind of thing, which one, and a key that makes it count once."""

    kind: str
    id: UUID | None
    key: str


def minutes_of(kind: str) -> str:
    """The unit in which time in a kind of space is granted."""
    return MINUTES + kind


def grant(  # noqa: PLR0913 - each is a fact of the grant
    holder: Person | Company,
    unit: str,
    quantity: int,
    *,
    source: Source,
    valid_from: datetime,
    expires_at: datetime | None = None,
    subscription_id: UUID | None = None,
    by: Person | None = None,
    note: str = "",
) -> Grant:
    """Give a person, or a company's people together, ``quantity`` of ``unit``. The same source key gives the first grant again.

    ``valid_from`` and ``expires_at`` are moments, half-open: what is used at ``expires_at`` is not covered.
    """
    if (before := db.session.scalar(sa.select(Grant).where(Grant.source_key == source.key))) is not None:
        return before
    given = Grant(
        id=new_id(),
        person_id=holder.id if isinstance(holder, Person) else None,
        company_id=holder.id if isinstance(holder, Company) else None,
        subscription_id=subscription_id,
        source_key=source.key,
        unit=unit,
        quantity=quantity,
        remaining=quantity,
        valid_from=valid_from,
        expires_at=expires_at,
        created_at=clock.now(),
    )
    db.session.add(given)
    db.session.flush()
    person_id = holder.id if isinstance(holder, Person) else None
    _enter(given.id, Direction.GRANT, quantity, source, person_id=person_id, by=by, note=note)
    return given


def usable(person: Person, units: Iterable[str], at: datetime) -> list[Grant]:
    """Grants with something left for use at a moment: one's own before the company's, and what ends first before the rest."""
    company = sa.select(Seat.company_id).where(Seat.person_id == person.id, Seat.left_at.is_(None)).scalar_subquery()
    wanted = (
        sa.select(Grant)
        .where(
            sa.or_(Grant.person_id == person.id, Grant.company_id == company),
            Grant.unit.in_(list(units)),
            Grant.remaining > 0,
            Grant.valid_from <= at,
            sa.or_(Grant.expires_at.is_(None), Grant.expires_at > at),
        )
        .execution_options(populate_existing=True)
    )
    return sorted(db.session.scalars(wanted), key=_first_used)


def _first_used(grant: Grant) -> tuple[bool, bool, float, bool, UUID]:
    ends = grant.expires_at
    # What fits only this kind of space goes before what fits any.
    return grant.company_id is not None, ends is None, ends.timestamp() if ends else 0.0, grant.unit == ANY_SPACE, grant.id


def left(person: Person, units: Iterable[str], at: datetime) -> int:
    """How much of the units together could be spent for use at a moment."""
    return sum(each.remaining for each in usable(person, units, at))


def spend(person: Person, units: Sequence[str], quantity: int, at: datetime, source: Source, *, by: Person | None = None) -> list[LedgerEntry]:
    """Take ``quantity`` for use at a moment, from what ends first. All or nothing.

    A source key that was spent already gives the first entries again. Raises NotEnough, after which nothing is taken.
    """
    if before := spent(source):
        return before
    try:
        with db.session.begin_nested():
            return _take(person, units, quantity, at, source, by)
    except NotEnough:
        db.session.expire_all()
        raise


def _take(person: Person, units: Sequence[str], quantity: int, at: datetime, source: Source, by: Person | None) -> list[LedgerEntry]:
    wanted = quantity
    entries: list[LedgerEntry] = []
    for each in usable(person, units, at):
        if not wanted:
            break
        taken = min(each.remaining, wanted)
        if not _lower(each.id, taken):
            # Somebody else was faster with this one: look again at what is left.
            return entries + _take(person, units, wanted, at, _next(source, len(entries)), by)
        entries.append(_enter(each.id, Direction.SPEND, -taken, _next(source, len(entries)), person_id=person.id, by=by))
        wanted -= taken
    if wanted:
        raise NotEnough(quantity - wanted)
    return entries


def _lower(grant_id: UUID, quantity: int) -> bool:
    statement = sa.update(Grant).where(Grant.id == grant_id, Grant.remaining >= quantity).values(remaining=Grant.remaining - quantity)
    return cast("CursorResult[Any]", db.session.execute(statement, execution_options={"synchronize_session": "fetch"})).rowcount == 1


def _next(source: Source, number: int) -> Source:
    return source if not number else Source(source.kind, source.id, f"{source.key}#{number}")


def spent(source: Source) -> list[LedgerEntry]:
    """The entries of a spend, by its source key."""
    wanted = sa.select(LedgerEntry).where(
        LedgerEntry.direction == Direction.SPEND.value,
        sa.or_(LedgerEntry.source_key == source.key, LedgerEntry.source_key.startswith(source.key + "#", autoescape=True)),
    )
    return list(db.session.scalars(wanted.order_by(LedgerEntry.id)))


def give_back(source: Source, *, by: Person | None = None, note: str = "") -> list[LedgerEntry]:
    """Put back what a spend took, each part into the grant that it came from. Doing it twice is doing it once.

    A grant that has expired meanwhile gets it too: what was paid for and not used is shown, though it can't be spent.
    """
    entries = []
    for entry in spent(source):
        key = f"{entry.source_key}:back"
        if db.session.scalar(sa.select(LedgerEntry.id).where(LedgerEntry.source_key == key)) is not None:
            continue
        db.session.execute(
            sa.update(Grant).where(Grant.id == entry.grant_id).values(remaining=Grant.remaining - entry.quantity),
            execution_options={"synchronize_session": "fetch"},
        )
        back = Source(source.kind, source.id, key)
        entries.append(_enter(entry.grant_id, Direction.REFUND, -entry.quantity, back, person_id=entry.person_id, by=by, note=note))
    return entries


def take_away(grant: Grant, source: Source, *, by: Person | None = None, note: str = "") -> LedgerEntry | None:
    """Empty a grant whose ground is gone: a plan that was changed or withdrawn from. None where nothing was left."""
    return _empty(grant, Direction.ADJUST, source, by, note)


def trim(grant: Grant, most: int, source: Source) -> int:
    """Take up to ``most`` out of a grant, as days of a plan are given up; how much there was to take."""
    db.session.refresh(grant, ["remaining"], with_for_update=db.session.get_bind().dialect.name == "postgresql")
    taken = min(most, grant.remaining)
    if taken <= 0 or not _lower(grant.id, taken):
        return 0
    _enter(grant.id, Direction.ADJUST, -taken, source, person_id=grant.person_id)
    return taken


def expire(now: datetime, most: int = 200) -> int:
    """Empty grants whose time is over, at most ``most`` at once; how many there were."""
    due = list(db.session.scalars(sa.select(Grant).where(Grant.expires_at <= now, Grant.remaining > 0).order_by(Grant.expires_at).limit(most)))
    for each in due:
        _empty(each, Direction.EXPIRE, Source("expiry", each.id, f"expiry:{each.id}"), None, "")
    return len(due)


def _empty(grant: Grant, direction: Direction, source: Source, by: Person | None, note: str) -> LedgerEntry | None:
    db.session.refresh(grant, ["remaining"], with_for_update=db.session.get_bind().dialect.name == "postgresql")
    if not (rest := grant.remaining) or not _lower(grant.id, rest):
        return None
    seen = sa.select(sa.func.count()).where(LedgerEntry.source_key.startswith(source.key, autoescape=True))
    return _enter(grant.id, direction, -rest, _next(source, db.session.scalar(seen) or 0), person_id=grant.person_id, by=by, note=note)


def _enter(
    grant_id: UUID, direction: Direction, quantity: int, source: Source, *, person_id: UUID | None, by: Person | None = None, note: str = ""
) -> LedgerEntry:
    entry = LedgerEntry(
        id=new_id(),
        grant_id=grant_id,
        person_id=person_id,
        by_id=by.id if by else None,
        direction=direction.value,
        quantity=quantity,
        source_kind=source.kind,
        source_id=source.id,
        source_key=source.key,
        note=note,
        at=clock.now(),
    )
    db.session.add(entry)
    db.session.flush()
    return entry
