"""An operator moves to another installation on the other kind of database, and back, and nothing is lost or changed."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking import create_app
from coworking.billing import hashing
from coworking.billing.models import Gateway, Invoice, InvoiceLine, InvoiceSeries
from coworking.config import Config
from coworking.core import clock, tenancy
from coworking.core.db import db, new_id
from coworking.people import passwords
from coworking.people.models import Person, SignInSession
from coworking.privacy.models import AccessEntry, PolicyNotice, PolicyVersion, SupportGrant
from coworking.privacy.moving import departing, into, out
from coworking.privacy.moving.tables import COLUMNS_LEFT_OUT, TABLES_LEFT_OUT, moved
from coworking.schema import create_all
from tests import cast as standing
from tests.architecture.world import fill, snapshot
from tests.cast import Cast, House
from tests.support.postgres import drop_database, fresh_database

HASH = "a" * 64


def another(kind: str, folder: Path) -> Flask:
    """An empty installation on the database ``kind``."""
    url = fresh_database("moving") if kind == "postgresql" else ""
    made = create_app(Config(data_dir=folder, database_url=url, secret_key="another", demo=True))
    with made.app_context(), db.engine.begin() as connection:
        create_all(connection)
    return made


def gone(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        url = db.engine.url.render_as_string(hide_password=False)
        db.engine.dispose()
    if url.startswith("postgresql"):
        drop_database(app.extensions["coworking.config"].database_url)


@pytest.fixture
def packed(app: Flask, cast: Cast) -> bytes:
    """Nantes with one of everything, some of it issued, as its ZIP."""
    house = cast.nantes
    fill(app, house)
    with app.app_context(), tenancy.acting_for(house.operator.id):
        version = PolicyVersion(number=99_999, facts={}, pages={}, hash=HASH, effective_on=clock.today("Europe/Paris"))
        grant = SupportGrant(purpose="Help", token_hash="b" * 64, ends_at=clock.now())
        gateway = Gateway(secret_key="ENCRYPTED-SECRET", webhook_secret="ENCRYPTED-HOOK", account_name="Nantes")
        db.session.add_all([version, grant, gateway])
        db.session.flush()
        entry = AccessEntry(person_id=house.alice.id, by_role="support", grant_id=grant.id, page="desk.person", purpose="running")
        db.session.add_all([PolicyNotice(version_id=version.id, person_id=house.alice.id), entry])
        db.session.commit()
    return packing(app, house)


def packing(app: Flask, house: House) -> bytes:
    with app.app_context():
        return b"".join(out.pack(house.operator.id))


def manifest(data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        told: dict[str, Any] = json.loads(archive.read("manifest.json"))
        return told


@pytest.mark.proves("WPX-60", "WPX-57", "W2G-46")
def test_it_moves_to_the_other_database_and_back_with_the_same_rows_and_files(
    app: Flask, cast: Cast, packed: bytes, backend: str, tmp_path: Path
) -> None:
    other = another("sqlite" if backend == "postgresql" else "postgresql", tmp_path / "other")
    third = another("sqlite", tmp_path / "third")
    try:
        with other.app_context(), tenancy.across_operators():
            oslo = standing._house("oslo", "Oslo", "Oslo", "NO", "nb", ["nb"], "Europe/Oslo", "NOK")
            db.session.commit()
        before = snapshot(other, oslo)
        with other.app_context():
            arrived = into.unpack(io.BytesIO(packed))
            db.session.commit()
        assert arrived.broken == {}
        told = manifest(packed)
        assert arrived.rows == sum(table["rows"] for table in told["tables"]) > 60
        assert arrived.files == len(told["files"]) >= 2
        assert snapshot(other, oslo) == before
        again = packing(other, cast.nantes)
        with third.app_context():
            into.unpack(io.BytesIO(again))
            db.session.commit()
        last = manifest(packing(third, cast.nantes))
        for part in ("tables", "files", "policy_versions", "invoice_series", "people_policies"):
            assert last[part] == manifest(again)[part] == told[part]
    finally:
        gone(other)
        gone(third)


def test_papers_stay_sealed_and_their_chain_holds_and_people_can_still_sign_in(app: Flask, cast: Cast, packed: bytes, tmp_path: Path) -> None:
    other = another("sqlite", tmp_path / "other")
    try:
        with other.app_context():
            into.unpack(io.BytesIO(packed))
            db.session.commit()
            with tenancy.acting_for(cast.nantes.operator.id):
                invoice = db.session.scalars(sa.select(Invoice).where(Invoice.state == "issued")).first()
                assert invoice is not None and len(invoice.lines) > 0
                assert all(hashing.verify(series) is None for series in db.session.scalars(sa.select(InvoiceSeries.series)))
                alice = db.session.get_one(Person, cast.nantes.alice.id)
                assert passwords.verify(alice.password_hash, standing.PASSWORD)
                with pytest.raises(sa.exc.DatabaseError, match="sealed"), db.session.begin_nested():
                    db.session.execute(sa.delete(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id))
    finally:
        gone(other)


@pytest.mark.proves("CLW-36", "CLW-46")
def test_it_says_which_policy_each_person_is_under_and_holds_no_secret(packed: bytes, cast: Cast) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        people = [json.loads(line) for line in archive.read("people_policies.jsonl").splitlines()]
        everything = b"".join(archive.read(name) for name in archive.namelist())
    told = manifest(packed)
    alice = next(each for each in people if each["person_id"] == str(cast.nantes.alice.id))
    assert alice["now_under"] == HASH and alice["told_of"] == [HASH]
    assert HASH in {version["hash"] for version in told["policy_versions"]}
    assert b"ENCRYPTED" not in everything
    assert told["left_out"]["columns"]["gateway.secret_key"]
    assert "tables/sign_in_session.jsonl" not in archive.namelist()


def test_every_table_moves_or_says_why_not() -> None:
    names = {table.name for table in db.metadata.sorted_tables}
    assert set(TABLES_LEFT_OUT) <= names
    for table in moved():
        assert table.name == "operator" or "operator_id" in table.c, table.name
    known = {f"{table.name}.{column.name}" for table in db.metadata.sorted_tables for column in table.columns}
    assert set(COLUMNS_LEFT_OUT) <= known
    secret = {name for name in known if "secret" in name or name.endswith("token_hash")}
    assert {name for name in secret if name.split(".")[0] not in TABLES_LEFT_OUT} - set(COLUMNS_LEFT_OUT) == {"seat_invitation.token_hash"}


def test_a_dry_run_leaves_nothing(app: Flask, packed: bytes, tmp_path: Path) -> None:
    other = another("sqlite", tmp_path / "other")
    try:
        with other.app_context():
            assert into.unpack(io.BytesIO(packed), dry_run=True).rows > 60
            with tenancy.across_operators():
                assert db.session.scalar(sa.text("SELECT count(*) FROM operator")) == 0
                assert db.session.scalar(sa.text("SELECT count(*) FROM person")) == 0
        assert not list((tmp_path / "other" / "files").rglob("*.webp"))
    finally:
        gone(other)


def test_it_is_refused_where_it_is_already(app: Flask, packed: bytes, cast: Cast) -> None:
    before = snapshot(app, cast.nantes)
    with app.app_context(), pytest.raises(into.Refused, match="already"):
        into.unpack(io.BytesIO(packed))
    assert snapshot(app, cast.nantes) == before


@pytest.mark.parametrize("spoil", ["row", "file", "owner", "revision"])
def test_a_file_that_was_changed_is_refused_whole(app: Flask, packed: bytes, cast: Cast, tmp_path: Path, spoil: str) -> None:
    other = another("sqlite", tmp_path / "other")
    try:
        with other.app_context(), pytest.raises(into.Refused):
            into.unpack(io.BytesIO(_spoilt(packed, spoil)))
        with other.app_context():
            assert db.session.scalar(sa.text("SELECT count(*) FROM operator")) == 0
        assert not [path for path in (tmp_path / "other").rglob("files/**/*") if path.is_file()]
    finally:
        gone(other)


def _spoilt(data: bytes, what: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if what == "row" and name == "tables/person.jsonl":
                content = content.replace(b"Alice", b"Alina", 1)
            if what == "file" and name.startswith("files/"):
                content += b"!"
            if what == "owner" and name == "tables/enquiry.jsonl":
                told = json.loads(content)
                content = json.dumps(told | {"operator_id": str(new_id())}).encode()
            if what == "revision" and name == "manifest.json":
                content = json.dumps(json.loads(content) | {"app_revision": "0001"}).encode()
            made.writestr(name, content)
    return target.getvalue()


@pytest.mark.proves("WPX-60")
def test_once_the_time_to_fetch_is_over_everything_of_theirs_is_removed_and_nothing_of_others(app: Flask, packed: bytes, cast: Cast) -> None:
    others = snapshot(app, cast.bergen)
    with app.app_context(), tenancy.acting_for(cast.nantes.operator.id):
        today = clock.now().date()
        given = departing.give_notice(today, departing.frame(today).ends_on)
        assert (given.fetch_until - given.ends_on).days >= 30
        db.session.commit()
    with app.app_context():
        assert departing.due(given.fetch_until) == []
        (operator,) = departing.due(given.fetch_until.replace(year=given.fetch_until.year + 1))
        departing.remove(operator)
        db.session.commit()
        tenancy.enter(None)
        with tenancy.across_operators():
            left = {
                table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table).where(table.c.operator_id == cast.nantes.operator.id))
                for table in db.metadata.sorted_tables
                if "operator_id" in table.c
            }
        assert {name for name, count in left.items() if count} == set()
    assert snapshot(app, cast.bergen) == others
    assert not db.metadata.tables[SignInSession.__tablename__].c.operator_id.nullable
