"""The edition changes with whatever the pages of an operator are made of, and only with that operator's."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from coworking.bookings.models import Booking
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.operators import edition
from coworking.operators.models import Operator
from coworking.spaces.models import Equipment
from tests.cast import Cast, House

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def _editions() -> dict[str, str]:
    with Session(db.engine) as fresh, tenancy.across_operators():
        return {operator.slug: operator.edition for operator in fresh.scalars(sa.select(Operator))}


@pytest.mark.parametrize("table", [*edition.WATCHED, "operator"])
def test_a_written_row_begins_a_new_edition_of_its_operator_alone(cast: Cast, table: str) -> None:
    bergen = cast.bergen.operator
    found = db.metadata.tables[table]
    own, its = (found.c.id, bergen.id) if table == "operator" else (found.c.operator_id, bergen.id)
    before = _editions()
    with tenancy.across_operators():
        rows = db.session.execute(sa.select(sa.func.count()).select_from(found).where(own == its)).scalar_one()
        db.session.execute(found.update().where(own == its).values({own.name: own}))
        db.session.commit()
    after = _editions()
    assert (before[bergen.slug] != after[bergen.slug]) == (rows > 0)
    assert {slug: mark for slug, mark in after.items() if slug != bergen.slug} == {slug: mark for slug, mark in before.items() if slug != bergen.slug}


def test_a_new_row_and_a_removed_row_begin_one_too(cast: Cast) -> None:
    seen = [_editions()[cast.bergen.operator.slug]]
    with tenancy.acting_for(cast.bergen.operator.id):
        bell = Equipment(key="bell", name={"en": "Bell"})
        db.session.add(bell)
        db.session.commit()
        seen.append(_editions()[cast.bergen.operator.slug])
        db.session.delete(bell)
        db.session.commit()
    seen.append(_editions()[cast.bergen.operator.slug])
    assert len(set(seen)) == 3


def test_what_was_rolled_back_leaves_no_edition_that_could_come_again(cast: Cast) -> None:
    with tenancy.acting_for(cast.bergen.operator.id):
        seen = []
        for _attempt in range(2):
            db.session.add(Equipment(key="bell", name={"en": "Bell"}))
            db.session.flush()
            seen.append(db.session.scalar(sa.select(Operator.edition).where(Operator.id == cast.bergen.operator.id)))
            db.session.rollback()
    assert seen[0] != seen[1]


def test_a_booking_changes_the_mark_of_bookings_and_no_edition(cast: Cast) -> None:
    house = cast.bergen
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    with tenancy.acting_for(house.operator.id):
        marks, editions = {_booked(house)}, _editions()
        held = Booking(resource_id=house.fjord.id, kind="block", starts_at=start, ends_at=start + HOUR, held_until=start + HOUR, title="Floor")
        db.session.add(held)
        db.session.commit()
        marks.add(_booked(house))
        held.ends_at = held.held_until = start + 2 * HOUR
        db.session.commit()
        marks.add(_booked(house))
        db.session.delete(held)
        db.session.commit()
        marks.add(_booked(house))
    assert len(marks) == 4
    assert _editions() == editions


def test_a_name_that_changes_changes_the_mark_of_bookings(cast: Cast) -> None:
    before = _booked(cast.bergen)
    with tenancy.acting_for(cast.bergen.operator.id):
        db.session.merge(cast.bergen.alice).name = "Alice Berg"
        db.session.commit()
    assert _booked(cast.bergen) != before


def _booked(house: House) -> str:
    with Session(db.engine) as fresh, tenancy.across_operators():
        return fresh.scalars(sa.select(Operator.booked).where(Operator.id == house.operator.id)).one()


@pytest.mark.parametrize("table", edition.WATCHED)
def test_every_watched_table_has_its_triggers(cast: Cast, table: str) -> None:
    names = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%edition%'"
    if db.engine.dialect.name == "postgresql":
        names = "SELECT event_object_table FROM information_schema.triggers WHERE position('edition' in trigger_name) > 0"
    with db.engine.connect() as connection:
        found = connection.exec_driver_sql(names).scalars().all()
    assert found.count(table) == 3
