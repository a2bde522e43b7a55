"""What keeps looks at the calendar quick at a million bookings: the right index, and few queries."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from coworking.bookings.availability import taken
from coworking.core.db import db
from coworking.spaces.models import Resource
from tests.cast import MONDAY, House

SMALL = "a small table is quicker to walk than to look up, and PostgreSQL knows"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_holds_are_found_by_space_and_time(inside: House, count: int, backend: str) -> None:
    if backend == "postgresql":
        pytest.skip(SMALL)
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        asked.append((statement, parameters))

    spaces = list(db.session.scalars(sa.select(Resource)))[:count]
    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        taken(spaces, MONDAY, MONDAY + timedelta(days=7))
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    [(statement, parameters)] = asked
    plan = [row[3] for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]  # type: ignore[arg-type]
    assert any("ix_booking_resource_start (operator_id=? AND resource_id=? AND starts_at>? AND starts_at<?)" in step for step in plan), plan
    assert any("ix_booking_block (operator_id=? AND resource_id=? AND held_until>?)" in step for step in plan), plan
