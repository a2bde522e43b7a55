"""The record of proofs: which tests proved which promise when all of them ran last. `make proofs` writes it.

A promise whose proof is not in the record is not shown, whoever wrote it down.
"""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

RECORD = Path(__file__).with_name("proven.json")
FRESH = 35
"""Days after which staff are told that the record is old."""


@dataclass(frozen=True, slots=True)
class Record:
    """One recorded run."""

    on: date | None
    """None while nothing was ever recorded."""
    proofs: dict[str, tuple[str, ...]]
    """By promise, the names of the tests."""


@cache
def record() -> Record:
    """The record as it was delivered with the software."""
    if not RECORD.exists():
        return Record(None, {})
    read = json.loads(RECORD.read_text())
    return Record(date.fromisoformat(read["date"]), {key: tuple(tests) for key, tests in read["proofs"].items()})


def recorded() -> frozenset[str]:
    """Ids of the promises with a recorded proof."""
    return frozenset(record().proofs)


def proof_of(key: str) -> tuple[str, ...]:
    """The tests that proved a promise."""
    return record().proofs.get(key, ())


def proven_on() -> date | None:
    """The day of the recorded run."""
    return record().on


def is_old(today: date) -> bool:
    """Whether the record says nothing of the last weeks."""
    return record().on is None or (today - (record().on or today)).days > FRESH
