"""Versions of the policy of the operator in force, and which one counts on a day."""

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer

from coworking.core.db import db

from ..models import PolicyVersion

MOST = 999_999
"""Numbers beyond are nobody's, and more than databases count to."""
# The pages of a version are some hundred kilobytes: loaded where they are shown.
_LIGHT = (defer(PolicyVersion.pages),)
_COUNTS = (PolicyVersion.withdrawn_at.is_(None), sa.or_(~PolicyVersion.material, PolicyVersion.told_on.is_not(None)))


def in_force(operator_id: UUID, on: date) -> PolicyVersion | None:
    """The version that counts on a day (of the operator's wall), or None before the first one.

    A material version counts for nobody until everybody was told, whatever its date says.
    """
    wanted = sa.select(PolicyVersion).where(PolicyVersion.operator_id == operator_id, PolicyVersion.effective_on <= on, *_COUNTS)
    return db.session.scalar(wanted.options(*_LIGHT).order_by(PolicyVersion.number.desc()).limit(1))


def coming(operator_id: UUID, on: date) -> PolicyVersion | None:
    """The version that is announced and does not count yet on a day. There is one at most: a later one takes its place."""
    now = in_force(operator_id, on)
    wanted = sa.select(PolicyVersion).where(
        PolicyVersion.operator_id == operator_id, PolicyVersion.withdrawn_at.is_(None), PolicyVersion.number > (now.number if now else 0)
    )
    return db.session.scalar(wanted.options(*_LIGHT).order_by(PolicyVersion.number.desc()).limit(1))


def all_of(operator_id: UUID) -> list[PolicyVersion]:
    """Every version ever published, withdrawn ones too, the newest first."""
    wanted = sa.select(PolicyVersion).where(PolicyVersion.operator_id == operator_id)
    return list(db.session.scalars(wanted.options(*_LIGHT, defer(PolicyVersion.facts)).order_by(PolicyVersion.number.desc())))


def numbered(operator_id: UUID, number: int) -> PolicyVersion | None:
    """One version with its pages. It stays for good, withdrawn or not."""
    if number > MOST:
        return None
    return db.session.scalar(sa.select(PolicyVersion).where(PolicyVersion.operator_id == operator_id, PolicyVersion.number == number))


def days_in(version: PolicyVersion, key: str) -> int | None:
    """For how many days a version says that ``key`` of the register is kept; None where a law says it, or it says nothing."""
    entry: dict[str, Any] = next((entry for entry in version.facts["entries"] if entry["key"] == key), {})
    days: int | None = entry.get("retention", {}).get("days")
    return days


def state(version: PolicyVersion, now: PolicyVersion | None) -> str:
    """``withdrawn``, ``now``, ``coming`` or ``past``, where ``now`` is the version in force."""
    if version.withdrawn_at is not None:
        return "withdrawn"
    if now is not None and version.number == now.number:
        return "now"
    return "coming" if now is None or version.number > now.number else "past"
