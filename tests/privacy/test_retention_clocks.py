"""To the day: what is kept for n days is there the day before, and gone the day after. The clock is moved, not the rows."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine

from coworking.core import clock, sending
from coworking.core.db import Base, db
from coworking.core.jobs import sqlite as queue
from coworking.core.labels import PERSONAL
from coworking.people import jobs as people_jobs
from coworking.people import links, sessions, throttle
from coworking.privacy import retention_jobs
from coworking.privacy.register import ENTRIES, TABLES
from coworking.privacy.register.entry import Clock, Held, Keep
from coworking.privacy.register.table import Fate
from coworking.privacy.register.terms import Controller
from coworking.privacy.retention_rules import ALONG, RULES
from tests.cast import House
from tests.privacy.clocks import MAKERS

ZONE = "Europe/Oslo"
ELSEWHERE = {"job": "core.jobs"}
"""Tables that another part of the house empties, and which."""
MOMENTS = [
    pytest.param((date(2026, 3, 28), 23.5), id="the evening before summer time"),
    pytest.param((date(2026, 10, 25), 0.5), id="the night when winter time begins"),
]


def _keys(table: str) -> set[str]:
    """What the labels of a table's columns say."""
    labels = (column.info.get(PERSONAL) for column in Base.metadata.tables[table].columns)
    return {key for key in labels if key}


def _timed() -> list[tuple[str, str]]:
    """Every table and key of it that the register gives a time which is not the account's own end."""
    return [(table.name, key) for table in TABLES.values() for key in sorted(_keys(table.name)) if _days(key) is not None]


def _days(key: str) -> int | None:
    retention = ENTRIES[key].retention
    return retention.days if isinstance(retention, Keep) and retention.clock is not Clock.ACCOUNT_END else None


@pytest.mark.parametrize("table", sorted({table for table, _key in _timed()} - ELSEWHERE.keys()))
@pytest.mark.parametrize("when", MOMENTS)
@pytest.mark.proves("CWL-15", "W2G-14")
def test_what_the_register_gives_a_time_is_there_the_day_before_and_gone_the_day_after(inside: House, table: str, when: tuple[date, float]) -> None:
    moment = clock.at_wall(when[0], round(when[1] * 60), ZONE)
    with time_machine.travel(moment, tick=False):
        row = MAKERS[table](inside, moment)
        db.session.add(row)
        db.session.flush()
        row_id = row.id
        db.session.commit()
    limits = {key: days for key in sorted(_keys(table)) if (days := _days(key)) is not None}
    for after in sorted({days + step for days in limits.values() for step in (-1, 1)}):
        for hour in (0.25, 23.75):
            _run(clock.wall_day(moment, ZONE) + timedelta(days=after), hour)
            for key, days in limits.items():
                if after != days:
                    assert _is_there(table, key, row_id) is (after < days), f"{table} {key} after {after} days, {hour} o'clock"


def _run(day: date, hour: float) -> None:
    """What every night and hour brings, at that time of the wall."""
    with time_machine.travel(clock.at_wall(day, round(hour * 60), ZONE), tick=False):
        assert retention_jobs.forget()
        people_jobs.prune()
        sending.tidy()
        db.session.commit()


def _is_there(table: str, key: str, row_id: UUID) -> bool:
    """Whether the row still says what the key labels."""
    columns = Base.metadata.tables[table].c
    row = db.session.connection().execute(sa.select(*columns).where(columns.id == row_id)).mappings().one_or_none()
    if row is None:
        return False
    labelled = [column.name for column in columns if column.info.get(PERSONAL) == key and column.name in (TABLES[table].blank or columns.keys())]
    return any(row[name] not in (None, "") for name in labelled)


def test_every_time_in_the_register_has_a_job_that_keeps_it() -> None:
    """The gate: a new entry or table without a rule fails here."""
    kept = {(rule.table, key) for rule in RULES for key in (*rule.keys, *rule.blanks)}
    kept |= {(child, key) for child, parent in ALONG.items() for rule in RULES if rule.table == parent for key in rule.keys}
    missing = [pair for pair in _timed() if pair not in kept and pair[0] not in ELSEWHERE]
    assert missing == []
    assert set(MAKERS) >= {table for table, _key in _timed() if table not in ELSEWHERE}


def test_what_ends_with_the_account_or_a_law_goes_by_the_fate_of_its_table() -> None:
    """Keep until the account ends: erasure deletes, severs or empties it. Held: the table's rows are held, and go with the law."""
    at_the_end = {Fate.DELETE, Fate.SEVER, Fate.HOLD}
    for table in TABLES.values():
        for key in _keys(table.name):
            retention = ENTRIES[key].retention
            if ENTRIES[key].controller is Controller.HOST:
                continue
            if isinstance(retention, Held):
                assert table.fate is Fate.HOLD, f"{table.name}: {key}"
            elif retention.clock is Clock.ACCOUNT_END and key != "staff.work":
                assert table.fate in at_the_end, f"{table.name}: {key}"


def test_the_hourly_clean_ups_and_the_register_say_the_same() -> None:
    said = {key: _days(key) for key in ("session.times", "session.token", "link.address", "attempt.key", "mail.content", "job.args")}
    assert said == {
        "session.times": sessions.KEPT.days,
        "session.token": links.KEPT.days,
        "link.address": links.KEPT.days,
        "attempt.key": throttle.KEPT.days,
        "mail.content": sending.KEEP.days,
        "job.args": queue.KEEP_FAILED.days + 1,
    }
