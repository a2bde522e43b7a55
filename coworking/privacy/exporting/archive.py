"""The ZIP, written piece by piece into a file without a name on disk, and sent from there.

Memory stays flat, nobody slow holds the database, and an error comes before the first byte instead of a torn file.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

import sqlalchemy as sa

from coworking.billing import papers
from coworking.billing.models import Invoice, InvoiceState
from coworking.core import clock, files
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.people.models import Person

from ..finding import Subject, columns_of, owned
from ..models import Statement
from ..policy import versions
from ..showing import Names, columns
from ..showing.about import in_force
from ..showing.records import acted, all_of, counts
from . import cards, pages, tables
from .manifest import manifest

A_PIECE = 65_536
MOST_PAPERS = 500
"""Invoices as PDF in one copy; more are downloaded from the billing pages. Their data is in the copy whatever their number."""


def made(operator: Operator, subject: Subject) -> IO[bytes]:
    """A copy of all that the operator in force keeps of the subject, in the language in force; at its beginning, to be read."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        _Copy(archive, operator, subject).write()
    file.seek(0)
    return file


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file in pieces, closed at the end."""
    with file:
        yield from _again(file)


def _again(file: IO[bytes]) -> Iterator[bytes]:
    """What was written into a file, from its beginning."""
    file.seek(0)
    while piece := file.read(A_PIECE):
        yield piece


class _Copy:
    def __init__(self, archive: zipfile.ZipFile, operator: Operator, subject: Subject) -> None:
        self.archive, self.operator, self.subject = archive, operator, subject
        self.names = Names(subject)
        self.person = db.session.get(Person, subject.person_id) if subject.person_id is not None else None
        self.counts = counts(subject)
        self.zone = (self.person.zone if self.person is not None else None) or operator.zone

    def write(self) -> None:
        """Everything, the readable page first."""
        version = versions.in_force(self.operator.id, clock.today(self.operator.zone))
        stated = in_force(self.operator)
        said = manifest(self.subject, stated, self.counts, self._statements(), version)
        self._put("index.html", pages.index(said, self.subject, self.names, self.zone, self.operator.currency))
        self._put("manifest.json", [json.dumps(said, ensure_ascii=False, indent=1).encode()])
        for name in self.counts:
            self._table(name)
        self._acted()
        if self.person is not None:
            self._put("contacts.vcf", [cards.contact(self.person)])
        self._files()
        if version is not None and version.pages:
            self._put("policy.html", [pages.policy(version)])

    def _put(self, name: str, content: Iterable[bytes]) -> None:
        moment = clock.now().timetuple()[:6]
        info = zipfile.ZipInfo(name, moment)
        info.compress_type = zipfile.ZIP_DEFLATED
        with self.archive.open(info, "w", force_zip64=True) as out, io.BufferedWriter(out, A_PIECE) as buffered:
            for piece in content:
                buffered.write(piece)

    def _table(self, name: str) -> None:
        """One table in both formats from one reading, and bookings as a calendar too."""
        rows: Iterable[tables.Row] = all_of(self.subject, name, self.names)
        with tempfile.TemporaryFile() as cells, tempfile.TemporaryFile() as events:
            if name == "booking":
                rows = self._noted(rows, events)
            self._put(f"data/{name}.json", tables.written(name, rows, self.names, self.operator.currency, cells))
            self._put(f"data/{name}.csv", _again(cells))
            if name == "booking":
                self._put("bookings.ics", cards.calendar(_again(events)))

    def _noted(self, rows: Iterable[tables.Row], events: IO[bytes]) -> Iterator[tables.Row]:
        room = next(each for each in columns("booking") if each.name == "resource_id")
        for row in rows:
            events.write(cards.event(row, str(self.names.of(room, row["resource_id"]))))
            yield row

    def _statements(self) -> list[Statement]:
        if self.subject.person_id is None:
            return []
        return list(db.session.scalars(sa.select(Statement).where(Statement.person_id == self.subject.person_id).order_by(Statement.id)))

    def _acted(self) -> None:
        found = [{"table": table, "column": column, "at": str(at) if at is not None else None} for table, column, at in acted(self.subject)]
        if found:
            self._put("data/acted.json", [json.dumps(found, indent=1).encode()])

    def _files(self) -> None:
        if self.person is not None and self.person.photo_file:
            self._kept(self.person.photo_file, f"files/photo.{self.person.photo_file.rpartition('.')[2]}")
        wanted = sa.select(Invoice).where(
            Invoice.state == InvoiceState.ISSUED.value, Invoice.id.in_(sa.select(columns_of("invoice").c.id).where(owned(self.subject, "invoice")))
        )
        for invoice in db.session.scalars(wanted.order_by(Invoice.issued_on.desc()).limit(MOST_PAPERS)):
            self._kept(papers.pdf_key(invoice), f"files/invoices/{papers.file_name(invoice, 'pdf')}")
        for row in all_of(self.subject, "outbox_attachment", self.names):
            if row["data"]:
                self._put(f"files/mails/{row['mail_id']}-{row['position']}", [bytes(row["data"])])

    def _kept(self, key: str, name: str) -> None:
        """A file that is there; an invoice's PDF is made when somebody first asks for it, and may not be yet."""
        try:
            self._put(name, [files.read(key)])
        except files.NoSuchFile:
            return
