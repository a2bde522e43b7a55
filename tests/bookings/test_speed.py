"""What keeps looks at the calendar quick at a million bookings: each is found by space and time, in one query."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from coworking.bookings.availability import taken
from coworking.bookings.models import Booking
from coworking.core.db import db
from coworking.spaces.models import Resource
from tests.cast import MONDAY, House

HALF_HOUR = timedelta(minutes=30)


def _fill(house: House, spaces: list[Resource]) -> None:
    """A thousand past and coming half hours in each space, and what the planner wants to know about them."""
    rows = [
        {
            "resource_id": space.id, "person_id": house.alice.id, "starts_at": start, "ends_at": start + HALF_HOUR, "held_until": start + HALF_HOUR,
        }
        for space in spaces
        for start in (MONDAY + number * HALF_HOUR for number in range(-800, 200))
    ]  # fmt: skip
    db.session.execute(sa.insert(Booking), rows)
    db.session.connection().exec_driver_sql("ANALYZE")


@pytest.mark.parametrize("count", [1, 2, 3])
def test_holds_are_found_by_space_and_time(inside: House, count: int, backend: str) -> None:
    spaces = list(db.session.scalars(sa.select(Resource)))
    _fill(inside, spaces)
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        found = taken(spaces[:count], MONDAY, MONDAY + timedelta(days=1))
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert [len(intervals) for intervals in found.values()] == [48] * count
    [(statement, parameters)] = asked
    explain = "EXPLAIN QUERY PLAN" if backend == "sqlite" else "EXPLAIN"
    plan = "\n".join(str(row[-1]) for row in db.session.connection().exec_driver_sql(f"{explain} {statement}", parameters))  # type: ignore[arg-type]
    assert "ix_booking_block" in plan, plan
    if backend == "sqlite":
        assert "SCAN booking" not in plan, plan
        assert "ix_booking_resource_start (operator_id=? AND resource_id=? AND starts_at>? AND starts_at<?)" in plan, plan
    else:
        assert "Seq Scan" not in plan, plan
