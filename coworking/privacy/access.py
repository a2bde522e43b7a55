"""Who opened a page about whom: written down when it happens, and shown to the person.

The same staff, person and page within ten minutes count once, so that going back and forth does not fill the list and
most pages write nothing.
"""

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


def record(person_id: UUID | None, by: Person, page: str, purpose: Purpose) -> None:
    """Note that ``by`` opened ``page`` (an endpoint) about a person, or about everybody at once for None.

    Written before the page is drawn, in a transaction of its own: what can't be noted is not shown.
    """
    if by.id == person_id or _noted(person_id, by, page):
        return
    row = {
        "id": new_id(), "operator_id": tenancy.current_operator_id(), "person_id": person_id, "by_id": by.id, "by_role": by.role,
        "grant_id": _grant_of(by), "page": page[:60], "purpose": purpose.value, "at": clock.now(),
    }  # fmt: skip
    with aside() as connection:
        tenancy.tell(connection, tenancy.current_operator_id())
        connection.execute(sa.insert(AccessEntry), row)


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


def _noted(person_id: UUID | None, by: Person, page: str) -> bool:
    same = AccessEntry.person_id == person_id if person_id is not None else AccessEntry.person_id.is_(None)
    wanted = sa.select(AccessEntry.id).where(same, AccessEntry.by_id == by.id, AccessEntry.page == page[:60], AccessEntry.at > clock.now() - ONCE_IN)
    return db.session.scalar(wanted.limit(1)) is not None



def _grant_of(by: Person) -> UUID | None:
    return db.session.scalar(sa.select(SupportGrant.id).where(SupportGrant.person_id == by.id)) if Role(by.role).is_support else None
