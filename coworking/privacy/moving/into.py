"""Unpacking an operator into an installation that does not have it: everything, or nothing."""

import hashlib
import json
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from coworking.billing import hashing
from coworking.billing.models import Invoice
from coworking.core import files, tenancy
from coworking.core.db import db
from coworking.operators.models import Operator, OperatorHost
from coworking.people import sessions
from coworking.spaces.models import Resource

from .lines import NoSuchRow, row_of
from .out import MANIFEST, fingerprint
from .tables import FORMAT, FORMAT_VERSION, moved, owner_of, revision

AT_ONCE = 500


class Refused(Exception):
    """Nothing was written. The text says why, for whoever runs the command."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came. ``broken``: series of invoices whose chain does not hold, with the first number that doesn't."""

    name: str
    rows: int
    files: int
    broken: dict[str, int]


def unpack(source: IO[bytes], dry_run: bool = False) -> Arrived:
    """Write an operator from its ZIP in the transaction at hand, which the caller commits.

    A ``dry_run`` writes and checks all the same, then undoes it. Raises Refused, with nothing written.
    """
    stored: list[str] = []
    try:
        with zipfile.ZipFile(source) as archive:
            told = _manifest(archive)
            operator_id = UUID(told["operator"]["id"])
            _refuse_what_is_here(operator_id, told["operator"]["slug"], told["operator"]["hosts"])
            with tenancy.acting_for(operator_id):
                arrived = _all_of(archive, told, operator_id, stored, dry_run)
                if dry_run:
                    db.session.rollback()
            return arrived
    except BaseException as error:
        db.session.rollback()
        for key in stored:
            files.remove(key)
        if isinstance(error, Refused):
            raise
        if isinstance(error, NoSuchRow | SQLAlchemyError | zipfile.BadZipFile | KeyError | TypeError | ValueError):
            raise Refused(f"{type(error).__name__}: {getattr(error, 'orig', error)}") from error
        raise


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if told.get("format") != FORMAT or told.get("format_version") != FORMAT_VERSION:
        raise Refused("This is no file that an operator moves with, or one of another format.")
    if told["app_revision"] != revision():
        raise Refused(f"It was made at revision {told['app_revision']}, this is {revision()}. Bring both to the same first.")
    if [each["name"] for each in told["tables"]] != [table.name for table in moved()]:
        raise Refused("Its tables are not ours.")
    return told


def _refuse_what_is_here(operator_id: UUID, slug: str, hosts: list[str]) -> None:
    with tenancy.across_operators():
        if db.session.scalar(sa.select(Operator.id).where(sa.or_(Operator.id == operator_id, Operator.slug == slug))) is not None:
            raise Refused(f"There is an operator with this id or the name {slug} already.")
        taken = db.session.scalar(sa.select(OperatorHost.host).where(OperatorHost.host.in_(hosts)))
    if taken is not None:
        raise Refused(f"The address {taken} leads to somebody else here.")


def _all_of(archive: zipfile.ZipFile, told: dict[str, Any], operator_id: UUID, stored: list[str], dry_run: bool) -> Arrived:
    summaries = {each["name"]: each for each in told["tables"]}
    issued: list[UUID] = []
    units: dict[UUID, int] = {}
    for table in moved():
        rows = _checked(archive, f"tables/{table.name}.jsonl", summaries[table.name]["sha256"])
        _write(table, (_ready(row_of(line, table), table, operator_id, issued, units) for line in rows))
    _as_they_were(issued, units)
    _same_as_told(summaries, operator_id)
    for each in told["files"]:
        _store(archive, each, operator_id, stored, dry_run)
    broken = {each["series"]: link.number for each in told["invoice_series"] if (link := hashing.verify(each["series"])) is not None}
    return Arrived(told["operator"]["name"], sum(each["rows"] for each in told["tables"]), len(told["files"]), broken)


def _checked(archive: zipfile.ZipFile, name: str, wanted: str) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with archive.open(name) as member:
        for line in member:
            digest.update(line)
            yield line
    if digest.hexdigest() != wanted:
        raise Refused(f"{name} is not as it was written.")


def _ready(row: dict[str, Any], table: sa.Table, operator_id: UUID, issued: list[UUID], units: dict[UUID, int]) -> dict[str, Any]:
    """The row as it can be written: whose it is checked, secrets empty, and what a wall would refuse put right afterwards."""
    if row[owner_of(table).name] != operator_id:
        raise Refused(f"{table.name} holds a row of somebody else.")
    if table.name == Invoice.__tablename__ and row["state"] == "issued":
        # An issued paper takes no more lines: it arrives as a draft with its number and hash, and is issued when its lines are there.
        issued.append(row["id"])
        row["state"] = "draft"
    if table.name == Resource.__tablename__:
        # A booking of a desk that was taken away since still says which desk it was.
        units[row["id"]] = row["units"]
        row["units"] = 32_767
    return row | _instead(table.name)


def _instead(table: str) -> dict[str, Any]:
    if table == "gateway":
        return {"secret_key": "", "webhook_secret": "", "webhook_ref": "", "connected_account": "", "enabled": False}
    if table == "support_grant":
        return {"token_hash": sessions.digest(secrets.token_urlsafe(32))}
    return {}


def _write(table: sa.Table, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            db.session.connection().execute(table.insert(), batch)
            batch = []
    if batch:
        db.session.connection().execute(table.insert(), batch)


def _as_they_were(issued: list[UUID], units: dict[UUID, int]) -> None:
    for start in range(0, len(issued), AT_ONCE):
        wanted = Invoice.id.in_(issued[start : start + AT_ONCE])
        db.session.execute(sa.update(Invoice).where(wanted).values(state="issued"), execution_options={"synchronize_session": False})
    for resource_id, count in units.items():
        changed = sa.update(Resource).where(Resource.id == resource_id).values(units=count)
        db.session.execute(changed, execution_options={"synchronize_session": False})


def _same_as_told(summaries: dict[str, Any], operator_id: UUID) -> None:
    for table in moved():
        told = summaries[table.name]
        if fingerprint(db.session.connection(), table, operator_id) != (told["rows"], told["sha256"]):
            raise Refused(f"What was written of {table.name} is not what came.")


def _store(archive: zipfile.ZipFile, told: dict[str, Any], operator_id: UUID, stored: list[str], dry_run: bool) -> None:
    parts = files.KEY.fullmatch(told["key"])
    if parts is None or parts[2] != str(operator_id):
        raise Refused(f"{told['key']} is no file of this operator.")
    data = b"".join(_checked(archive, f"files/{told['key']}", told["sha256"]))
    if not dry_run:
        stored.append(told["key"])
        files.store_under(told["key"], data)
