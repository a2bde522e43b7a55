"""The nightly run: what has had its time goes, at each operator on the first hours of its own day.

Small pieces, each in its own transaction and looked for as a reader before, so that nobody waits for it: SQLite has one
writer at a time. A run that is stopped goes on where it was, because what is done is gone.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from coworking.core import clock, tenancy
from coworking.core.db import db, keep, reading, release
from coworking.core.jobs import cron, enqueue, job
from coworking.operators.models import Operator

from . import finding, restricting, retention_held, retention_rules
from .models import PageCount, RetentionRun
from .retention import Times

FORGET = "privacy.forget"
AT_ONCE = 50
PAPERS_AT_ONCE = 20
AT_A_TIME = 20.0
"""Seconds after which a run makes room for other jobs and asks to be taken up again."""
COUNTS_MONTHS = 25
"""How long counts of pages are kept: CNIL, délibération 2020-091, on measuring an audience."""
RUNS_KEPT = timedelta(days=400)

Held = dict[str, list[finding.Subject]]


@cron("privacy.retention", every=60)
def start() -> None:
    """Ask for the run of each operator whose day has begun and that has not finished today's yet."""
    now = clock.now()
    with tenancy.across_operators(), reading():
        zones = {row[0]: row[1] for row in db.session.execute(sa.select(Operator.id, Operator.zone))}
        recent = sa.select(RetentionRun.operator_id, RetentionRun.day).where(
            RetentionRun.finished_at.is_not(None), RetentionRun.day > (now - timedelta(days=3)).date()
        )
        finished = {(row[0], row[1]) for row in db.session.execute(recent)}
    release()
    for operator_id, zone in zones.items():
        if (operator_id, clock.wall_day(now, zone)) not in finished:
            with tenancy.acting_for(operator_id):
                enqueue(FORGET)


@job(FORGET)
def forget_today() -> None:
    """Today's run at the operator in force. Asks to be taken up again when it takes long."""
    if not forget(AT_A_TIME):
        enqueue(FORGET)


def forget(seconds: float = AT_A_TIME) -> bool:
    """Remove what is due today at the operator in force; False when time was up before all was gone."""
    deadline = time.monotonic() + seconds
    release()
    if restricting.lift_announced():
        keep()
    with _looking():
        times = Times.of(db.session.get_one(Operator, tenancy.current_operator_id()))
        held = retention_rules.held_now(times)
    _begin(times.on)
    for name, piece in _pieces(times, held):
        while done := piece():
            _note(times.on, name, done)
            keep()
            if time.monotonic() > deadline:
                return False
    _finish(times.on)
    keep()
    return True


def _pieces(times: Times, held: Held) -> Iterator[tuple[str, Callable[[], int]]]:
    """Every kind of thing that may be due, each as a verb that does a little and says how much. The order fits foreign keys."""
    for rule in retention_rules.RULES:
        yield rule.table, lambda rule=rule: _by_rule(rule, times, held)  # type: ignore[misc]
        if rule.blanks:
            yield rule.table, lambda rule=rule: retention_rules.blank(rule, times, held, AT_ONCE)  # type: ignore[misc]
    yield "subscription", lambda: _subscriptions(times, held)
    yield "invoice", _walk(retention_held.old_papers, retention_held.take_paper, times, held)
    yield "payment", _walk(retention_held.old_payments, retention_held.take_payment, times, held)
    yield "charge", lambda: retention_held.take_loose(times, held, AT_ONCE)
    yield "account", lambda: retention_held.take_payers(times, AT_ONCE)
    yield "page_count", lambda: _page_counts(times.on)
    yield "retention_run", lambda: _old_runs(times.on)


def _by_rule(rule: retention_rules.Rule, times: Times, held: Held) -> int:
    with _looking():
        ids = retention_rules.find(rule, times, held, AT_ONCE)
    return retention_rules.take(rule, ids, times, held) if ids else 0


def _subscriptions(times: Times, held: Held) -> int:
    with _looking():
        ids = retention_held.subscriptions(times, held, PAPERS_AT_ONCE)
    return retention_held.take_subscriptions(ids) if ids else 0


def _walk(
    find: Callable[[Times, Held, UUID | None, int], list[UUID]], take: Callable[[UUID, Times], int], times: Times, held: Held
) -> Callable[[], int]:
    """Go once through what is old, a few at a time: some of it stays for now, because it is unpaid or hangs together with younger papers."""
    after: UUID | None = None

    def piece() -> int:
        nonlocal after
        while True:
            with _looking():
                ids = find(times, held, after, PAPERS_AT_ONCE)
            if not ids:
                return 0
            after = ids[-1]
            done = sum(take(each, times) for each in ids)
            if done:
                return done
            release()

    return piece


def _page_counts(on: date) -> int:
    old = sa.select(PageCount.id).where(PageCount.day < on - relativedelta(months=COUNTS_MONTHS)).limit(AT_ONCE)
    return _gone(sa.delete(PageCount).where(PageCount.id.in_(old)))


def _old_runs(on: date) -> int:
    return _gone(sa.delete(RetentionRun).where(RetentionRun.day < on - RUNS_KEPT))


def _gone(statement: sa.Delete) -> int:
    return len(db.session.execute(statement.returning(sa.literal(1)), execution_options={"synchronize_session": False}).all())


@contextmanager
def _looking() -> Iterator[None]:
    """A transaction that only reads, and is over before the next one writes."""
    release()
    with reading():
        yield
    release()


def _begin(on: date) -> None:
    if db.session.scalar(sa.select(RetentionRun.id).where(RetentionRun.day == on)) is None:
        db.session.add(RetentionRun(day=on))
        keep()
    else:
        release()


def _note(on: date, name: str, done: int) -> None:
    run = db.session.scalars(sa.select(RetentionRun).where(RetentionRun.day == on).with_for_update()).one()
    run.removed = {**run.removed, name: run.removed.get(name, 0) + done}


def _finish(on: date) -> None:
    run = db.session.scalars(sa.select(RetentionRun).where(RetentionRun.day == on)).one()
    run.finished_at = run.finished_at or clock.now()


def last_run() -> RetentionRun | None:
    """The latest run at the operator in force."""
    return db.session.scalar(sa.select(RetentionRun).order_by(RetentionRun.day.desc()).limit(1))
