"""Files from the bank: read, match to invoices, set aside."""

from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from coworking.billing import matching
from coworking.billing.bank_files import NotABankFile
from coworking.billing.models import BankFile, BankLine, Invoice, InvoiceKind, InvoiceState
from coworking.billing.payment_jobs import MATCH
from coworking.core.db import db
from coworking.core.forms import one_line
from coworking.core.jobs import enqueue
from coworking.core.money import Money
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires

from .blueprint import blueprint
from .money_forms import BankFileForm

A_PAGE = 25
STATES = (matching.OPEN, matching.MATCHED, matching.SET_ASIDE)


@blueprint.get("/payments/bank")
@requires(Permission.TAKE_PAYMENTS)
def bank() -> Response:
    """Lines that wait for their invoice, each with the likeliest; or with ``state`` those that are done."""
    return _page(BankFileForm(formdata=None))


@blueprint.post("/payments/bank")
@requires(Permission.TAKE_PAYMENTS)
def read_bank_file() -> Response:
    """Read a file. What carries an invoice's reference pays it at once; the rest waits for a person."""
    form = BankFileForm()
    sent = form.file.data
    if not form.validate_on_submit() or not sent:
        form.file.errors = [_("Choose a file from your bank")]
        return _page(form, 422)
    try:
        read = matching.take_in(one_line(sent.filename) or "file", sent.read(), g.operator, by=current_user.id)
    except NotABankFile as refusal:
        form.file.errors = [_why(refusal)]
        return _page(form, 422)
    except matching.FileKnown as known:
        form.file.errors = [_("This file was read before, on %(day)s. Nothing was counted twice.", day=known.file.read_at.date().isoformat())]
        return _page(form, 422)
    matched = matching.match_all()
    if matched == matching.A_BATCH:
        enqueue(MATCH)
    told = [
        ngettext("%(num)d new payment read.", "%(num)d new payments read.", read.new),
        ngettext("%(num)d matched by its reference.", "%(num)d matched by their references.", matched),
    ]
    if read.known:
        told.append(
            ngettext(
                "%(num)d was in an earlier file and is not counted again.", "%(num)d were in earlier files and are not counted again.", read.known
            )
        )
    flash(" ".join(told), "success")
    return go(url_for("desk.bank"))


@blueprint.post("/payments/bank/<uuid:line_id>/match")
@requires(Permission.TAKE_PAYMENTS)
def match_line(line_id: UUID) -> Response:
    """Let the line pay an invoice: one that was suggested, or one whose number was typed."""
    line = _line(line_id)
    label = one_line(request.form.get("label"))[:60]
    invoice = _invoice(label)
    if invoice is None:
        return _page(BankFileForm(formdata=None), 422, wrong=(line_id, _("No invoice has this number"), label))
    if invoice.currency != line.currency:
        told = _("This payment is in %(paid)s and the invoice in %(owed)s", paid=line.currency, owed=invoice.currency)
        return _page(BankFileForm(formdata=None), 422, wrong=(line_id, told, label))
    try:
        matching.match(line, invoice, by=current_user.id)
    except matching.NotOpen:
        return _page(BankFileForm(formdata=None), 409, wrong=(line_id, _("Somebody matched this line already"), label))
    flash(_("Matched to %(label)s.", label=invoice.label), "success")
    return go(url_for("desk.bank"))


@blueprint.post("/payments/bank/<uuid:line_id>/set-aside")
@requires(Permission.TAKE_PAYMENTS)
def set_line_aside(line_id: UUID) -> Response:
    """It is for something else."""
    matching.set_aside(_line(line_id), one_line(request.form.get("note"))[:240])
    flash(_("Set aside. You find it under Set aside."))
    return go(url_for("desk.bank"))


@blueprint.post("/payments/bank/<uuid:line_id>/reopening")
@requires(Permission.TAKE_PAYMENTS)
def take_line_up(line_id: UUID) -> Response:
    """Look for its invoice again."""
    matching.take_up(_line(line_id))
    return go(url_for("desk.bank"))


def _page(form: BankFileForm, status: int = 200, wrong: tuple[UUID, str, str] | None = None) -> Response:
    state = request.args.get("state", matching.OPEN)
    state = state if state in STATES else matching.OPEN
    number = request.args.get("page", 1, type=int)
    number = number if 1 <= number <= 10_000 else 1
    lines = matching.waiting(A_PAGE + 1, (number - 1) * A_PAGE, state)
    counts = {row[0]: row[1] for row in db.session.execute(sa.select(BankLine.state, sa.func.count()).group_by(BankLine.state))}
    rows = [(line, Money(line.amount, line.currency), matching.suggestions(line) if state == matching.OPEN else []) for line in lines[:A_PAGE]]
    last = db.session.scalar(sa.select(BankFile).order_by(BankFile.read_at.desc()).limit(1))
    return page(
        "desk/money/bank.html", status=status, form=form, form_errors=status >= 400, rows=rows, more=len(lines) > A_PAGE,
        number=number, state=state, counts=counts, wrong=wrong, last=last,
    )  # fmt: skip


def _line(line_id: UUID) -> BankLine:
    return db.session.get(BankLine, line_id) or abort(404)


def _invoice(label: str) -> Invoice | None:
    issued = (Invoice.kind == InvoiceKind.INVOICE.value, Invoice.state == InvoiceState.ISSUED.value)
    return db.session.scalar(sa.select(Invoice).where(sa.func.upper(Invoice.label) == label.upper(), *issued)) if label else None


def _why(refusal: NotABankFile) -> str:
    if refusal.why == "empty":
        return _("This file is empty. Nothing was read.")
    if refusal.why == "too_large":
        return _("This file is larger than 8 MB. Ask your bank for a shorter time. Nothing was read.")
    if refusal.why == "broken":
        return _("This file is cut off or damaged. Download it again from your bank. Nothing was read.")
    if refusal.seen:
        return _(
            "We don’t know this file. It begins with: %(seen)s. Ask your bank for camt.053 or for CSV with headings. Nothing was read.",
            seen=refusal.seen,
        )
    return _("We don’t know this file. Ask your bank for camt.053 or for CSV with headings. Nothing was read.")
