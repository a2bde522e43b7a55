"""How many questions a page asks the database: the number must not grow with rooms or bookings."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from coworking.core import tenancy
from coworking.core.db import db
from coworking.spaces.models import Kind, Resource
from tests.cast import House

from .conftest import Book

NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "select set_config", "select pg_catalog", "show ")


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent while the block runs, without those that only open a transaction."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(NOT_COUNTED):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _many_rooms(app: Flask, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        for number in range(30):
            room = Resource(
                location_id=bergen.location.id,
                kind=Kind.MEETING_ROOM.value,
                slug=f"room-{number}",
                name=f"Room {number}",
                capacity=4,
                who_may_book="public",
            )
            db.session.add(room)
        db.session.commit()


@pytest.mark.parametrize(
    ("path", "signed_in", "most"),
    [
        ("/rooms", False, 8),
        ("/rooms?when=2026-11-30T10:00&for=90&seats=4&kind=meeting_room", False, 8),
        ("/rooms", True, 9),
        ("/rooms/fjord", False, 10),
        ("/rooms/fjord?day=2026-12-01&from=10:00&to=11:00", False, 10),
        ("/rooms/fjord", True, 11),
        ("/", False, 11),
        ("/plans", False, 3),
        ("/visit", False, 3),
        ("/home", True, 10),
    ],
)
def test_a_page_asks_few_questions(app: Flask, browse, bergen: House, booked: Book, path: str, signed_in: bool, most: int) -> None:
    _many_rooms(app, bergen)
    booked(bergen.fjord, bergen.alice, 10, 12)
    booked(bergen.vidde, bergen.alice, 8, 9, day=bergen_yesterday())
    client = browse(bergen, bergen.alice if signed_in else None)
    client.get(path)
    # Prices and places are kept as long as they stand; a new booking makes everything else be read anew.
    booked(bergen.vidde, bergen.alice, 13, 14)
    with counting(app) as seen:
        assert client.get(path).status_code == 200
    assert len(seen) <= most, "\n".join(statement[:100] for statement in seen)


@pytest.mark.parametrize(("path", "most"), [("/rooms", 2), ("/rooms/fjord", 8)])
def test_a_page_that_stands_asks_for_its_operator_and_its_reader_alone(app: Flask, browse, bergen: House, path: str, most: int) -> None:
    stranger, alice = browse(bergen, None), browse(bergen, bergen.alice)
    for client in (stranger, alice):
        client.get(path)
    with counting(app) as seen:
        stranger.get(path)
    assert len(seen) == 1
    with counting(app) as seen:
        alice.get(path)
    assert len(seen) <= most


def bergen_yesterday() -> Any:
    """A working day before the Monday of the tests."""
    from datetime import date

    return date(2026, 11, 27)
