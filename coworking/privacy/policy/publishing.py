"""Publishing a version: by the operator at the desk, or by the software when it or its set-up changed.

A version that takes something away from people counts no sooner than 30 days after the last of them was told. A later one
takes the place of one that is only announced, and is compared with what counts, so nobody has to add up differences.
"""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db
from coworking.core.jobs import enqueue
from coworking.operators.models import Operator

from ..models import PolicyVersion
from . import rendering, versions
from .choices import Choices, published
from .differences import WORDS, Change, differences, is_material
from .facts import NOTICE_DAYS, digest, facts

TELL, TELL_WITHDRAWN = "privacy.policy.tell", "privacy.policy.tell_withdrawn"
FIRST: Change = {"what": "first", "material": False}


class TooSoon(Exception):
    """The version may not count so early; ``earliest`` is the first day on which it may."""

    def __init__(self, earliest: date) -> None:
        super().__init__(earliest.isoformat())
        self.earliest = earliest


class NothingNew(Exception):
    """It would say what the version in force says, or the one that is announced already."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be published: facts, pages, and how they differ from what counts now."""

    facts: dict[str, Any]
    pages: dict[str, Any]
    changes: list[Change]
    material: bool
    earliest: date
    """The first day on which it may count, if it is published today."""

    @property
    def hash(self) -> str:
        """SHA-256 of facts and pages."""
        return digest({"facts": self.facts, "pages": self.pages})


def publish_first(operator: Operator) -> PolicyVersion | None:
    """Version 1 of the operator in force, in force at once, where there is none yet: nobody was promised anything before."""
    if versions.all_of(operator.id):
        return None
    said = facts(operator, _today(operator), Choices())
    return _add(operator, Preview(said, rendering.pages(said), [FIRST], False, _today(operator)), _today(operator), None)


def preview(operator: Operator, choices: Choices, announce: bool = False) -> Preview:
    """What a version with ``choices`` would be. ``announce``: treat it as one that takes something away, whatever it says."""
    today = _today(operator)
    said = facts(operator, today, choices)
    drawn = rendering.pages(said)
    now = versions.in_force(operator.id, today)
    if now is None:
        return Preview(said, drawn, [FIRST], False, today)
    changes = differences(now.facts, said)
    if not changes and _reads_otherwise(now.pages, drawn):
        changes = [WORDS]
    material = is_material(changes) or (announce and bool(changes))
    return Preview(said, drawn, changes, material, today + timedelta(days=NOTICE_DAYS if material else 1))


def publish(operator: Operator, choices: Choices, effective_on: date | None, by: UUID | None, announce: bool = False) -> PolicyVersion:
    """Publish a version of the operator in force, which counts from ``effective_on``, or from the first day on which it may.

    A version that was only announced is withdrawn. Raises NothingNew, and TooSoon for a day before the earliest.
    """
    wanted = preview(operator, choices, announce)
    replaced = versions.coming(operator.id, _today(operator))
    if not wanted.changes or (replaced is not None and replaced.hash == wanted.hash):
        raise NothingNew
    effective_on = effective_on or wanted.earliest
    if effective_on < wanted.earliest:
        raise TooSoon(wanted.earliest)
    if replaced is not None:
        _withdraw(replaced, tell=not wanted.material)
    return _add(operator, wanted, effective_on, by)


def withdraw(operator: Operator, version: PolicyVersion) -> bool:
    """Give up a version that does not count yet, and tell whoever was told of it. False where it counts already."""
    coming = versions.coming(operator.id, _today(operator))
    if coming is None or coming.id != version.id:
        return False
    _withdraw(version, tell=version.material)
    _mark(operator)
    return True


def follow(operator: Operator) -> PolicyVersion | None:
    """Publish what the software does now, where it does something else than the last version says.

    What the operator chose stays as it was published: a draft is nobody's but theirs. None where nothing is different.
    """
    today = _today(operator)
    coming = versions.coming(operator.id, today)
    last = coming or versions.in_force(operator.id, today)
    if last is None:
        return publish_first(operator)
    choices = published(last.facts)
    said = facts(operator, today, choices)
    if not differences(last.facts, said) and not _reads_otherwise(last.pages, rendering.pages(said)):
        return None
    try:
        return publish(operator, choices, None, None)
    except NothingNew:
        if coming is not None:
            withdraw(operator, coming)
        return None


def count_as_told(operator: Operator, version: PolicyVersion) -> None:
    """Everybody was told: the 30 days count from today, so the version counts no sooner than that."""
    if version.told_on is not None:
        return
    version.told_on = _today(operator)
    version.effective_on = max(version.effective_on, version.told_on + timedelta(days=NOTICE_DAYS))
    _mark(operator)


def _add(operator: Operator, wanted: Preview, effective_on: date, by: UUID | None) -> PolicyVersion:
    number = db.session.scalar(sa.select(sa.func.max(PolicyVersion.number)).where(PolicyVersion.operator_id == operator.id)) or 0
    version = PolicyVersion(
        operator_id=operator.id,
        number=number + 1,
        facts=wanted.facts,
        pages=wanted.pages,
        changes=wanted.changes,
        hash=wanted.hash,
        material=wanted.material,
        published_at=clock.now(),
        effective_on=effective_on,
        published_by_id=by,
    )
    db.session.add(version)
    _mark(operator)
    db.session.flush()
    if version.material:
        enqueue(TELL, version_id=str(version.id))
    return version


def _withdraw(version: PolicyVersion, tell: bool) -> None:
    version.withdrawn_at = clock.now()
    db.session.flush()
    if tell and version.material:
        enqueue(TELL_WITHDRAWN, version_id=str(version.id))


def _reads_otherwise(was: dict[str, Any], now: dict[str, Any]) -> bool:
    return any(code not in was or rendering.plain(was[code]) != rendering.plain(drawn) for code, drawn in now.items())


def _mark(operator: Operator) -> None:
    # What processes keep of the policy goes by the operator's edition, like prices and places.
    db.session.execute(sa.update(Operator).where(Operator.id == operator.id).values(edition=secrets.token_hex(8)))


def _today(operator: Operator) -> date:
    return clock.today(operator.zone)
