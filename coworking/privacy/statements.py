"""What a person wants said beside what is kept of them (GDPR Art. 16): shown wherever the data is, and copied with it."""

from uuid import UUID

import sqlalchemy as sa

from coworking.core.db import db

from .models import Statement
from .register import ENTRIES


def add(person_id: UUID, about: str, words: str) -> Statement:
    """Put words beside an entry of the register; raises ValueError for an entry that there is not."""
    if about not in ENTRIES:
        raise ValueError(about)
    statement = Statement(person_id=person_id, about=about, words=words)
    db.session.add(statement)
    db.session.flush()
    return statement


def of(person_id: UUID | None) -> dict[str, list[Statement]]:
    """A person's statements by entry, oldest first. The desk shows them on the person's page."""
    found: dict[str, list[Statement]] = {}
    if person_id is not None:
        for row in db.session.scalars(sa.select(Statement).where(Statement.person_id == person_id).order_by(Statement.id)):
            found.setdefault(row.about, []).append(row)
    return found


def remove(person_id: UUID, statement_id: UUID) -> None:
    """Take one's own statement away; nothing happens where there is none."""
    db.session.execute(sa.delete(Statement).where(Statement.id == statement_id, Statement.person_id == person_id))
