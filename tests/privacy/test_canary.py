"""What is typed anywhere turns up only where the register says that such data lies, and never behind a hash that pretends it is gone.

One sweep a database: about a minute. Every form of the site that a visitor, a member or an owner sees is found by walking its
pages, and every field to type into gets a word of its own; then every table, file, line of the log and the dump is searched.
"""

import io
import logging
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.privacy.erasing import receipts, running
from coworking.privacy.erasing.planning import Outcome
from coworking.privacy.exporting import archive
from coworking.privacy.finding import Subject
from coworking.privacy.register import ENTRIES
from coworking.privacy.register.terms import Erase, Export
from tests.architecture.world import fill
from tests.cast import House
from tests.conftest import As
from tests.privacy import life
from tests.privacy.canary import Place, Search, keys_of, labels, misplaced, sweep_database, sweep_files
from tests.privacy.sweep import CARD, Sweep, typed

QUEUES = {"procrastinate_jobs", "procrastinate_events"}
"""Not tables of ours; the register lists them as the store ``queue``."""
OF_A_BUSINESS = {"company.name": "the name of a business, which its members' invoices carry"}
NOT_TAKEN = {
    "people.sign_in", "desk.move", "desk.add_company", "desk.seat_person", "desk.pause_case", "desk.match_line", "desk.add_sale", "desk.add_promotion",
    "desk.add_photo", "desk.connect_payments", "desk.give_role", "desk.record_payment", "desk.save_billing_settings", "privacy.open_support",
    "desk.extend_privacy_request", "desk.refuse_privacy_request",
}  # fmt: skip
"""Forms that take only what is known already (an address with an account, an invoice's number, a key of Stripe), or that
another form has closed before: sent, and refused."""


class Kept(logging.Handler):
    """Everything that anybody logs from INFO on."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line as it would be written, with its traceback."""
        self.lines.append(logging.Formatter().format(record))


@contextmanager
def listening() -> Iterator[Kept]:
    """Hear every logger."""
    kept, root = Kept(), logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.INFO)
    logging.getLogger("coworking").info("listening")
    try:
        yield kept
    finally:
        root.removeHandler(kept)
        root.setLevel(level)


@pytest.mark.proves("W2G-6", "WPX-4", "W2G-19", "CWL-16", "W2G-59", "W2G-17", "WPX-42")
def test_what_is_typed_lies_where_the_register_says_and_goes_with_the_person(app: Flask, nantes: House, browse: As) -> None:
    world = fill(app, nantes)
    with listening() as log:
        done = typed(app, nantes, world, browse)
        with app.app_context():
            life.work_off(app, nantes)
    assert not [name for name in done.fields if re.search(r"cvc|cvv|card_?number|pan\b|expiry", name)], "cards are typed at the provider alone"
    assert len(done.taken) > 55 and len(done.flock.known) > 200, "the forms were found and taken"
    never = {endpoint for _who, endpoint, _status in done.refused} - {endpoint for _who, endpoint in done.taken}
    assert never <= NOT_TAKEN, never - NOT_TAKEN
    search = Search(done.flock, keys_of(app))
    with app.app_context():
        places = sweep_database(search)
        about = {place for place in places if place.token in done.about_people}
        assert len({place.where for place in about}) > 30, "the search finds what is there"
        _lies_where_it_should(about)
        _a_label_taken_away_shows(about)
        _no_password_anywhere(done, places)
        _nothing_outside_the_tables(app, done, search, log, places)
        before = _copied_out(nantes, done, search)
        _goes_with_her(app, nantes, done, search, before)


def _lies_where_it_should(about: set[Place]) -> None:
    known = labels() | dict.fromkeys(OF_A_BUSINESS, "a business")
    hashed = {place for place in about if place.form not in {"plain", "case"}}
    # What a throttle counts by is a hash, the register says so, and it is gone after a day.
    assert {place.where for place in hashed} <= {where for where, key in known.items() if key in ENTRIES and ENTRIES[key].erase is Erase.EXPIRE}
    assert misplaced(about - hashed, known, QUEUES) == set()


def _a_label_taken_away_shows(about: set[Place]) -> None:
    """The control: this test sees a column that says it holds nothing about a person."""
    known = labels() | dict.fromkeys(OF_A_BUSINESS, "a business")
    for column in ("person.name", "booking.title", "enquiry.message", "problem_report.words"):
        assert column in misplaced({place for place in about if place.form == "plain"}, known | {column: None}, QUEUES)


def _no_password_anywhere(done: Sweep, places: set[Place]) -> None:
    passwords = {token for token, each in done.flock.known.items() if each.kind == "password"}
    assert len(passwords) > 4
    assert {place for place in places if place.token in passwords} == set()


def _nothing_outside_the_tables(app: Flask, done: Sweep, search: Search, log: Kept, places: set[Place]) -> None:
    folder = app.extensions["coworking.config"].data_dir
    assert sweep_files(search, folder, without=("coworking.sqlite3", "stripe")) == set()
    assert log.lines[0] == "listening", "the log is heard"
    said = "\n".join(log.lines)
    assert set(search("log", said)) == set()
    dumped = _dump()
    assert {place.token for place in search("dump", dumped)} <= {place.token for place in places}
    # The stand-in for the provider keeps its own file beside ours: there cards belong.
    ours = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("stripe")]
    for text in (said, dumped, *(path.read_bytes().decode("latin-1") for path in ours)):
        assert CARD["number"] not in text
        assert not re.search(rf"(?<![\w-]){CARD['cvc']}(?![\w-])", text)


def _dump() -> str:
    """All that a back-up holds, as text."""
    if db.engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(f"file:{db.engine.url.database}?mode=ro", uri=True)) as copy:
            return "\n".join(copy.iterdump())
    with tenancy.across_operators():
        names = sa.inspect(db.session.connection()).get_table_names()
        return "\n".join(str(row) for name in names for row in db.session.connection().execute(sa.text(f'SELECT "{name}"::text FROM "{name}"')))


def _rows_naming(subject: Subject, search: Search) -> set[tuple[str, str]]:
    """Column and token of every row that names her, found without asking the register."""
    assert subject.person_id is not None
    named, found = {str(subject.person_id), subject.person_id.hex}, set()
    for table in db.metadata.sorted_tables:
        for row in db.session.connection().execute(sa.select(table)).mappings():
            said = {str(value) for value in row.values() if value is not None}
            if named & said:
                found |= {
                    (f"{table.name}.{name}", place.token) for name, value in row.items() for place in search("", str(value)) if place.form == "plain"
                }
    return found


def _copied_out(house: House, done: Sweep, search: Search) -> set[tuple[str, str]]:
    """Everything that she typed and that stands in a row about her is in her copy; nothing that a stranger typed is."""
    tenancy.enter(house.operator.id)
    subject = Subject.of(db.session.get_one(Person, house.alice.id))
    known, hers = labels(), done.flock.of("alice")
    lying = {(where, token) for where, token in _rows_naming(subject, search) if token in hers}
    assert len(lying) > 8, lying
    with archive.made(house.operator, subject) as file, zipfile.ZipFile(io.BytesIO(file.read())) as copy:
        told = {place.token for name in copy.namelist() for place in search(name, copy.read(name).decode("utf-8", "replace"))}
    wanted = {(where, token) for where, token in lying if (key := known.get(where)) and ENTRIES[key].export is not Export.WITHHOLD}
    assert {(where, search.flock.known[token].endpoint) for where, token in wanted if token not in told} == set()
    assert told & done.flock.of("visitor") == set()
    return lying


def _goes_with_her(app: Flask, house: House, done: Sweep, search: Search, before: set[tuple[str, str]]) -> None:
    """After her erasure the only survivors are what the receipt says that a law holds."""
    subject = Subject.of(db.session.get_one(Person, house.alice.id))
    number = running.erase(subject, "asked").number
    db.session.commit()
    life.work_off(app, house)
    tenancy.enter(house.operator.id)
    receipt = receipts.find(number)
    assert receipt is not None
    kept = {line.key for line in receipts.lines_of(receipt, Outcome.KEPT)}
    hers, known = {token for _where, token in before}, labels()
    left = {
        place for place in sweep_database(search) if place.token in hers and known.get(place.where) not in kept and place.where not in OF_A_BUSINESS
    }
    assert {(place.where, search.flock.known[place.token].endpoint, search.flock.known[place.token].name) for place in left} == set()
    if db.engine.dialect.name == "sqlite":
        stay = {place.token for place in sweep_database(search)}
        db.session.remove()
        with closing(db.engine.raw_connection()) as raw:
            raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        folder = app.extensions["coworking.config"].data_dir
        in_free_pages = {place.token for place in sweep_files(search, folder, without=("stripe",))} & (hers - stay)
        assert in_free_pages == set(), "what is deleted is overwritten in the file too"
