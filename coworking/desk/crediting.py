"""Crediting an invoice: all of it, or what is typed line by line."""

from decimal import Decimal
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _

from coworking.billing import crediting, sending
from coworking.billing.crediting import TooMuch
from coworking.billing.models import Invoice
from coworking.core.forms import one_line
from coworking.core.money import Money, from_decimal
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires

from .billing_forms import MOST
from .blueprint import blueprint
from .invoices import issued


@blueprint.get("/invoices/<uuid:invoice_id>/credit-notes")
@requires(Permission.ISSUE_INVOICES)
def new_credit_note(invoice_id: UUID) -> Response:
    """The form: each line with what is left of it."""
    return _form(_invoice(invoice_id))


@blueprint.post("/invoices/<uuid:invoice_id>/credit-notes")
@requires(Permission.ISSUE_INVOICES)
def credit_invoice(invoice_id: UUID) -> Response:
    """Issue the credit note and mail it."""
    found = _invoice(invoice_id)
    reason = one_line(request.form.get("reason"))[:500]
    amounts = _amounts(found)
    if not reason:
        return _form(found, _("Say why: the reason is printed on the credit note."), 422)
    if amounts is None:
        return _form(found, _("Enter amounts like 350 or 349.50, and nothing where nothing is credited."), 422)
    if amounts == {} and not request.form.get("all"):
        return _form(found, _("Enter what is credited on at least one line."), 422)
    try:
        note = crediting.credit(found, None if request.form.get("all") else amounts, reason)
    except TooMuch:
        return _form(found, _("That is more than what is left of a line. Nothing was credited."), 422)
    sending.send(note)
    flash(_("Credited by %(number)s.", number=note.label))
    return go(url_for("desk.invoice", invoice_id=note.id))


def _invoice(invoice_id: UUID) -> Invoice:
    found = issued(invoice_id)
    return found if not found.is_credit_note else abort(404)


def _amounts(found: Invoice) -> dict[UUID, Money | None] | None:
    """Gross amounts by line as typed; None where one can't be read."""
    amounts: dict[UUID, Money | None] = {}
    for line in found.lines:
        typed = one_line(request.form.get(f"line-{line.id}")).replace(" ", "").replace(",", ".")
        if not typed:
            continue
        whole, _point, part = typed.partition(".")
        plain = typed.isascii() and whole.isdigit() and (not part or part.isdigit()) and len(typed) < 14 and len(part) < 3
        if not plain or not 0 < Decimal(typed) <= MOST:
            return None
        sign = -1 if line.gross < 0 else 1
        amounts[line.id] = from_decimal(Decimal(typed) * sign, found.currency)
    return amounts


def _form(found: Invoice, refusal: str = "", status: int = 200) -> Response:
    rest = crediting.left(found)
    typed = {line.id: request.form.get(f"line-{line.id}", "") for line in found.lines}
    return page("desk/money/credit.html", status=status, paper=found, left=rest, typed=typed, reason=request.form.get("reason", ""), refusal=refusal)
