"""Links sent by mail that prove the address: random, kept as a hash, good once and for a short time."""

import secrets
from datetime import timedelta
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from coworking.core import clock
from coworking.core.db import db

from .models import MailedLink, Person
from .sessions import digest


class Purpose(Enum):
    """What a link is for."""

    CONFIRM = "confirm"
    SIGN_IN = "sign_in"
    RESET = "reset"
    NEW_EMAIL = "new_email"
    LEAVE = "leave"
    """To end a contract without signing in (code de la consommation, L215-1-1)."""
    WELCOME = "welcome"


LASTS = {
    Purpose.CONFIRM: timedelta(days=2),
    Purpose.SIGN_IN: timedelta(minutes=15),
    Purpose.RESET: timedelta(hours=1),
    Purpose.NEW_EMAIL: timedelta(days=2),
    Purpose.LEAVE: timedelta(days=14),
    # Nobody waits for this one at the screen.
    Purpose.WELCOME: timedelta(days=7),
}
KEPT = timedelta(days=30)


def make(person: Person, purpose: Purpose, address: str | None = None) -> str:
    """A new link for ``person``; returns its token. Older ones of the same purpose stop working."""
    kill(person, purpose)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    link = MailedLink(
        person_id=person.id, purpose=purpose.value, token_hash=digest(token), address=address or person.email, created_at=now,
        expires_at=now + LASTS[purpose],
    )  # fmt: skip
    db.session.add(link)
    db.session.flush()
    return token


def find(token: str, purpose: Purpose) -> MailedLink | None:
    """The link of a token while it is good, with its person. Looking doesn't use it: mail scanners open every link."""
    wanted = (
        sa.select(MailedLink)
        .where(
            MailedLink.token_hash == digest(token),
            MailedLink.purpose == purpose.value,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > clock.now(),
        )
        .options(joinedload(MailedLink.person))
    )
    link = db.session.scalar(wanted)
    if link is None or not link.person.is_active:
        return None
    # Mailed to an address that the person has left since: it proves nothing any more.
    return link if purpose is Purpose.NEW_EMAIL or link.address == link.person.email else None


def spend(link: MailedLink) -> bool:
    """Use a link up; False when a parallel request was faster."""
    spent = sa.update(MailedLink).where(MailedLink.id == link.id, MailedLink.used_at.is_(None)).values(used_at=clock.now())
    result: sa.CursorResult[object] = db.session.execute(spent)  # type: ignore[assignment]
    return result.rowcount == 1


def kill(person: Person, *purposes: Purpose) -> None:
    """Make the unused links of a person stop working: those for ``purposes``, or all."""
    unused = sa.update(MailedLink).where(MailedLink.person_id == person.id, MailedLink.used_at.is_(None))
    if purposes:
        unused = unused.where(MailedLink.purpose.in_([purpose.value for purpose in purposes]))
    db.session.execute(unused.values(used_at=clock.now()))


def prune() -> None:
    """Forget links that expired a month ago."""
    db.session.execute(sa.delete(MailedLink).where(MailedLink.expires_at < clock.now() - KEPT - timedelta(days=1)))
