"""Who opened a page about whom: written down when it happens, and shown to the person.

The same staff, person and page within ten minutes count once, so that going back and forth does not fill the list and
most pages write nothing.
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, tenancy
from coworking.core.db import aside, db, new_id
from coworking.core.permissions import Role
from coworking.people.models import Person

from .models import AccessEntry, SupportGrant
from .register.terms import Purpose

ONCE_IN = timedelta(minutes=10)
A_PAGE = 50


def record(people: Iterable[UUID | None], by: Person, page: str, purpose: Purpose) -> None:
    """Note that ``by`` opened ``page`` (an endpoint) about ``people``; None among them stands for everybody at once.

    Written before the page is drawn, in a transaction of its own: what can't be noted is not shown.
    """
    wanted = set(people) - {by.id}
    new = wanted - _noted(wanted, by, page)
    if not new:
        return
    operator_id, grant_id, now = tenancy.current_operator_id(), _grant_of(by), clock.now()
    rows = [
        {"id": new_id(), "operator_id": operator_id, "person_id": each, "by_id": by.id, "by_role": by.role, "grant_id": grant_id, "page": page[:60],
         "purpose": purpose.value, "at": now}
        for each in new
    ]  # fmt: skip
    with aside() as connection:
        tenancy.tell(connection, operator_id)
        connection.execute(sa.insert(AccessEntry), rows)


def of_person(person_id: UUID) -> list[AccessEntry]:
    """Who opened this person's pages, latest first."""
    wanted = sa.select(AccessEntry).where(AccessEntry.person_id == person_id).order_by(AccessEntry.at.desc(), AccessEntry.id.desc())
    return list(db.session.scalars(wanted.limit(A_PAGE * 4)))


def latest(person_id: UUID | None, by_id: UUID | None, role: str, number: int) -> tuple[list[AccessEntry], bool]:
    """A page of everything that was opened, narrowed by whose page, by whom or by role, and whether there is more."""
    wanted = sa.select(AccessEntry).order_by(AccessEntry.at.desc(), AccessEntry.id.desc())
    if person_id is not None:
        wanted = wanted.where(AccessEntry.person_id == person_id)
    if by_id is not None:
        wanted = wanted.where(AccessEntry.by_id == by_id)
    if role:
        wanted = wanted.where(AccessEntry.by_role == role)
    found = list(db.session.scalars(wanted.offset((number - 1) * A_PAGE).limit(A_PAGE + 1)))
    return found[:A_PAGE], len(found) > A_PAGE


def _noted(people: set[UUID | None], by: Person, page: str) -> set[UUID | None]:
    if not people:
        return set()
    same = sa.or_(AccessEntry.person_id.in_(people - {None}), AccessEntry.person_id.is_(None))
    lately = sa.select(AccessEntry.person_id).where(same, AccessEntry.by_id == by.id, AccessEntry.page == page[:60])
    return set(db.session.scalars(lately.where(AccessEntry.at > clock.now() - ONCE_IN)))


def _grant_of(by: Person) -> UUID | None:
    return db.session.scalar(sa.select(SupportGrant.id).where(SupportGrant.person_id == by.id)) if Role(by.role).is_support else None
