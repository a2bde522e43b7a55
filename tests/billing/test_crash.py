"""Kill -9 in the midst of checkouts, webhooks and charges: nothing is charged twice, nothing lost, and the books agree.

Cycles: CRASH_CYCLES on each database, 3 without it, 200 in `make test-heavy`.
"""

import os
import random
from pathlib import Path

import pytest

from .crash import shop

pytestmark = pytest.mark.repeated

CYCLES = int(os.environ.get("CRASH_CYCLES", "3"))
CONTROL_CYCLES = 20


def test_no_charge_twice_and_none_lost(backend: str, tmp_path: Path) -> None:
    dice = random.Random()
    with shop(backend, tmp_path) as opened:
        for cycle in range(CYCLES):
            opened.round(dice)
            assert opened.broken_promises() == [], f"after kill {cycle + 1}"
        assert opened.settle() == []
        print(f"{backend}: {dict(opened.kills)}, {len(opened.told)} paid on the page, {len(opened.charged)} charged")


def test_control_a_worker_that_charges_first_is_caught(backend: str, tmp_path: Path) -> None:
    with shop(backend, tmp_path, works=("-m", "tests.billing.broken")) as opened:
        for _cycle in range(CONTROL_CYCLES):
            opened.bill()
            opened.kill_jobs()
            if any("charged" in each for each in opened.settle()):
                return
            opened.start_worker()
        pytest.fail("nothing was ever charged twice")
