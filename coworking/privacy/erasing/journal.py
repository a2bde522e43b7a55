"""The journal of erasures, kept with the files and so outside every back-up of the database.

One empty object an erasure, whose name says all: ``erasures/<id>.<operator>.<person>.<mark>.<number>.<why>``. A person is
named by the random number of their account alone; an address by its HMAC under the app's secret. Whoever restores a
back-up finds here whom to erase again, and nobody else finds anything. Entries go after ``KEPT``: back-ups live 35 days.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from coworking.config import secret_key
from coworking.core import clock, files, tenancy
from coworking.core.db import new_id
from coworking.core.settings import config

from ..finding import Subject
from ..register.entries.rights import JOURNAL_DAYS

FOLDER = "erasures"
KEPT = timedelta(days=JOURNAL_DAYS)
_NOBODY = "0"


@dataclass(frozen=True, slots=True)
class Entry:
    """One erasure. ``id`` sorts by time: what was made later is somebody's new start, and not meant."""

    id: UUID
    operator_id: UUID
    person_id: UUID | None
    mark: str
    """HMAC of the address; empty where none was known to be the person's."""
    number: str
    """Of the receipt."""
    why: str

    @property
    def name(self) -> str:
        """Where it lies."""
        person = self.person_id.hex if self.person_id is not None else _NOBODY
        return f"{FOLDER}/{self.id.hex}.{self.operator_id.hex}.{person}.{self.mark or _NOBODY}.{self.number}.{self.why}"

    @property
    def at(self) -> datetime:
        """When it was written (RFC 9562: the first 48 bits are milliseconds since 1970)."""
        return datetime.fromtimestamp((self.id.int >> 80) / 1000, UTC)


def write(subject: Subject, number: str, why: str) -> Entry:
    """Note that the subject is being erased, before the first row goes. A crash after this is made good at the next start."""
    entry = Entry(new_id(), tenancy.current_operator_id(), subject.person_id, mark_of(subject.email) if subject.email else "", number, why)
    files.put_aside(entry.name)
    return entry


def drop(entry: Entry) -> None:
    """Take an entry back: what it announced did not happen."""
    files.remove_aside(entry.name)


def entries() -> Iterator[Entry]:
    """All entries, of all operators, oldest first."""
    for name in sorted(files.list_aside(FOLDER)):
        row_id, operator_id, person_id, mark, number, why = name.removeprefix(f"{FOLDER}/").split(".")
        yield Entry(UUID(row_id), UUID(operator_id), UUID(person_id) if person_id != _NOBODY else None, mark if mark != _NOBODY else "", number, why)


def mark_of(address: str) -> str:
    """The HMAC of an address at the operator in force."""
    text = f"erasure:{tenancy.current_operator_id()}:{address.lower()}"
    return hmac.new(secret_key(config()).encode(), text.encode(), hashlib.sha256).hexdigest()


def prune() -> None:
    """Forget entries that no back-up is old enough for."""
    for entry in entries():
        if entry.at < clock.now() - KEPT:
            drop(entry)
