"""Telling people of a version: everybody with an account by mail, and in the portal until they have seen it."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, i18n, kept, mail
from coworking.core.db import db
from coworking.core.jobs import enqueue
from coworking.core.links import absolute_url, operator_in_force
from coworking.people.models import Person

from ..models import PolicyNotice, PolicyVersion
from . import publishing, wording

A_BATCH = 50
STILL_SHOWN = timedelta(days=90)
"""For how long after a version counts those who have not seen it are shown that there is one."""
ACTIVE = (Person.email_confirmed_at.is_not(None), Person.closed_at.is_(None))


class News(NamedTuple):
    """An announced version, as the banner needs it."""

    id: UUID
    number: int
    effective_on: date


def untold(version_id: UUID) -> sa.Select[Person]:
    """Active people who were not told of a version. A service mail: no choice about news leaves anybody out."""
    told = sa.select(PolicyNotice.person_id).where(PolicyNotice.version_id == version_id)
    return sa.select(Person).where(*ACTIVE, Person.id.not_in(told)).order_by(Person.id)


def tell(version_id: UUID) -> None:
    """Tell the next people of a version; after the last one it counts as told. Ask for the batch after that otherwise."""
    version = db.session.get(PolicyVersion, version_id)
    if version is None or version.withdrawn_at is not None:
        return
    batch = list(db.session.scalars(untold(version_id).limit(A_BATCH)))
    for person in batch:
        db.session.add(PolicyNotice(version_id=version.id, person_id=person.id))
        _post(person, version, "policy_changed")
    db.session.flush()
    if len(batch) == A_BATCH:
        enqueue(publishing.TELL, version_id=str(version_id))
    else:
        publishing.count_as_told(operator_in_force(), version)


def tell_withdrawn(version_id: UUID, after: UUID | None) -> None:
    """Tell whoever was told of a version that it will not come, a batch at a time."""
    version = db.session.get(PolicyVersion, version_id)
    if version is None:
        return
    told = sa.select(Person).join(PolicyNotice, PolicyNotice.person_id == Person.id).where(PolicyNotice.version_id == version_id, *ACTIVE)
    if after is not None:
        told = told.where(Person.id > after)
    batch = list(db.session.scalars(told.order_by(Person.id).limit(A_BATCH)))
    for person in batch:
        _post(person, version, "policy_withdrawn")
    if len(batch) == A_BATCH:
        enqueue(publishing.TELL_WITHDRAWN, version_id=str(version_id), after=str(batch[-1].id))


def progress(version: PolicyVersion) -> tuple[int, int]:
    """How many were told of a version, and how many of them have seen it in the portal."""
    counted = sa.select(sa.func.count(), sa.func.count(PolicyNotice.seen_at)).where(PolicyNotice.version_id == version.id)
    told, seen = db.session.execute(counted).one()
    return told, seen


def news_for(person: Person) -> News | None:
    """A version that the person was told of and has not seen. Asks the database only while there is one to tell of."""
    found: News | None = kept.under_edition("policy.news", make=_announced)
    if found is None or clock.today(operator_in_force().zone) - STILL_SHOWN > found.effective_on:
        return None
    waiting = sa.select(PolicyNotice.id).where(
        PolicyNotice.version_id == found.id, PolicyNotice.person_id == person.id, PolicyNotice.seen_at.is_(None)
    )
    return found if db.session.scalar(waiting) is not None else None


def see(version: PolicyVersion, person: Person) -> None:
    """The person has opened what was announced. It says nothing about whether they like it."""
    seen = sa.update(PolicyNotice).where(PolicyNotice.version_id == version.id, PolicyNotice.person_id == person.id, PolicyNotice.seen_at.is_(None))
    db.session.execute(seen.values(seen_at=clock.now()))


def _announced() -> News | None:
    wanted = sa.select(PolicyVersion.id, PolicyVersion.number, PolicyVersion.effective_on)
    row = db.session.execute(
        wanted.where(PolicyVersion.material, PolicyVersion.withdrawn_at.is_(None)).order_by(PolicyVersion.number.desc()).limit(1)
    ).first()
    return News(*row) if row is not None else None


def _post(person: Person, version: PolicyVersion, template: str) -> None:
    locale: str = person.locale or operator_in_force().default_locale
    with i18n.speaking(locale):
        values: dict[str, Any] = {
            "changes": [wording.changed(change).striptags() for change in version.changes],
            "day": i18n.short_date(version.effective_on),
            "published_on": i18n.short_date(clock.wall_day(version.published_at, operator_in_force().zone)),
        }
    mail.post(
        to=person.email, template=f"emails/privacy/{template}", locale=locale, name=person.first_name,
        url=absolute_url("privacy.version", version_number=version.number), rights_url=absolute_url("privacy.policy", _anchor="rights"), **values,
    )  # fmt: skip
