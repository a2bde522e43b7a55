"""Erased means gone: after an erasure a person is found nowhere but in what the receipt says that a law holds."""

import pytest
from flask import Flask

from coworking.core.db import Base, db
from coworking.core.labels import PERSONAL
from coworking.people.models import Person
from coworking.privacy.erasing import receipts, running
from coworking.privacy.erasing.planning import Outcome
from coworking.privacy.finding import Subject
from tests.cast import House

from . import life


def _subject(lived: life.Life) -> Subject:
    return Subject.of(db.session.get_one(Person, lived.person_id))


def _survivors(places: dict[str, set[str]]) -> set[str]:
    """Keys of the register under whose columns something survived; the place itself where a column has no key."""
    keys = set()
    for place in places:
        table, _, column = place.partition(".")
        known = Base.metadata.tables.get(table)
        keys.add(known.c[column].info.get(PERSONAL, place) if known is not None else place)
    return keys


@pytest.mark.proves("CWL-44", "WPX-44")
def test_nothing_survives_but_what_the_receipt_says_is_held(app: Flask, inside: House) -> None:
    lived = life.lived(inside)
    before = life.found(lived.traces)
    assert len(before) > 30, sorted(before)
    number = running.erase(_subject(lived), "asked").number
    db.session.commit()
    life.work_off(app, inside)
    after = life.found(lived.traces)
    receipt = receipts.find(number)
    assert receipt is not None
    kept = {line.key for line in receipts.lines_of(receipt, Outcome.KEPT)}
    assert _survivors(after) <= kept, after
    assert {"invoice.record", "payment.record"} <= _survivors(after)
    assert not any(str(lived.person_id) in told or lived.person_id.hex in told for told in after.values()), after
