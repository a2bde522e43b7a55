"""Where the provider's books and ours differ: each difference by its name, until both agree."""

from uuid import UUID

from flask import Response, abort, flash, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from coworking.billing import differences, gateways, refunding
from coworking.billing.models import Payment, ReconciliationDifference
from coworking.core.db import db
from coworking.core.jobs import enqueue
from coworking.core.money import Money
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires

from .blueprint import blueprint
from .money_forms import NoteForm

NAMES = {
    "missing_here": lazy_gettext("The payment service has a payment that we don’t know"),
    "missing_there": lazy_gettext("We count a payment that the payment service does not have"),
    "amount": lazy_gettext("Another amount was paid than was asked for"),
    "currency": lazy_gettext("Paid in another currency than asked for"),
    "state": lazy_gettext("The payment service counts it differently from us"),
    "refund": lazy_gettext("Money went back at the payment service without us"),
}


@blueprint.get("/reconciliation")
@requires(Permission.SEE_PAPERS)
def reconciliation() -> Response:
    """Every difference that stands."""
    return _page()


@blueprint.post("/reconciliation")
@requires(Permission.TAKE_PAYMENTS)
def compare_books() -> Response:
    """Lay the books side by side now."""
    enqueue("billing.reconcile_here")
    flash(_("The books are compared now. Load this page again in a minute."))
    return go(url_for("desk.reconciliation"))


@blueprint.post("/reconciliation/<uuid:difference_id>/refund")
@requires(Permission.REFUND)
def take_over_refund(difference_id: UUID) -> Response:
    """Write down a refund that was made on the provider's own page."""
    row = _difference(difference_id)
    if row.kind != "refund" or row.payment_id is None:
        abort(404)
    try:
        refunding.adopt(row, current_user.id)
    except refunding.TooMuch:
        return _page(422, _("More went back than we have of this payment. Look at it at the payment service."))
    flash(_("Written down."), "success")
    return go(url_for("desk.reconciliation"))


@blueprint.post("/reconciliation/<uuid:difference_id>/closing")
@requires(Permission.TAKE_PAYMENTS)
def close_difference(difference_id: UUID) -> Response:
    """Say what it was. If the books still differ tonight, it comes back."""
    row, form = _difference(difference_id), NoteForm()
    if not form.validate_on_submit():
        return _page(422, str((form.note.errors or [_("Say what it was")])[0]))
    differences.close(row, form.note.data or "")
    flash(_("Closed."))
    return go(url_for("desk.reconciliation"))


def _difference(difference_id: UUID) -> ReconciliationDifference:
    return db.session.get(ReconciliationDifference, difference_id) or abort(404)


def _page(status: int = 200, refused: str = "") -> Response:
    rows = [
        {
            "row": row, "name": NAMES.get(row.kind, row.kind), "payment": db.session.get(Payment, row.payment_id) if row.payment_id else None,
            "ours": Money(row.ours, _currency(row)) if row.ours is not None else None,
            "theirs": Money(row.theirs, row.currency) if row.theirs is not None else None,
        }
        for row in differences.standing()[:200]
    ]  # fmt: skip
    connected = gateways.gateway() is not None
    return page("desk/money/reconciliation.html", status=status, rows=rows, refused=refused, connected=connected, form_errors=status >= 400)


def _currency(row: ReconciliationDifference) -> str:
    payment = db.session.get(Payment, row.payment_id) if row.payment_id else None
    return payment.currency if payment is not None else row.currency
