"""Payments at the desk: what came, what is recorded by hand, and what goes back."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from coworking.billing import freeing, recording, refunding
from coworking.billing.models import Account, Allocation, Invoice, InvoiceKind, InvoiceState, Payment, PaymentState
from coworking.core import clock, once
from coworking.core.db import db
from coworking.core.forms import one_line
from coworking.core.money import Money, from_decimal
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.payments.failures import Failure, PaymentError

from .blueprint import blueprint
from .money_forms import RecordForm, RefundForm

A_PAGE = 50


@blueprint.get("/payments")
@requires(Permission.SEE_PAPERS)
def payments() -> Response:
    """What came, the newest first, narrowed by ``q`` (payer) and ``state``."""
    q, state = one_line(request.args.get("q"))[:120], request.args.get("state", "")
    number = request.args.get("page", 1, type=int)
    number = number if 1 <= number <= 10_000 else 1
    wanted = sa.select(Payment).join(Account, Account.id == Payment.account_id).options(joinedload(Payment.account))
    if q:
        wanted = wanted.where(Account.name.icontains(q, autoescape=True))
    if state in {each.value for each in PaymentState}:
        wanted = wanted.where(Payment.state == state)
    rows = db.session.scalars(wanted.order_by(Payment.created_at.desc(), Payment.id).offset((number - 1) * A_PAGE).limit(A_PAGE + 1)).all()
    return page("desk/money/payments.html", fragment="results", rows=rows[:A_PAGE], more=len(rows) > A_PAGE, number=number, q=q, state=state)


@blueprint.get("/payments/<uuid:payment_id>")
@requires(Permission.SEE_PAPERS)
def payment(payment_id: UUID) -> Response:
    """One payment: what it paid, what went back."""
    row = _payment(payment_id)
    return _shown(row, RefundForm(formdata=None, data={"amount": refunding.left_of(row).decimal}))


@blueprint.post("/payments/<uuid:payment_id>/refunds")
@requires(Permission.REFUND)
def give_back(payment_id: UUID) -> Response:
    """Give part or all of it back."""
    row, form = _payment(payment_id), RefundForm()
    if not form.validate_on_submit():
        return _shown(row, form, 422)
    refund_id = once.id_of(request.form, by=current_user.id)
    amount = from_decimal(form.amount.data or Decimal(0), row.currency)
    try:
        made = refunding.refund(row, amount, form.reason.data or "", by=current_user.id, refund_id=refund_id)
    except refunding.TooMuch as refusal:
        form.amount.errors = [_("At most %(amount)s can be given back", amount=_plain(refusal.left))]
        return _shown(_payment(payment_id), form, 422)
    except PaymentError as error:
        form.amount.errors = [str(error.failure.sentence)]
        return _shown(_payment(payment_id), form, 422)
    if made.state == PaymentState.SUCCEEDED.value:
        flash(_("Given back."), "success")
    elif made.state == PaymentState.FAILED.value:
        flash(_sentence(made.failure), "error")
    else:
        flash(_("On its way back. It is asked for again until the payment service answers."))
    return go(url_for("desk.payment", payment_id=payment_id))


@blueprint.get("/payments/new")
@requires(Permission.TAKE_PAYMENTS)
def new_payment() -> Response:
    """The form for a transfer or cash, filled in for ``invoice`` where one is given."""
    paid_for = one_line(request.args.get("for"))[:60]
    return page("desk/money/record.html", form=RecordForm(formdata=None, data={"paid_for": paid_for, "day": clock.today(g.operator.zone)}))


@blueprint.post("/payments")
@requires(Permission.TAKE_PAYMENTS)
def record_payment() -> Response:
    """Write it down; the invoice is paid, or the oldest ones of that customer."""
    form = RecordForm()
    found = _meant(form.paid_for.data or "")
    if not form.validate_on_submit():
        return page("desk/money/record.html", status=422, form=form, form_errors=True)
    if found is None:
        form.paid_for.errors = [_("No invoice or customer has this number")]
        return page("desk/money/record.html", status=422, form=form, form_errors=True)
    account, invoice = found
    amount = from_decimal(form.amount.data or Decimal(0), invoice.currency if invoice is not None else account.currency)
    try:
        made = recording.record(
            account, amount, form.how.data, form.day.data or date.max, purpose=f"invoice:{invoice.id}" if invoice is not None else "",
            note=form.note.data or "", by=current_user.id, payment_id=once.id_of(request.form, by=current_user.id),
        )  # fmt: skip
    except recording.NotReceived:
        wrong = form.amount if amount.minor <= 0 else form.day
        wrong.errors = [_("Enter more than nothing") if amount.minor <= 0 else _("Enter a day that has come")]
        return page("desk/money/record.html", status=422, form=form, form_errors=True)
    flash(_("Recorded."), "success")
    return go(url_for("desk.payment", payment_id=made.id))


def _payment(payment_id: UUID) -> Payment:
    return db.session.get(Payment, payment_id) or abort(404)


def _shown(row: Payment, form: RefundForm, status: int = 200) -> Response:
    used = sa.func.sum(Allocation.amount)
    sums = sa.select(Allocation.invoice_id, used).where(Allocation.payment_id == row.id).group_by(Allocation.invoice_id).having(used != 0)
    paid = [(db.session.get_one(Invoice, invoice_id), int(amount)) for invoice_id, amount in db.session.execute(sums)]
    spare = Money(max(freeing.kept(row) - freeing.allocated(row), 0), row.currency)
    return page(
        "desk/money/payment.html", status=status, payment=row, form=form, form_errors=status >= 400,
        paid=[(invoice, Money(amount, invoice.currency)) for invoice, amount in paid],
        refunds=[(refund, Money(refund.amount, row.currency), _sentence(refund.failure)) for refund in refunding.refunds_of(row)],
        spare=spare, refundable=refunding.refundable(row), why=_sentence(row.failure),
    )  # fmt: skip


def _meant(number: str) -> tuple[Account, Invoice | None] | None:
    """Whom a number means: an invoice by its label, else a customer by theirs."""
    issued = (Invoice.kind == InvoiceKind.INVOICE.value, Invoice.state == InvoiceState.ISSUED.value)
    invoice = db.session.scalar(sa.select(Invoice).where(sa.func.upper(Invoice.label) == number.upper(), *issued))
    if invoice is not None:
        return invoice.account, invoice
    if not number.isdecimal() or len(number) > 9:
        return None
    account = db.session.scalar(sa.select(Account).where(Account.number == int(number)))
    return (account, None) if account is not None else None


def _sentence(failure: str) -> str:
    return str(Failure(failure).sentence) if failure in set(Failure) else ""


def _plain(amount: Money) -> str:
    return f"{amount.decimal} {amount.currency}"
