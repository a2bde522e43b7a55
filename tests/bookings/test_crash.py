"""Kill -9 in the midst of bookings: whatever somebody was told is there afterwards, and nothing else happened.

Cycles: CRASH_CYCLES on each database, 3 without it, 200 in `make test-heavy`. Kill -9 leaves the operating system's
cache alone, so tests/bookings/test_sync.py looks at what reaches the disk, and when.
"""

import os
import random
from pathlib import Path

import pytest

from .arena import opened
from .crash import broken_promises, crowd, kill_somewhere, mails_asked_for

pytestmark = pytest.mark.repeated

PEOPLE = 6
CYCLES = int(os.environ.get("CRASH_CYCLES", "3"))
CONTROL_CYCLES = 20


def test_what_was_acknowledged_outlives_kill_9(backend: str, tmp_path: Path) -> None:
    dice = random.Random()
    with opened(backend, tmp_path, workers=2, people=PEOPLE) as arena:
        with crowd(arena) as ledger:
            for cycle in range(CYCLES):
                kill_somewhere(arena.server, ledger, dice)
                assert broken_promises(arena, ledger) == [], f"after kill {cycle + 1}"
        assert broken_promises(arena, ledger) == []
        assert ledger.strange == []
        bookings, told, cancellations, told_off = mails_asked_for(arena)
        assert (told, told_off) == (bookings, cancellations)
        print(
            f"{backend}: {ledger.kills}, {len(ledger.booked)} booked, {len(ledger.cancelled)} cancelled, {ledger.refused} refused, {ledger.unasked} without answer"
        )


def test_control_a_server_that_answers_before_its_commit_is_caught(backend: str, tmp_path: Path) -> None:
    dice = random.Random()
    with opened(backend, tmp_path, workers=2, people=PEOPLE, serves="tests.bookings.broken:answers_early()") as arena:
        with crowd(arena) as ledger:
            for _cycle in range(CONTROL_CYCLES):
                kill_somewhere(arena.server, ledger, dice)
                if any(promise.startswith("lost") for promise in broken_promises(arena, ledger)):
                    return
        pytest.fail("nothing was ever lost")
