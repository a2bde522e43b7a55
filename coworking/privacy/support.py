"""Help by the host: only under a grant of the operator, for a purpose and a few hours, looking unless it says more.

Opening the link of a grant signs in a person of its own, "Support", whose role allows what the grant allows and whose
session ends with it. Afterwards that person is gone; what it looked at stays in the list of accesses.
"""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.jobs import cron
from coworking.core.permissions import Role
from coworking.people import sessions
from coworking.people.models import Person, SignInSession
from coworking.people.sessions import digest

from .models import AccessEntry, SupportGrant

MOST_HOURS = 72
NAME = "Support"


class NotOpen(LookupError):
    """No grant stands behind that key, or no longer."""


def grant(purpose: str, hours: int, may_change: bool, by: Person) -> tuple[SupportGrant, str]:
    """Let the host's support in for ``hours``, 72 at most. Returns the key too, which nobody can read again."""
    if not 1 <= hours <= MOST_HOURS:
        raise ValueError(hours)
    token, now = secrets.token_urlsafe(32), clock.now()
    made = SupportGrant(
        purpose=purpose, granted_by_id=by.id, token_hash=digest(token), may_change=may_change, starts_at=now, ends_at=now + timedelta(hours=hours)
    )
    db.session.add(made)
    db.session.flush()
    return made, token


def of_key(token: str) -> SupportGrant:
    """The grant that a key still opens; raises NotOpen. A key opens once."""
    found = db.session.scalar(sa.select(SupportGrant).where(SupportGrant.token_hash == digest(token), *_running(clock.now())).with_for_update())
    if found is None or found.opened_at is not None:
        raise NotOpen
    return found


def begin(found: SupportGrant) -> Person:
    """The person that support signs in as."""
    role = Role.SUPPORT_HELPING if found.may_change else Role.SUPPORT
    person = Person(email=f"support-{found.id}@invalid", name=NAME, role=role.value)
    db.session.add(person)
    db.session.flush()
    found.person_id, found.opened_at = person.id, clock.now()
    db.session.flush()
    return person


def shorten(found: SupportGrant) -> None:
    """Let the session of a grant end when the grant does."""
    own = sa.update(SignInSession).where(SignInSession.person_id == found.person_id, SignInSession.ended_at.is_(None))
    db.session.execute(own.values(expires_at=found.ends_at))


def revoke(found: SupportGrant) -> None:
    """End a grant now: whoever is in is out with the next click."""
    if found.revoked_at is None:
        found.revoked_at = clock.now()
    _leave(found)


def running() -> list[SupportGrant]:
    """Grants that count now, those that end first at the top."""
    return list(db.session.scalars(sa.select(SupportGrant).where(*_running(clock.now())).order_by(SupportGrant.ends_at)))


def latest(count: int = 20) -> list[SupportGrant]:
    """The latest grants, over or not."""
    return list(db.session.scalars(sa.select(SupportGrant).order_by(SupportGrant.starts_at.desc()).limit(count)))


@cron("privacy.support_ends", every=15)
def end_what_is_over() -> None:
    """Take away the people of grants that are over."""
    with tenancy.across_operators():
        over = db.session.scalars(sa.select(SupportGrant).where(SupportGrant.person_id.is_not(None), SupportGrant.ends_at <= clock.now())).all()
    for each in over:
        with tenancy.acting_for(each.operator_id):
            _leave(each)


def _running(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return SupportGrant.revoked_at.is_(None), SupportGrant.starts_at <= now, SupportGrant.ends_at > now


def _leave(found: SupportGrant) -> None:
    person = db.session.get(Person, found.person_id) if found.person_id is not None else None
    if person is None:
        return
    sessions.end_all(person)
    person.closed_at = clock.now()
    db.session.flush()
    try:
        with db.session.begin_nested():
            found.person_id = None
            db.session.flush()
            db.session.execute(sa.update(AccessEntry).where(AccessEntry.by_id == person.id).values(by_id=None))
            db.session.execute(sa.delete(SignInSession).where(SignInSession.person_id == person.id))
            db.session.execute(sa.delete(Person).where(Person.id == person.id))
    except IntegrityError:
        # It changed something under its grant, which names it: then only the account is closed.
        db.session.refresh(found)
