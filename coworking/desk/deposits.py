"""Deposits at the desk: asked for, held, returned or kept for a reason."""

from decimal import Decimal
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.billing import deposits as rules
from coworking.billing.models import Account, Deposit
from coworking.core.db import db
from coworking.core.money import from_decimal
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.payments.failures import PaymentError

from .blueprint import blueprint
from .money_forms import DepositForm

A_PAGE = 100


@blueprint.get("/deposits")
@requires(Permission.SEE_PAPERS)
def deposits() -> Response:
    """Those asked for or held, the oldest first."""
    held = list(rules.held())
    number = request.args.get("page", 1, type=int)
    number = number if 1 <= number <= 10_000 else 1
    shown = held[(number - 1) * A_PAGE : number * A_PAGE]
    names = {row.account_id: db.session.get_one(Account, row.account_id).name for row in shown}
    return page("desk/money/deposits.html", rows=shown, names=names, more=len(held) > number * A_PAGE, number=number)


@blueprint.get("/deposits/<uuid:deposit_id>")
@requires(Permission.REFUND)
def deposit(deposit_id: UUID) -> Response:
    """One deposit, and the form that ends it."""
    return _shown(_deposit(deposit_id), DepositForm(formdata=None))


@blueprint.post("/deposits/<uuid:deposit_id>/return")
@requires(Permission.REFUND)
def return_deposit(deposit_id: UUID) -> Response:
    """Give it back, but for what is kept for a reason."""
    row, form = _deposit(deposit_id), DepositForm()
    if not form.validate_on_submit():
        return _shown(row, form, 422)
    keep = from_decimal(form.keep.data or Decimal(0), row.currency)
    if keep.minor > row.amount:
        form.keep.errors = [_("The deposit is less than that")]
        return _shown(row, form, 422)
    if keep.minor and not form.reason.data:
        form.reason.errors = [_("Say why you keep it. The payer reads it.")]
        return _shown(row, form, 422)
    try:
        rules.finish(row, keep, form.reason.data or "", by=current_user.id)
    except rules.NotHeld:
        return _shown(_deposit(deposit_id), form, 409)
    except PaymentError as error:
        form.keep.errors = [str(error.failure.sentence)]
        return _shown(_deposit(deposit_id), form, 422)
    flash(_("Done."), "success")
    return go(url_for("desk.deposits"))


def _deposit(deposit_id: UUID) -> Deposit:
    return db.session.get(Deposit, deposit_id) or abort(404)


def _shown(row: Deposit, form: DepositForm, status: int = 200) -> Response:
    account = db.session.get_one(Account, row.account_id)
    return page("desk/money/deposit.html", status=status, deposit=row, account=account, form=form, form_errors=status >= 400)
