"""Kill -9 in the midst of a bill run: every charge is on one paper, every paper is counted and sent for once, and the chain holds.

Cycles: CRASH_CYCLES on each database, 3 without it, 200 in `make test-heavy`. The control counts after it has committed.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.billing import bill_runs, hashing
from coworking.billing.models import Account, BillRun, Charge, Invoice, InvoiceLine
from coworking.core import tenancy
from coworking.core.db import db
from coworking.people.models import Person
from tests.billing.helpers import DAY, charged, own
from tests.cast import House

pytestmark = pytest.mark.repeated

CYCLES = int(os.environ.get("CRASH_CYCLES", "3"))
A_CYCLE = 8
"""Accounts for each cycle: more than a process bills before it is killed."""


def _started(app: Flask, house: House, cycles: int) -> UUID:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        people = [Person(email=f"k{number}@x.example", name=f"Member {number}") for number in range(cycles * A_CYCLE)]
        db.session.add_all(people)
        db.session.flush()
        for number, person in enumerate(people):
            payer = Account(
                person_id=person.id, number=7_000 + number, name=person.name, email=person.email, country="NO", locale="nb", currency="NOK"
            )
            db.session.add(payer)
            db.session.flush()
            for _line in range(2):
                charged(payer)
        run = bill_runs.start(DAY, DAY, own(house.mats))
        db.session.commit()
        return run.id


def _until_killed(app: Flask, house: House, run_id: UUID, bill_next: Callable[[UUID], bool], seconds: float | None) -> None:
    """Bill in a process of its own, killed after a while unless it may finish."""
    with app.app_context():
        # A fork must inherit no connection: its locks would be shared.
        db.session.remove()
        db.engine.dispose()
    process = os.fork()
    if process == 0:
        try:
            with app.app_context(), tenancy.acting_for(house.operator.id):
                while bill_next(run_id):
                    db.session.commit()
                db.session.commit()
        finally:
            os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


def _promises(app: Flask, house: House, run_id: UUID) -> dict[str, object]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        run = db.session.get_one(BillRun, run_id)
        count = sa.func.count()
        papers = db.session.scalar(sa.select(count).select_from(Invoice))
        return {
            "counted": run.done == run.invoices == papers,
            "once": db.session.scalar(sa.select(count).select_from(InvoiceLine)) == db.session.scalar(sa.select(sa.func.count(sa.distinct(InvoiceLine.charge_id)))),
            "all issued": db.session.scalar(sa.select(count).select_from(Invoice).where(Invoice.number.is_(None))) == 0,
            "sent for": _asked_to_send() == papers,
            "chain": hashing.verify("KV") is None,
        }  # fmt: skip


def _asked_to_send() -> int:
    table = "procrastinate_jobs where task_name" if db.engine.dialect.name == "postgresql" else "job where name"
    return int(db.session.connection().exec_driver_sql(f"select count(*) from {table} = 'billing.send_paper'").scalar_one())


def _killed(app: Flask, house: House, run_id: UUID, cycles: int, bill_next: Callable[[UUID], bool]) -> None:
    dice = random.Random()
    for _cycle in range(cycles):
        _until_killed(app, house, run_id, bill_next, dice.uniform(0.02, 0.3))


def test_a_run_that_is_killed_again_and_again_bills_everybody_once(app: Flask, bergen: House) -> None:
    run_id = _started(app, bergen, CYCLES)
    _killed(app, bergen, run_id, CYCLES, bill_runs.bill_next)
    assert all(_promises(app, bergen, run_id).values()), _promises(app, bergen, run_id)
    _until_killed(app, bergen, run_id, bill_runs.bill_next, None)
    assert all(_promises(app, bergen, run_id).values()), _promises(app, bergen, run_id)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        run = db.session.get_one(BillRun, run_id)
        assert (run.state, run.done) == ("done", CYCLES * A_CYCLE)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Charge).where(Charge.invoice_id.is_(None))) == 0


def _counts_too_late(run_id: UUID) -> bool:
    """Issues and commits, and only then counts: the fault that one transaction exists to prevent."""
    run = db.session.get_one(BillRun, run_id, populate_existing=True)
    account_id = bill_runs._next(run)
    if account_id is None:
        return False
    papers = bill_runs._bill(run, account_id)
    db.session.commit()
    time.sleep(0.2)
    run.invoices, run.done, run.after_id = run.invoices + papers, run.done + 1, account_id
    db.session.flush()
    return True


def test_control_a_run_that_counts_after_its_commit_is_caught(app: Flask, bergen: House) -> None:
    run_id = _started(app, bergen, 10)
    for _try in range(30):
        _killed(app, bergen, run_id, 1, _counts_too_late)
        if not _promises(app, bergen, run_id)["counted"]:
            return
    pytest.fail("nothing was ever miscounted")
