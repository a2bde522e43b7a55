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
class Proof:
    """The tests of one promise, and the day on which all of them were green last."""

    on: date
    tests: tuple[str, ...]


@cache
def record() -> dict[str, Proof]:
    """The record as it was delivered with the software, by promise."""
    if not RECORD.exists():
        return {}
    return {key: Proof(date.fromisoformat(row["on"]), tuple(row["tests"])) for key, row in json.loads(RECORD.read_text()).items()}


def recorded() -> frozenset[str]:
    """Ids of the promises with a recorded proof."""
    return frozenset(record())


def proof_of(key: str) -> tuple[str, ...]:
    """The tests that proved a promise."""
    return record()[key].tests if key in record() else ()


def proven_on() -> date | None:
    """The day since which every promise was proven: that of the oldest proof. None while there is none."""
    return min((proof.on for proof in record().values()), default=None)


def is_old(today: date) -> bool:
    """Whether a proof is older than the last weeks."""
    oldest = proven_on()
    return oldest is None or (today - oldest).days > FRESH
