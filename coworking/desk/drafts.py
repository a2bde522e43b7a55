"""Drafts: made from what is open, edited line by line, issued or dropped."""

from datetime import date
from uuid import UUID

from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.billing import drafting, invoicing, sending
from coworking.billing.home_currency import NoRate
from coworking.billing.invoicing import AlreadyIssued, NothingToBill
from coworking.billing.models import Charge, Invoice
from coworking.core import clock, once
from coworking.core.db import db
from coworking.core.money import from_decimal
from coworking.core.pages import go
from coworking.core.permissions import Permission, requires
from coworking.tax.rates import UnknownCountry, VatClass

from .accounts import account_at
from .billing_forms import ChargeForm, NoteForm
from .blueprint import blueprint
from .invoices import paper, shown


@blueprint.post("/accounts/<uuid:account_id>/drafts")
@requires(Permission.ISSUE_INVOICES)
def make_draft(account_id: UUID) -> Response:
    """A draft of everything that is open, due or not."""
    account = account_at(account_id)
    currency = request.form.get("currency", "")
    try:
        made = invoicing.draft(account, date.max, currency if len(currency) == 3 else "")
    except UnknownCountry:
        abort(409)
    if made is None:
        flash(_("Nothing is open. Add a charge first."))
        return go(url_for("desk.account", account_id=account.id))
    return go(url_for("desk.invoice", invoice_id=made.id))


@blueprint.post("/invoices/<uuid:invoice_id>/lines")
@requires(Permission.ISSUE_INVOICES)
def add_draft_line(invoice_id: UUID) -> Response:
    """A line by hand."""
    found, form = _draft(invoice_id), ChargeForm()
    if not form.validate_on_submit():
        return shown(found, status=422, form=form)
    drafting.add_line(found, charge_of(form, found))
    return go(url_for("desk.invoice", invoice_id=found.id))


@blueprint.post("/invoices/<uuid:invoice_id>/lines/<uuid:line_id>/removal")
@requires(Permission.ISSUE_INVOICES)
def remove_draft_line(invoice_id: UUID, line_id: UUID) -> Response:
    """Take a line off."""
    found = _draft(invoice_id)
    line = next((each for each in found.lines if each.id == line_id), None) or abort(404)
    drafting.take_off(found, line)
    return go(url_for("desk.invoice", invoice_id=found.id))


@blueprint.post("/invoices/<uuid:invoice_id>/note")
@requires(Permission.ISSUE_INVOICES)
def note_draft(invoice_id: UUID) -> Response:
    """Keep the note."""
    found, form = _draft(invoice_id), NoteForm()
    if not form.validate_on_submit():
        return shown(found, status=422, note_form=form)
    drafting.say(found, form.note.data or "")
    flash(_("Saved."))
    return go(url_for("desk.invoice", invoice_id=found.id))


@blueprint.post("/invoices/<uuid:invoice_id>/issue")
@requires(Permission.ISSUE_INVOICES)
def issue_draft(invoice_id: UUID) -> Response:
    """Give it its number and mail it."""
    found = paper(invoice_id)
    try:
        invoicing.issue(found)
    except NothingToBill:
        return shown(found, _("There is nothing to bill: add a line, or drop the draft."), 422)
    except UnknownCountry:
        return shown(found, _("There is no VAT table for the country of a line. Take that line off first."), 422)
    except NoRate as missing:
        told = _(
            "This paper must say its VAT in %(home)s too. Enter what 1 %(currency)s is worth under Settings, Billing.",
            home=missing.home,
            currency=missing.currency,
        )
        return shown(found, told, 422)
    if sending.send(found):
        flash(_("Issued as %(number)s, and on its way to %(address)s.", number=found.label, address=found.account.email))
    else:
        flash(_("Issued as %(number)s. There is no e-mail address to send it to.", number=found.label))
    return go(url_for("desk.invoice", invoice_id=found.id))


@blueprint.post("/invoices/<uuid:invoice_id>/removal")
@requires(Permission.ISSUE_INVOICES)
def drop_draft(invoice_id: UUID) -> Response:
    """Drop a draft; what was on it is open again."""
    found = _draft(invoice_id)
    account_id = found.account_id
    invoicing.discard(found)
    flash(_("The draft is gone. What was on it is open again."))
    return go(url_for("desk.account", account_id=account_id))


@blueprint.app_template_global("blank_charge")
def blank_charge() -> ChargeForm:
    """The form of a line, empty."""
    return ChargeForm(formdata=None, tax_included=True)


@blueprint.app_template_global("blank_note")
def blank_note(found: Invoice) -> NoteForm:
    """The form of a draft's note, as it stands."""
    return NoteForm(formdata=None, note=found.note)


def charge_of(form: ChargeForm, found: Invoice) -> Charge:
    """The charge that a checked form describes, for the payer of a draft and in its currency."""
    assert form.amount.data is not None  # noqa: S101 - checked
    amount = from_decimal(form.amount.data, found.currency)
    key, today = once.id_of(request.form, by=current_user.id), clock.today(g.operator.zone)
    return drafting.charge_by_hand(
        found.account, key, form.text.data or "", amount, today, tax_included=form.tax_included.data, vat_class=VatClass(form.vat_class.data)
    )


def _draft(invoice_id: UUID) -> Invoice:
    found = paper(invoice_id)
    # Whoever else issues it meanwhile comes first or second, never in between.
    db.session.refresh(found, with_for_update=True)
    try:
        invoicing.refuse_issued(found)
    except AlreadyIssued:
        abort(409)
    return found
