"""Unpaid invoices at the desk: where each stands, what comes next, and waiting a while."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from coworking.billing import balance, collecting
from coworking.billing import overdue as rules
from coworking.billing.models import Account, Arrears, Invoice
from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.money import Money
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.payments.failures import Failure

from .blueprint import blueprint

A_PAGE = 50
LONGEST_WAIT = 180
"""Days."""


@blueprint.get("/overdue")
@requires(Permission.SEE_PAPERS)
def overdue() -> Response:
    """Open cases, the oldest first."""
    return _page()


@blueprint.post("/overdue/<uuid:case_id>/pause")
@requires(Permission.TAKE_PAYMENTS)
def pause_case(case_id: UUID) -> Response:
    """Agree to wait for some days."""
    case = _case(case_id)
    days = request.form.get("days", type=int)
    if days is None or not 1 <= days <= LONGEST_WAIT:
        return _page(422, (case_id, _("Enter a number of days from 1 to %(most)d", most=LONGEST_WAIT)))
    rules.pause(case, clock.today(g.operator.zone) + timedelta(days=days))
    flash(_("Nothing happens until then, and a hold is lifted."))
    return go(url_for("desk.overdue"))


@blueprint.post("/overdue/<uuid:case_id>/resumption")
@requires(Permission.TAKE_PAYMENTS)
def resume_case(case_id: UUID) -> Response:
    """Wait no longer."""
    rules.resume(_case(case_id))
    flash(_("The time to pay begins now."))
    return go(url_for("desk.overdue"))


@blueprint.post("/overdue/<uuid:case_id>/charge")
@requires(Permission.TAKE_PAYMENTS)
def charge_case(case_id: UUID) -> Response:
    """Try the saved card or account now."""
    case = _case(case_id)
    collecting.ask_for(case.invoice_id, f"desk-{new_id().hex[:12]}")
    flash(_("The saved card is tried now. This page shows what came of it in a minute."))
    return go(url_for("desk.overdue"))


def _case(case_id: UUID) -> Arrears:
    case = db.session.get(Arrears, case_id)
    if case is None or case.closed_at is not None:
        abort(404)
    return case


def _page(status: int = 200, wrong: tuple[UUID, str] | None = None) -> Response:
    number = request.args.get("page", 1, type=int)
    number = number if 1 <= number <= 10_000 else 1
    wanted = (
        sa.select(Arrears, Invoice, Account)
        .join(Invoice, sa.and_(Invoice.id == Arrears.invoice_id, Invoice.operator_id == Arrears.operator_id))
        .join(Account, sa.and_(Account.id == Arrears.account_id, Account.operator_id == Arrears.operator_id))
        .where(Arrears.closed_at.is_(None))
        .options(selectinload(Arrears.steps))
        .order_by(Arrears.opened_at, Arrears.id)
    )
    found = db.session.execute(wanted.offset((number - 1) * A_PAGE).limit(A_PAGE + 1)).all()
    owed = balance.open_amounts([invoice.id for _case_, invoice, _account in found])
    rows = [
        {
            "case": case, "invoice": invoice, "account": account, "owed": Money(owed.get(invoice.id, 0), invoice.currency),
            "failure": next((str(Failure(step.failure).sentence) for step in reversed(case.steps) if step.failure in set(Failure)), ""),
            "waits": case.paused_until is not None and case.paused_until > clock.now(),
        }
        for case, invoice, account in found[:A_PAGE]
    ]  # fmt: skip
    return page("desk/money/overdue.html", status=status, rows=rows, more=len(found) > A_PAGE, number=number, wrong=wrong, form_errors=status >= 400)
