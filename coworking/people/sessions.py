"""Who is signed in where. The browser keeps a random token, we keep its SHA-256: ending a session needs no browser's help."""

import hashlib
import re
import secrets
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from coworking.core import clock
from coworking.core.db import db

from .models import Person, SignInSession

KEPT = timedelta(days=30)
NOT_KEPT = timedelta(hours=12)

# The order matters: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
_BROWSERS = (("Edge", "Edg"), ("Opera", "OPR/"), ("Samsung Internet", "SamsungBrowser"), ("Firefox", "Firefox/|FxiOS"),
             ("Chrome", "Chrome/|Chromium/|CriOS"), ("Safari", "Safari/"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("macOS", "Macintosh|Mac OS X"),
            ("ChromeOS", "CrOS"), ("Linux", "Linux|X11"))  # fmt: skip

# Built once: putting a statement together costs more than asking it, and this one is asked at every request.
_BY_TOKEN = (
    sa.select(SignInSession)
    .where(SignInSession.ended_at.is_(None), SignInSession.expires_at > sa.bindparam("now"), SignInSession.token_hash == sa.bindparam("hash"))
    .options(joinedload(SignInSession.person))
)


def digest(token: str) -> str:
    """What the database keeps of a token. The token is random, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def start(person: Person, keep: bool, browser: str = "") -> str:
    """Sign ``person`` in for 30 days when ``keep``, else for 12 hours. Returns the token, which nobody can read again."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    person.note_use()
    db.session.add(
        SignInSession(
            person_id=person.id, token_hash=digest(token), browser=browser, kept=keep, created_at=now, expires_at=now + (KEPT if keep else NOT_KEPT)
        )
    )
    db.session.flush()
    return token


def find(token: str) -> SignInSession | None:
    """The session of a token at the operator in force, with its person; None once it ended, expired or the account closed."""
    session = db.session.scalar(_BY_TOKEN, {"hash": digest(token), "now": clock.now()})
    return session if session is not None and session.person.is_active else None


def open_sessions(person: Person) -> list[SignInSession]:
    """Where ``person`` is signed in, latest first."""
    return list(db.session.scalars(sa.select(SignInSession).where(*_open(), SignInSession.person_id == person.id).order_by(SignInSession.id.desc())))


def end(session: SignInSession) -> None:
    """Sign out one browser."""
    if session.ended_at is None:
        session.ended_at = clock.now()


def end_all(person: Person, but: SignInSession | None = None) -> None:
    """Sign ``person`` out everywhere, or everywhere else than in ``but``."""
    others = sa.update(SignInSession).where(SignInSession.person_id == person.id, SignInSession.ended_at.is_(None))
    if but is not None:
        others = others.where(SignInSession.id != but.id)
    db.session.execute(others.values(ended_at=clock.now()))


def prune() -> None:
    """Forget sessions that ended or expired a month ago."""
    # The nightly run forgets them to the day of the operator's wall; a day later nothing may be left in any zone.
    limit = clock.now() - KEPT - timedelta(days=1)
    db.session.execute(sa.delete(SignInSession).where(sa.or_(SignInSession.ended_at < limit, SignInSession.expires_at < limit)))


def browser_summary(user_agent: str) -> str:
    """``Firefox/Windows`` out of a User-Agent header, either part empty when unknown: enough to recognise one's own browser."""

    def first(kinds: tuple[tuple[str, str], ...]) -> str:
        return next((name for name, pattern in kinds if re.search(pattern, user_agent)), "")

    return f"{first(_BROWSERS)}/{first(_SYSTEMS)}"


def _open() -> tuple[sa.ColumnElement[bool], ...]:
    return SignInSession.ended_at.is_(None), SignInSession.expires_at > clock.now()
