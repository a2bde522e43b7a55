"""Erased means gone: after an erasure a person is found nowhere but in what the receipt says that a law holds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.bookings.models import Booking
from coworking.core import clock, tenancy
from coworking.core.db import Base, db
from coworking.core.labels import PERSONAL
from coworking.core.outbox import OutboxMail
from coworking.people.models import Person
from coworking.privacy.erasing import cutting, journal, receipts, replaying, running
from coworking.privacy.erasing.planning import Outcome
from coworking.privacy.finding import Subject
from coworking.privacy.models import Occupancy
from coworking.privacy.register import TABLES
from tests.cast import House

from . import life, past, restoring


def _subject(lived: life.Life) -> Subject:
    return Subject.of(db.session.get_one(Person, lived.person_id))


def _address(lived: life.Life) -> Subject:
    return Subject(None, lived.email)


def _survivors(places: dict[str, set[str]]) -> set[str]:
    """Keys of the register under whose columns something survived; the place itself where a column has no key."""
    keys = set()
    for place in places:
        table, _, column = place.partition(".")
        known = Base.metadata.tables.get(table)
        keys.add(known.c[column].info.get(PERSONAL, place) if known is not None else place)
    return keys


def _erase(app: Flask, house: House, subject: Subject) -> str:
    number = running.erase(subject, "asked").number
    db.session.commit()
    life.work_off(app, house)
    return number


def _gone(lived: life.Life, number: str) -> dict[str, set[str]]:
    """What survived although the receipt does not say so."""
    receipt = receipts.find(number)
    assert receipt is not None
    kept = {line.key for line in receipts.lines_of(receipt, Outcome.KEPT)}
    places = life.found(lived.traces)
    return {place: told for place, told in places.items() if _survivors({place: told}) - kept or lived.person_id.hex in told}


def _rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table with personal data, as it stands."""
    found = {}
    with tenancy.across_operators():
        for name in TABLES:
            table = Base.metadata.tables[name]
            found[name] = sorted((tuple(map(str, row)) for row in db.session.connection().execute(sa.select(table))), key=str)
    return found


@pytest.mark.proves("CWL-5", "CWL-44", "WPX-44")
def test_nothing_survives_but_what_the_receipt_says_is_held(app: Flask, inside: House) -> None:
    lived = life.lived(inside)
    before = life.found(lived.traces)
    assert len(before) > 30, sorted(before)
    assert before["files"] == {lived.photo}
    number = _erase(app, inside, _subject(lived))
    assert _gone(lived, number) == {}
    assert {"invoice.record", "payment.record"} <= _survivors(life.found(lived.traces))


@pytest.mark.proves("CWL-44")
def test_control_an_engine_that_forgets_one_table_is_caught(app: Flask, inside: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lived = life.lived(inside)
    monkeypatch.delitem(TABLES, "statement")
    subject = _subject(lived)
    db.session.commit()
    with pytest.raises(sa.exc.IntegrityError):
        # The row of the table that was forgotten still names the person, and the database says so.
        running.erase(subject, "asked")
    db.session.rollback()
    monkeypatch.undo()
    assert list(journal.entries()) == []
    monkeypatch.setitem(TABLES, "enquiry", replace(TABLES["enquiry"], owner=()))
    number = _erase(app, inside, _subject(lived))
    assert "enquiry.message" in _gone(lived, number)


@pytest.mark.proves("CWL-44")
def test_whatever_the_order_the_end_is_the_same(app: Flask, inside: House) -> None:
    first, second = life.lived(inside, "Zorvane"), life.lived(inside, "Yarrow")
    for lived, order in ((first, (_subject, _address)), (second, (_address, _subject))):
        numbers = [_erase(app, inside, step(lived)) for step in order]
        places = life.found(lived.traces)
        held = {line.key for number in numbers for line in receipts.lines_of(receipts.find(number), Outcome.KEPT)}  # type: ignore[arg-type]
        assert _survivors(places) <= held, places


@pytest.mark.proves("CWL-44")
def test_a_second_time_changes_nothing(app: Flask, inside: House) -> None:
    lived = life.lived(inside)
    subject = _subject(lived)
    _erase(app, inside, subject)
    before = _rows()
    again = running.erase(subject, "asked")
    assert receipts.lines_of(again) == []
    assert _rows() == before


def test_half_done_work_is_finished(app: Flask, inside: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash between chunks: some tables are empty, some are not, and doing it again comes to the same end."""
    lived = life.lived(inside)
    monkeypatch.setattr(cutting, "CHUNK", 1)
    steps = running.chunks(_subject(lived))
    for _number in range(5):
        next(steps)
        db.session.commit()
    for _chunk in running.chunks(_subject(lived)):
        db.session.commit()
    assert _gone(lived, _erase(app, inside, _subject(lived))) == {}


@pytest.mark.proves("WPX-44", "W2G-37")
def test_a_restored_database_is_erased_again_before_anybody_is_served(app: Flask, inside: House) -> None:
    lived = life.lived(inside)
    db.session.commit()
    restore = restoring.backup()
    number = _erase(app, inside, _subject(lived))
    assert replaying.settled()
    restore()
    assert _gone_without_receipt(lived)
    replaying._settled.clear()
    assert not replaying.settled()
    assert replaying.replay() == 1
    life.work_off(app, inside)
    assert _gone(lived, number) == {}
    assert replaying.settled()
    assert replaying.replay() == 0


def test_a_new_start_is_not_undone_by_a_replay(app: Flask, inside: House) -> None:
    """Somebody is erased, and writes to us again from the same address: that is another story, and stays."""
    lived = life.lived(inside)
    subject = _subject(lived)
    entry = journal.write(subject, receipts.new_number(), "asked")
    past_one = db.session.scalars(sa.select(Person).where(Person.id == lived.person_id)).one()
    assert past_one.id < entry.id
    from coworking.enquiries.models import Enquiry

    db.session.add(Enquiry(name="Quilla", email=lived.email, message="I am back", locale="en"))
    db.session.commit()
    assert replaying.replay() == 1
    with tenancy.acting_for(inside.operator.id):
        assert db.session.scalars(sa.select(Enquiry.message).where(Enquiry.email == lived.email)).all() == ["I am back"]


@pytest.mark.proves("WPX-44")
def test_the_journal_names_nobody(app: Flask, inside: House) -> None:
    lived = life.lived(inside)
    _erase(app, inside, _subject(lived))
    folder = app.extensions["coworking.config"].data_dir / "files" / "erasures"
    said = " ".join(f"{path.name} {path.read_bytes()!r}" for path in folder.iterdir()).lower()
    assert lived.person_id.hex in said
    assert not any(word.lower() in said for word in {lived.email, lived.name, *lived.words.values(), *lived.numbers})


def test_the_journal_forgets_too(app: Flask, inside: House) -> None:
    subject = _subject(life.lived(inside))
    journal.write(subject, receipts.new_number(), "asked")
    assert len(list(journal.entries())) == 1
    with clock.standing_at(clock.now() + journal.KEPT + timedelta(days=1)):
        journal.prune()
    assert list(journal.entries()) == []


@pytest.mark.proves("CWL-44")
def test_nobody_else_loses_anything_but_the_name(app: Flask, inside: House) -> None:
    lived, other = life.lived(inside, "Zorvane"), life.lived(inside, "Yarrow")
    db.session.commit()
    before = _rows_of(other)
    _erase(app, inside, _subject(lived))
    assert _rows_of(other) == before
    assert db.session.scalars(sa.select(Person.email).where(Person.id == inside.alice.id)).one() == inside.alice.email


@pytest.mark.proves("CWL-48")
def test_check_ins_become_counts_that_lead_back_to_nobody(app: Flask, inside: House) -> None:
    lived = life.lived(inside)
    day = life.BEGAN.date()
    for number, person in enumerate(past.people(inside, 5)):
        past.booked(inside, person, day, 9 + number, room=inside.fjord)
    hers = db.session.scalar(sa.select(sa.func.count()).where(Booking.person_id == lived.person_id))
    assert hers == 2
    _erase(app, inside, _subject(lived))
    counted = db.session.execute(sa.select(sa.func.sum(Occupancy.bookings), sa.func.sum(Occupancy.check_ins))).one()
    assert tuple(counted) == (2, 2)
    assert lived.person_id.hex not in str(_rows())


def test_the_last_mail_leaves_nothing_once_it_is_sent(app: Flask, inside: House) -> None:
    from coworking.core import sending
    from coworking.privacy.erasing import emails

    lived = life.lived(inside)
    receipt = running.erase(_subject(lived), "asked")
    emails.receipt(lived.email, "en", receipt)
    db.session.flush()
    mail = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.vanishes.is_(True))).one()
    assert receipt.number in mail.text and lived.name not in mail.text
    sending._note_sent(mail.id, keep_content=True)
    db.session.flush()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail).where(OutboxMail.to == lived.email)) == 0


def _rows_of(lived: life.Life) -> dict[str, list[str]]:
    """All rows in which somebody's traces stand, but for mails that name others too."""
    found: dict[str, list[str]] = {}
    for name, rows in _rows().items():
        if name not in ("outbox_mail", "outbox_attachment", "job"):
            found[name] = [str(row) for row in rows if any(trace.lower() in str(row).lower() for trace in lived.traces)]
    return found


def _gone_without_receipt(lived: life.Life) -> bool:
    return db.session.get(Person, lived.person_id) is not None
