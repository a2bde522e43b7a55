"""Things of other hosts on public pages: a map, a film. Nothing of them is asked for before a reader says yes, page by click.

What a reader answered is remembered for six months in one cookie of numbers; a thing that changes its maker, country or
address is asked about anew, because nobody answered about that one.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

import sqlalchemy as sa

from coworking.core import clock, kept
from coworking.core.db import db
from coworking.operators.models import Operator

from .models import AddOn
from .policy import wording
from .register.recipients import EEA, Transfer

COOKIE = "choices"
DAYS = 182
"""Six months, as the CNIL recommends for a yes and a no alike (délibération 2020-092)."""
MOST = 20
FRAME, SCRIPT = "frame", "script"
_ANSWERS = re.compile(r"[0-9a-f]{12}[01](?:\.[0-9a-f]{12}[01]){0,19}")
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


class Stand(Enum):
    """What a reader has said of one thing."""

    ASKS = "asks"
    LOADED = "loaded"
    REFUSED = "refused"
    SIGNAL = "signal"
    """Said no through the browser, to everything (Global Privacy Control)."""


@dataclass(frozen=True, slots=True)
class Card:
    """One thing as it stands on a page."""

    add_on: AddOn
    stand: Stand

    @property
    def country(self) -> str:
        """Where its maker is, in the language in force."""
        return wording.country(self.add_on.country)


def cards(cookie: str, says_no: bool) -> list[Card]:
    """The operator's things with the reader's answers. ``says_no``: the browser's own signal, which counts until the reader clicks."""
    answers = _read(cookie)
    quiet = Stand.SIGNAL if says_no else Stand.ASKS
    said = {True: Stand.LOADED, False: Stand.REFUSED}
    return [Card(each, said[answers[mark(each)]] if mark(each) in answers else quiet) for each in on_pages()]


def answered(cookie: str, add_on: AddOn, yes: bool) -> str:
    """The cookie's text once the reader has answered about one thing. Things that are gone are left out."""
    known = {mark(each) for each in on_pages()}
    answers = {key: value for key, value in _read(cookie).items() if key in known} | {mark(add_on): yes}
    return ".".join(f"{key}{int(value)}" for key, value in list(answers.items())[-MOST:])


def on_pages() -> Sequence[AddOn]:
    """The things that the public pages show, in the order in which they were added."""
    return kept.under_edition("add-ons", make=_on_pages)


def origin(add_on: AddOn) -> str:
    """Scheme and host that the page may then ask: exactly this one."""
    return f"https://{host_in(add_on.source)}"


def mark(add_on: AddOn) -> str:
    """What answers are kept under: changes with whatever the answer was about."""
    about = "\n".join((add_on.id.hex, add_on.provider, add_on.country, add_on.kind, origin(add_on)))
    return hashlib.sha256(about.encode()).hexdigest()[:12]


def host_in(url: str) -> str | None:
    """The host of an https address without name, password or port; None for anything else."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    plain = parts.scheme == "https" and parts.netloc.lower() == host and _HOST.fullmatch(host)
    return host if plain and url.isascii() and url.isprintable() and not set(url) & set(" \"'<>;,\\") else None


def is_lawful(country: str, transfer: str) -> bool:
    """Whether the tool fits the country: outside the EEA something must make it lawful (GDPR chapter V)."""
    return transfer in {tool.value for tool in Transfer} and (country in EEA or transfer != Transfer.NONE_NEEDED.value)


def keep(add_on: AddOn, operator: Operator, values: Mapping[str, object]) -> None:
    """Write a new or changed thing, and let pages be drawn anew."""
    for name, value in values.items():
        setattr(add_on, name, value)
    add_on.changed_at = clock.now()
    db.session.add(add_on)
    _drawn_anew(operator)


def remove(add_on: AddOn, operator: Operator) -> None:
    """Take a thing off the pages for good."""
    db.session.delete(add_on)
    _drawn_anew(operator)


def _drawn_anew(operator: Operator) -> None:
    operator.edition = secrets.token_hex(8)
    db.session.flush()


def _on_pages() -> Sequence[AddOn]:
    with kept.apart() as session:
        return session.scalars(sa.select(AddOn).where(AddOn.enabled).order_by(AddOn.id)).all()


def _read(cookie: str) -> dict[str, bool]:
    if not _ANSWERS.fullmatch(cookie):
        return {}
    return {answer[:-1]: answer[-1] == "1" for answer in cookie.split(".")}
