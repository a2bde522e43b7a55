"""Packing an operator into one ZIP, written as it goes: memory stays small however long the history."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from coworking.billing.models import InvoiceSeries
from coworking.core import clock, files, tenancy
from coworking.core.db import db, reading
from coworking.operators.models import Operator, OperatorHost
from coworking.privacy.models import PolicyNotice, PolicyVersion

from .lines import line_of
from .tables import COLUMNS_LEFT_OUT, FORMAT, FORMAT_VERSION, TABLES_LEFT_OUT, columns_of, moved, revision, rows

CHUNK = 64 * 1024
MANIFEST = "manifest.json"


class _Pipe(io.RawIOBase):
    """What the ZIP writes into; handed on in chunks."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.held += data
        return len(data)

    def take(self, least: int = 0) -> Iterator[bytes]:
        if len(self.held) > least:
            yield bytes(self.held)
            self.held.clear()


def pack(operator_id: UUID) -> Iterator[bytes]:
    """The ZIP of an operator, in chunks, all of one moment. See docs/moving.md for what is in it."""
    pipe = _Pipe()
    with tenancy.acting_for(operator_id):
        kept = files.keys()
    with _one_moment(operator_id) as connection, zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        told = _about(connection, operator_id)
        for table in moved():
            summary = {"name": table.name, "columns": [column.name for column in columns_of(table)]}
            told["tables"].append(summary)
            lines = (line_of(row) for row in rows(connection, table, operator_id))
            yield from _member(archive, pipe, f"tables/{table.name}.jsonl", lines, summary)
        yield from _member(archive, pipe, "people_policies.jsonl", _policies(connection, operator_id), told["people_policies"])
        for key in kept:
            summary = {"key": key}
            told["files"].append(summary)
            yield from _member(archive, pipe, f"files/{key}", _content(key), summary)
        yield from _member(archive, pipe, MANIFEST, [json.dumps(told, indent=1, ensure_ascii=False).encode()], {})
    yield from pipe.take()


def fingerprint(connection: Connection, table: sa.Table, operator_id: UUID) -> tuple[int, str]:
    """How many rows a table has, and the SHA-256 over their lines: what the manifest says, reckoned anew."""
    count, digest = 0, hashlib.sha256()
    for row in rows(connection, table, operator_id):
        count += 1
        digest.update(line_of(row))
    return count, digest.hexdigest()


def _member(archive: zipfile.ZipFile, pipe: _Pipe, name: str, parts: Any, summary: dict[str, Any]) -> Iterator[bytes]:
    count, size, digest = 0, 0, hashlib.sha256()
    entry = zipfile.ZipInfo(name, clock.now().timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as member:
        for part in parts:
            count, size = count + 1, size + len(part)
            digest.update(part)
            member.write(part)
            yield from pipe.take(CHUNK)
    summary |= {"bytes": size, "sha256": digest.hexdigest()} | ({"rows": count} if name.endswith(".jsonl") else {})
    yield from pipe.take(CHUNK)


def _content(key: str) -> Iterator[bytes]:
    yield files.read(key)


@contextmanager
def _one_moment(operator_id: UUID) -> Iterator[Connection]:
    # A transaction of its own that sees one moment, whatever is written while somebody downloads.
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    with connection:
        with reading():
            connection.begin()
        tenancy.tell(connection, operator_id)
        yield connection


def _about(connection: Connection, operator_id: UUID) -> dict[str, Any]:
    operator = connection.execute(sa.select(Operator.__table__).where(Operator.id == operator_id)).one()
    hosts = connection.scalars(sa.select(OperatorHost.host).where(OperatorHost.operator_id == operator_id).order_by(OperatorHost.host))
    versions = sa.select(PolicyVersion.number, PolicyVersion.hash, PolicyVersion.effective_on).where(PolicyVersion.operator_id == operator_id)
    series = sa.select(InvoiceSeries.series, InvoiceSeries.next_number, InvoiceSeries.last_hash).where(InvoiceSeries.operator_id == operator_id)
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "app_revision": revision(),
        "made_at": clock.now().isoformat(),
        "operator": {"id": str(operator.id), "slug": operator.slug, "name": operator.name, "hosts": list(hosts)},
        "tables": [],
        "files": [],
        "people_policies": {},
        "policy_versions": [
            {"number": number, "hash": digest, "effective_on": day.isoformat()}
            for number, digest, day in connection.execute(versions.order_by(PolicyVersion.number))
        ],
        "invoice_series": [
            {"series": name, "next_number": number, "last_hash": digest}
            for name, number, digest in connection.execute(series.order_by(InvoiceSeries.series))
        ],
        "left_out": {"tables": TABLES_LEFT_OUT, "columns": COLUMNS_LEFT_OUT},
    }


def _policies(connection: Connection, operator_id: UUID) -> Iterator[bytes]:
    """For each person the hash of the policy they joined under and of the one that counts now, and which they were told of."""
    from coworking.people.models import Person

    counted = sa.select(PolicyVersion.id, PolicyVersion.hash, PolicyVersion.effective_on).where(
        PolicyVersion.operator_id == operator_id, PolicyVersion.withdrawn_at.is_(None)
    )
    versions = connection.execute(counted.order_by(PolicyVersion.effective_on, PolicyVersion.number)).all()
    hashes = {version.id: version.hash for version in versions}
    told: dict[UUID, list[str]] = {}
    for person_id, version_id in connection.execute(
        sa.select(PolicyNotice.person_id, PolicyNotice.version_id).where(PolicyNotice.operator_id == operator_id).order_by(PolicyNotice.id)
    ):
        told.setdefault(person_id, []).append(hashes.get(version_id, ""))

    zone = connection.execute(sa.select(Operator.zone).where(Operator.id == operator_id)).scalar_one()

    def in_force(moment: datetime) -> str | None:
        day = clock.wall_day(moment, zone)
        return next((version.hash for version in reversed(versions) if version.effective_on <= day), None)

    people = sa.select(Person.id, Person.joined_at).where(Person.operator_id == operator_id).order_by(Person.id)
    for person_id, joined_at in connection.execute(people, execution_options={"yield_per": 500}):
        said = {
            "person_id": str(person_id),
            "joined_under": in_force(joined_at),
            "now_under": in_force(clock.now()),
            "told_of": told.get(person_id, []),
        }
        yield json.dumps(said, separators=(",", ":")).encode() + b"\n"
