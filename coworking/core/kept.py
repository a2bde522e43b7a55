"""What a process keeps in memory: only what is true for good of the marks that it was made under.

The database changes an operator's marks whenever something is written that its pages are made of
(coworking/operators/edition.py). Every request reads the marks afresh with its operator, so a process that keeps
something needs to ask no other, and what was kept under old marks is never found again: it ends with the oldest.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from . import clock, i18n
from .db import READING_METHODS, db

Made = TypeVar("Made")

MOST = 600
"""Things kept at once, of some ten kilobytes each."""
LONGEST = 24 * 60 * 60
"""Seconds that something stays which nobody asks for: pages of the desk show names (privacy/register/stores.py)."""


class Shelf:
    """The MOST things that were asked for last, within LONGEST by the given clock of seconds."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._things: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._lock = Lock()
        self._seconds = seconds

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is kept under ``key``; made now if nothing is. Two who ask at once may both make it."""
        now = self._seconds()
        with self._lock:
            while self._things and next(iter(self._things.values()))[0] < now - LONGEST:
                self._things.popitem(last=False)
            if key in self._things:
                found = self._things[key][1]
                self._things[key] = (now, found)
                self._things.move_to_end(key)
                return cast("Made", found)
        made = make()
        with self._lock:
            self._things[key] = (now, made)
            self._things.move_to_end(key)
            while len(self._things) > MOST:
                self._things.popitem(last=False)
        return made

    def __len__(self) -> int:
        """How many things there are."""
        return len(self._things)

    def empty(self) -> None:
        """Forget everything."""
        with self._lock:
            self._things.clear()


def init_app(app: Flask) -> None:
    """Give the app an empty shelf, and templates a way to it."""
    app.extensions["coworking.shelf"] = Shelf()
    app.jinja_env.globals["piece"] = piece


def under_edition(name: str, *key: Hashable, make: Callable[[], Made]) -> Made:
    """What ``make`` reads of the operator's places, prices and plans; ``key`` is all else that it depends on."""
    return _kept((g.operator.id, g.operator.edition, name, *key), make)


def for_this_minute(name: str, *key: Hashable, make: Callable[[], Made]) -> Made:
    """What ``make`` says of the operator, its bookings included, in this language and minute; ``key`` is all else."""
    return _kept((*marks(), name, *key), make)


def piece(*key: Hashable, caller: Callable[[], str]) -> Markup:
    """Part of a template, drawn once for an edition and language: ``{% call piece('nav', request.endpoint) %}…{% endcall %}``.

    ``key`` names the part and all that it shows besides words and the operator. Nothing of a form's token, nothing of the hour.
    """
    operator = g.get("operator")
    whose = (operator.id, operator.edition) if operator is not None else None
    return _kept((whose, i18n.language(), *key), lambda: Markup(caller()))  # noqa: S704 - a block of our own templates


def marks() -> tuple[Hashable, ...]:
    """All that a page depends on which shows places, plans and what is booked, and nothing of its reader but the language."""
    if "marks" not in g:
        # Taken once, before anything is drawn: what is drawn may then be newer than its marks, and never older.
        g.marks = (g.operator.id, g.operator.edition, g.operator.booked, i18n.language(), minute(clock.now()))
    taken: tuple[Hashable, ...] = g.marks
    return taken


def minute(now: datetime) -> datetime:
    """One moment for all of a minute but its very first instant.

    Whatever begins or ends does so on a whole minute, so all moments between two whole minutes see the same page. A
    moment that is itself whole stays apart: only then does a notice of an hour, to the second, still reach the next one.
    """
    whole = now.replace(second=0, microsecond=0)
    return whole if whole == now else whole + timedelta(seconds=30)


def _kept(key: Hashable, make: Callable[[], Made]) -> Made:
    # Whoever writes may read what is never committed.
    if request.method not in READING_METHODS:
        return make()
    shelf: Shelf = current_app.extensions["coworking.shelf"]
    return shelf.get(key, make)


@contextmanager
def apart() -> Iterator[Session]:
    """A session on this request's transaction whose rows belong to no request, so that they can be kept.

    They are for reading, and whatever is wanted of them has to be loaded before it ends.
    """
    with Session(bind=db.session.connection(), expire_on_commit=False) as session:
        yield session
        session.expunge_all()


__all__ = ["Shelf", "apart", "for_this_minute", "init_app", "marks", "minute", "piece", "under_edition"]
