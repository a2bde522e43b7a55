"""What a person wants said beside what is kept of them (GDPR Art. 16): shown wherever the data is, and copied with it."""

from uuid import UUID

import sqlalchemy as sa
from flask_babel.speaklater import LazyString

from coworking.core.db import db
from coworking.core.permissions import Role

from .models import Statement
from .register import ENTRIES
from .register.terms import Reader


def add(person_id: UUID, about: str, words: str) -> Statement:
    """Put words beside an entry of the register; raises ValueError for an entry that there is not."""
    if about not in ENTRIES:
        raise ValueError(about)
    statement = Statement(person_id=person_id, about=about, words=words)
    db.session.add(statement)
    db.session.flush()
    return statement


def of(person_id: UUID | None) -> dict[str, list[Statement]]:
    """A person's statements by entry, oldest first."""
    found: dict[str, list[Statement]] = {}
    if person_id is not None:
        for row in db.session.scalars(sa.select(Statement).where(Statement.person_id == person_id).order_by(Statement.id)):
            found.setdefault(row.about, []).append(row)
    return found


def read_by(person_id: UUID, role: Role) -> list[tuple[LazyString, str]]:
    """What stands beside data that the role sees: what it is about, and the words."""
    reader = {Role.OWNER: Reader.MANAGER, Role.MANAGER: Reader.MANAGER, Role.FRONT_DESK: Reader.FRONT_DESK, Role.ACCOUNTANT: Reader.ACCOUNTANT}.get(
        role
    )
    return [
        (ENTRIES[key].title, row.words) for key, rows in of(person_id).items() if key in ENTRIES and reader in ENTRIES[key].readers for row in rows
    ]


def remove(person_id: UUID, statement_id: UUID) -> bool:
    """Take one's own statement away; whether there was one."""
    mine = sa.delete(Statement).where(Statement.id == statement_id, Statement.person_id == person_id).returning(Statement.id)
    return db.session.scalar(mine) is not None
