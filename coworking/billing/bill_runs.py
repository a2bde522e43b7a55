"""Billing everybody at once: preview, start, stop, take up again. One account at a time, each in a transaction of its own.

Killed anywhere, a run goes on where it was: an account is either billed and counted, or neither. Nobody waits for it: the
writer's place is free between two accounts.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult

from coworking.core import clock
from coworking.core.db import db, keep
from coworking.core.jobs import enqueue, job
from coworking.operators.models import Operator
from coworking.people.models import Person

from . import collecting, invoicing, methods, returning, sending
from .home_currency import NoRate
from .models import Account, BillRun, Charge, Invoice

RUN = "billing.bill_run"
RUNNING, STOPPED, DONE = "running", "stopped", "done"
SPELL = timedelta(seconds=20)
"""How long one job goes on before it hands over to the next: far less than a worker's lease."""
BREATH = timedelta(milliseconds=10)
COLLECT_EVERY = 200
"""Accounts after which what they left in memory is cleared away."""


class AlreadyRunning(ValueError):
    """One run at a time: two would only race for the same charges."""


def start(until: date, issue_on: date, by: Person) -> BillRun:
    """Bill every account for what is due by ``until``, on papers of ``issue_on``. Raises AlreadyRunning."""
    if under_way() is not None:
        raise AlreadyRunning
    due = sa.select(sa.func.count(sa.distinct(Charge.account_id))).where(*_due(until))
    run = BillRun(until=until, issue_on=issue_on, state=RUNNING, started_by_id=by.id, accounts=db.session.scalar(due) or 0)
    db.session.add(run)
    db.session.flush()
    _go_on(run)
    return run


def stop(run: BillRun) -> None:
    """Stop after the account at hand; what is issued stays issued. Stopping what is over changes nothing."""
    _turn(run, RUNNING, STOPPED)


def resume(run: BillRun) -> None:
    """Take a stopped run up again where it was. Raises AlreadyRunning while another one runs."""
    if (other := under_way()) is not None and other.id != run.id:
        raise AlreadyRunning
    if _turn(run, STOPPED, RUNNING):
        _go_on(run)


def under_way() -> BillRun | None:
    """The run that is running, if any."""
    return db.session.scalar(sa.select(BillRun).where(BillRun.state == RUNNING))


@job(RUN)
def carry_on(run_id: str) -> None:
    """Bill one account after the other for a while, then hand over to the next job. Each account is committed by itself."""
    until = time.monotonic() + SPELL.total_seconds()
    with _collecting_between() as between:
        while time.monotonic() < until:
            if not bill_next(UUID(run_id)):
                return
            keep()
            between()
            # SQLite's other writers look for a gap every few milliseconds: leave them one.
            time.sleep(BREATH.total_seconds())
    _go_on(db.session.get_one(BillRun, UUID(run_id)))


@contextmanager
def _collecting_between() -> Iterator[Callable[[], None]]:
    """Keep Python's garbage collector, which can take a tenth of a second, out of transactions: it runs when it is called."""
    accounts = 0

    def between() -> None:
        nonlocal accounts
        accounts += 1
        if accounts % COLLECT_EVERY == 0:
            gc.collect()

    gc.disable()
    try:
        yield between
    finally:
        gc.enable()


def bill_next(run_id: UUID) -> bool:
    """Bill the next account of a run and count it, in the transaction at hand; False when it is over or was stopped."""
    run = db.session.get(BillRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.state != RUNNING:
        return False
    account_id = _next(run)
    if account_id is None:
        run.state, run.finished_at = DONE, clock.now()
        return False
    try:
        with db.session.begin_nested():
            run.invoices += _bill(run, account_id)
    except (ValueError, LookupError) as trouble:
        # One account that can't be billed must not hold up all others: it is named on the run's page.
        run.trouble = [*run.trouble, f"{account_id} {type(trouble).__name__}"]
    run.after_id, run.done = account_id, run.done + 1
    db.session.flush()
    return True


def _bill(run: BillRun, account_id: UUID) -> int:
    account = db.session.get_one(Account, account_id)
    # Held here, so that the session does not forget it and read it again for every charge.
    _operator = db.session.get_one(Operator, account.operator_id)
    papers: list[Invoice] = []
    for currency in invoicing.currencies_due(account_id, run.until):
        try:
            with db.session.begin_nested():
                papers += _one_currency(run, account, currency)
        except NoRate as missing:
            # The account's other currencies are billed all the same.
            run.trouble = [*run.trouble, f"{account_id} {type(missing).__name__}"]
    for paper in papers:
        sending.send(paper)
        if account.collect_by == methods.BY_SAVED and not paper.is_credit_note:
            collecting.ask_for(paper.id)
    return len(papers)


def _one_currency(run: BillRun, account: Account, currency: str) -> list[Invoice]:
    drafted = invoicing.draft(account, run.until, currency, run=run)
    if drafted is None:
        return []
    if drafted.gross >= 0:
        return [invoicing.issue(drafted, run.issue_on, drawn=True)]
    # More is given back than charged: credit notes say so on the invoices where it was billed, and the rest waits.
    invoicing.discard(drafted)
    notes = returning.credit_given_back(account, currency, run.until, run.issue_on)
    rest = invoicing.draft(account, run.until, currency, run=run)
    if rest is None:
        return notes
    if rest.gross >= 0:
        return [*notes, invoicing.issue(rest, run.issue_on, drawn=True)]
    invoicing.discard(rest)
    return notes


def _next(run: BillRun) -> UUID | None:
    wanted = sa.select(Charge.account_id).where(*_due(run.until)).order_by(Charge.account_id).limit(1)
    if run.after_id is not None:
        wanted = wanted.where(Charge.account_id > run.after_id)
    return db.session.scalar(wanted)


def _due(until: date) -> tuple[sa.ColumnElement[bool], ...]:
    return Charge.invoice_id.is_(None), Charge.waived_at.is_(None), Charge.due_from <= until


def _go_on(run: BillRun) -> None:
    enqueue(RUN, run_id=str(run.id))


def _turn(run: BillRun, before: str, after: str) -> bool:
    change = sa.update(BillRun).where(BillRun.id == run.id, BillRun.state == before).values(state=after)
    turned = cast("CursorResult[Any]", db.session.execute(change, execution_options={"synchronize_session": False})).rowcount == 1
    db.session.refresh(run)
    return turned
