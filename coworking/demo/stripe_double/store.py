"""State of the double: one SQLite file that its API, its pages and its postman share. A transaction at a time."""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite

from coworking.core import clock

from .wire import Doc, missing

FILE = "stripe-double.sqlite3"
"""Its name in ``data_dir``."""
CHUNK = 200
TABLES = """
CREATE TABLE IF NOT EXISTS object (
  seq INTEGER PRIMARY KEY, account TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL UNIQUE,
  customer TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS object_listed ON object (account, kind, seq);
CREATE INDEX IF NOT EXISTS object_owned ON object (customer, kind, seq);
CREATE TABLE IF NOT EXISTS answer (
  account TEXT NOT NULL, key TEXT NOT NULL, wish TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS later (seq INTEGER PRIMARY KEY, due INTEGER NOT NULL, what TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS later_due ON later (due, seq);
CREATE TABLE IF NOT EXISTS delivery (
  seq INTEGER PRIMARY KEY, event TEXT NOT NULL, endpoint TEXT NOT NULL, due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  status INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0, forged TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (done, due);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

Happening = Callable[["State", str, str], None]
HAPPENINGS: dict[str, Happening] = {}


def happening(name: str) -> Callable[[Happening], Happening]:
    """Register what happens later under ``name``: called with the state, the account and an object's id."""

    def add(function: Happening) -> Happening:
        HAPPENINGS[name] = function
        return function

    return add


class State:
    """The double inside one transaction."""

    def __init__(self, connection: Any) -> None:
        self.sql = connection
        self._moment: int | None = None

    def setting(self, name: str, default: Any = None) -> Any:
        """A value kept beside the objects."""
        row = self.sql.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    def set(self, name: str, value: Any) -> None:
        """Keep a value beside the objects."""
        self.sql.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, json.dumps(value)))

    @property
    def now(self) -> int:
        """The double's clock, in Unix seconds."""
        if self._moment is not None:
            return self._moment
        return int(clock.now().timestamp()) + int(self.setting("ahead", 0))

    def new_id(self, prefix: str) -> str:
        """A fresh id, shaped like Stripe's."""
        return f"{prefix}_{secrets.token_hex(12)}"

    def get(self, kind: str, wanted: str, account: str, param: str = "id") -> Doc:
        """The object; raises Problem when this account has none of that id."""
        row = self.sql.execute("SELECT body FROM object WHERE id = ? AND kind = ? AND account = ?", (str(wanted), kind, account)).fetchone()
        if row is None:
            raise missing(kind, str(wanted)[:80], param)
        return dict(json.loads(row[0]))

    def peek(self, wanted: str, account: str = "") -> Doc | None:
        """Whatever has that id, of ``account`` when one is given, or None."""
        row = self.sql.execute("SELECT body, account FROM object WHERE id = ?", (wanted,)).fetchone()
        return json.loads(row[0]) if row and account in {"", row[1]} else None

    def account_of(self, wanted: str) -> str:
        """The account that an object belongs to; empty when there is no such object."""
        row = self.sql.execute("SELECT account FROM object WHERE id = ?", (wanted,)).fetchone()
        return str(row[0]) if row else ""

    def put(self, doc: Doc, account: str, kind: str = "") -> Doc:
        """Keep an object, new or changed; returns it."""
        customer = doc.get("customer") or ""
        row = (account, kind or doc["object"], doc["id"], customer, doc.get("created", self.now), json.dumps(doc))
        self.sql.execute(
            "INSERT INTO object (account, kind, id, customer, created, body) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, body = excluded.body",
            row,
        )
        return doc

    def every(self, kind: str, account: str, *, customer: str = "", since: int = 0, until: int = 2**62, below: int = 2**62) -> Iterator[Doc]:
        """Objects of a kind, newest first, created within ``since <= created < until``, before sequence ``below``."""
        found = "SELECT seq, body FROM object WHERE account = ? AND kind = ? AND seq < ? AND created >= ? AND created < ?"
        owned = f"{found} AND customer = ? ORDER BY seq DESC LIMIT {CHUNK}" if customer else f"{found} ORDER BY seq DESC LIMIT {CHUNK}"
        while rows := self.sql.execute(owned, (account, kind, below, since, until, *([customer] if customer else []))).fetchall():
            for _seq, body in rows:
                yield json.loads(body)
            below = rows[-1][0]

    def place_of(self, wanted: str) -> int:
        """Where an object stands in its list; 0 when there is none."""
        row = self.sql.execute("SELECT seq FROM object WHERE id = ?", (wanted,)).fetchone()
        return int(row[0]) if row else 0

    def later(self, seconds: int, what: str, account: str, wanted: str) -> None:
        """Let something happen after ``seconds`` on the double's clock."""
        self.sql.execute("INSERT INTO later (due, what, account, id) VALUES (?, ?, ?, ?)", (self.now + seconds, what, account, wanted))

    def run_due(self) -> None:
        """Let everything happen whose time has come, each at its own moment, oldest first."""
        limit = self.now
        try:
            while row := self.sql.execute(
                "SELECT seq, due, what, account, id FROM later WHERE due <= ? ORDER BY due, seq LIMIT 1", (limit,)
            ).fetchone():
                seq, due, what, account, wanted = row
                self.sql.execute("DELETE FROM later WHERE seq = ?", (seq,))
                self._moment = due
                HAPPENINGS[what](self, account, wanted)
        finally:
            self._moment = None


class Store:
    """The file, and transactions on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(TABLES)

    def _connect(self) -> Any:
        return sqlite.connect(str(self.path), timeout=30, isolation_level=None)

    @contextmanager
    def change(self) -> Iterator[State]:
        """One transaction, alone with the file: committed at the end, undone when the block raises."""
        with closing(self._connect()) as connection:
            # No money moves here: a kill loses nothing, and what a power cut would lose is nobody's.
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield State(connection)
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
