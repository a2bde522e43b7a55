"""How often public pages are opened: counted on our side, with nothing in the browser, and nothing that tells two visitors apart.

A visit leaves one stroke in a tally: day, page, host name of the page before, family of browser, phone or computer. Strokes
are kept in the process's memory for a minute and then added to the counts in the database, so no page waits for a write.
A process that dies takes its last minute with it; the counts are no books.
"""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from enum import Enum
from threading import Event, Lock, Thread
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, OperationalError

from coworking.core import tenancy
from coworking.core.db import db, new_id, writing

from .models import PageCount

EVERY = 60.0
"""Seconds between two writes of one process."""
MOST = 2000
"""Kinds of strokes that a process keeps between two writes; beyond that, where visitors came from is left out."""
PAGES = {
    "site.home": _("Start page"),
    "site.rooms": _("Rooms and desks"),
    "site.room": _("A room"),
    "site.plans": _("Plans"),
    "site.visit": _("Visit us"),
    "site.contact": _("Contact"),
    "people.join": _("Join"),
    "privacy.policy": _("Privacy policy"),
}
"""The pages that are counted, by endpoint. What is not here is not."""
_HOST = re.compile(r"(?=.{4,80}$)(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}")
_MACHINES = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|wget|python|headless", re.IGNORECASE)


class Family(Enum):
    """Browsers, as coarse as is of any use."""

    CHROME = "chrome"
    EDGE = "edge"
    FIREFOX = "firefox"
    SAFARI = "safari"
    OTHER = "other"


class Screen(Enum):
    """What it is read on."""

    PHONE = "phone"
    COMPUTER = "computer"


class Stroke(NamedTuple):
    """All that is noted of a page that was opened."""

    operator_id: UUID
    day: date
    page: str
    came_from: str
    family: str
    screen: str


def is_machine(agent: str) -> bool:
    """Whether a program asks, not somebody's browser."""
    return not agent or _MACHINES.search(agent) is not None


def family_of(agent: str) -> Family:
    """The family that a browser says it is of. Each claims to be all those before it."""
    for mark, family in (("Edg", Family.EDGE), ("Firefox/", Family.FIREFOX), ("FxiOS/", Family.FIREFOX), ("OPR/", Family.OTHER)):
        if mark in agent:
            return family
    if "Chrome/" in agent or "CriOS/" in agent:
        return Family.CHROME
    return Family.SAFARI if "Safari/" in agent else Family.OTHER


def screen_of(agent: str) -> Screen:
    """Phone or computer."""
    return Screen.PHONE if "Mobi" in agent or "Android" in agent else Screen.COMPUTER


def host_of(referrer: str, own: str) -> str:
    """The host name of the page before, without its path; empty for our own, for numbers and for names of one word."""
    try:
        host = (urlsplit(referrer).hostname or "").lower()
    except ValueError:
        return ""
    return host if host != own.partition(":")[0].lower() and _HOST.fullmatch(host) else ""


class Tally:
    """The strokes of one process since its last write."""

    def __init__(self, context: Callable[[], AbstractContextManager[object]]) -> None:
        """``context`` opens what the database needs outside of requests."""
        self._context = context
        self._strokes: Counter[Stroke] = Counter()
        self._lock = Lock()
        self._stop = Event()
        self._thread: Thread | None = None

    def add(self, stroke: Stroke) -> None:
        """Note one page that was opened. Takes microseconds."""
        with self._lock:
            full = len(self._strokes) >= MOST and stroke not in self._strokes
            self._strokes[stroke._replace(came_from="") if full else stroke] += 1

    def waiting(self) -> int:
        """How many strokes are not written yet."""
        return self._strokes.total()

    def write(self) -> None:
        """Add what was noted to the counts. What the database can't take now is kept for the next time."""
        with self._lock:
            strokes, self._strokes = self._strokes, Counter()
        for operator_id in {stroke.operator_id for stroke in strokes}:
            mine = {stroke: number for stroke, number in strokes.items() if stroke.operator_id == operator_id}
            try:
                with self._context(), tenancy.acting_for(operator_id):
                    _add(operator_id, mine)
            except IntegrityError:
                # The operator has left since: its counts went with it.
                continue
            except OperationalError:
                with self._lock:
                    self._strokes.update(mine)

    def start(self) -> None:
        """Write every minute from now on, beside the requests."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="page-counts", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Write a last time, and end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self.write()

    def _run(self) -> None:
        while not self._stop.wait(EVERY):
            self.write()


def _add(operator_id: UUID, strokes: dict[Stroke, int]) -> None:
    rows = [{"id": new_id(), **stroke._asdict(), "count": number} for stroke, number in strokes.items()]
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    added = dialect.insert(PageCount)
    statement = added.on_conflict_do_update(
        index_elements=["operator_id", "day", "page", "came_from", "family", "screen"],
        set_={"count": sa.inspect(PageCount).local_table.c.count + added.excluded.count},
    )
    with writing(), db.engine.begin() as connection:
        tenancy.tell(connection, operator_id)
        connection.execute(statement, rows)
