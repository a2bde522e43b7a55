"""Bill runs: look first, start, watch, stop, take up again."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.billing import bill_preview, bill_runs, words
from coworking.billing.bill_runs import AlreadyRunning
from coworking.billing.models import Account, BillRun
from coworking.core import clock
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires

from .billing_forms import RunForm
from .blueprint import blueprint

SHOWN = 24


@blueprint.get("/bill-runs")
@requires(Permission.SEE_PAPERS)
def runs() -> Response:
    """What a run would bill today or by the day in the address, and the runs of before."""
    day = request.args.get("until", "")
    until = _day(day)
    form = RunForm(formdata=None, until=until or clock.today(g.operator.zone))
    if day and until is None:
        form = RunForm(formdata=request.args)
        form.validate()
    return _page(form, until or clock.today(g.operator.zone))


@blueprint.post("/bill-runs")
@requires(Permission.ISSUE_INVOICES)
def start_run() -> Response:
    """Start one."""
    form, today = RunForm(), clock.today(g.operator.zone)
    if not form.validate_on_submit() or form.until.data is None:
        return _page(form, today, 422)
    try:
        run = bill_runs.start(form.until.data, today, current_user)
    except AlreadyRunning:
        other = bill_runs.under_way()
        flash(_("A bill run is under way already."))
        return go(url_for("desk.run", run_id=other.id) if other else url_for("desk.runs"))
    return go(url_for("desk.run", run_id=run.id))


@blueprint.get("/bill-runs/<uuid:run_id>")
@requires(Permission.SEE_PAPERS)
def run(run_id: UUID) -> Response:
    """How far it is, what came of it, and what could not be billed."""
    found = _run(run_id)
    return page("desk/money/bill_run.html", fragment="progress", run=found, trouble=_trouble(found))


@blueprint.post("/bill-runs/<uuid:run_id>/stop")
@requires(Permission.ISSUE_INVOICES)
def stop_run(run_id: UUID) -> Response:
    """Stop after the account at hand."""
    found = _run(run_id)
    bill_runs.stop(found)
    return go(url_for("desk.run", run_id=found.id))


@blueprint.post("/bill-runs/<uuid:run_id>/resumption")
@requires(Permission.ISSUE_INVOICES)
def resume_run(run_id: UUID) -> Response:
    """Go on where it stopped."""
    found = _run(run_id)
    try:
        bill_runs.resume(found)
    except AlreadyRunning:
        flash(_("Another bill run is under way. Wait until it is done."))
    return go(url_for("desk.run", run_id=found.id))


def _run(run_id: UUID) -> BillRun:
    return db.session.get(BillRun, run_id) or abort(404)


def _page(form: RunForm, until: date, status: int = 200) -> Response:
    before = list(db.session.scalars(sa.select(BillRun).order_by(BillRun.created_at.desc()).limit(SHOWN)))
    seen = bill_preview.preview(until)
    return page(
        "desk/money/bill_runs.html", status=status, form=form, until=until, seen=seen, runs=before, going=bill_runs.under_way(), odd=words.ODD
    )


def _trouble(found: BillRun) -> list[tuple[Account, str]]:
    named = [text.partition(" ") for text in found.trouble]
    accounts = {row.id: row for row in db.session.scalars(sa.select(Account).where(Account.id.in_([UUID(key) for key, _space, _why in named])))}
    return [(accounts[UUID(key)], str(words.TROUBLE.get(why, words.ELSE_TROUBLE))) for key, _space, why in named if UUID(key) in accounts]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
