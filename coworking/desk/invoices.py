"""Every paper of the house: found, read, saved as a list, sent again."""

import csv
import io
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import joinedload

from coworking.billing import balance, crediting, papers, sending, words
from coworking.billing.models import Account, Invoice, InvoiceKind, InvoiceState
from coworking.core import clock
from coworking.core.db import db
from coworking.core.folding import fold, folded
from coworking.core.forms import one_line
from coworking.core.money import Money
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.papers.paper import DoesNotAddUp, LacksMention
from coworking.privacy.register.terms import Purpose

from .blueprint import blueprint
from .looking import looked
from .people import harmless

A_PAGE = 25
STATES = ("", "open", "overdue", "paid", "draft", "credit")


@blueprint.get("/invoices")
@requires(Permission.SEE_PAPERS)
def invoices() -> Response:
    """Papers, newest first, narrowed by ``state`` and by name or number."""
    q, state, number = _wish()
    found = list(db.session.scalars(_query(q, state).offset((number - 1) * A_PAGE).limit(A_PAGE + 1)))
    return page(
        "desk/money/invoices.html",
        fragment="results",
        papers=found[:A_PAGE],
        more=len(found) > A_PAGE,
        owed=balance.open_amounts([each.id for each in found]),
        q=q,
        state=state,
        number=number,
        today=_today(),
        words=words,
    )


@blueprint.get("/invoices.csv")
@requires(Permission.SEE_PAPERS)
def invoices_file() -> Response:
    """The same list, whole, as CSV (RFC 4180) that no spreadsheet runs."""
    looked(None, Purpose.PAYMENT)
    q, state, _number = _wish()
    found = list(db.session.scalars(_query(q, state)))
    owed = balance.open_amounts([each.id for each in found])
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["number", "kind", "issued", "due", "payer", "currency", "net", "vat", "gross", "open", "reference"])
    for each in found:
        writer.writerow(harmless(_row(each, owed.get(each.id, 0))))
    headers = {"Content-Disposition": "attachment; filename=invoices.csv"}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.get("/invoices/<uuid:invoice_id>")
@requires(Permission.SEE_PAPERS)
def invoice(invoice_id: UUID) -> Response:
    """One paper: what it says, what became of it, what can be done."""
    found = paper(invoice_id)
    if found.account.person_id is not None:
        looked(found.account.person_id, Purpose.PAYMENT)
    return shown(found)


@blueprint.get("/invoices/<uuid:invoice_id>.pdf")
@requires(Permission.SEE_PAPERS)
def invoice_pdf(invoice_id: UUID) -> Response:
    """The PDF of an issued paper."""
    found = issued(invoice_id)
    return file(papers.pdf(found), "application/pdf", papers.file_name(found, "pdf"))


@blueprint.get("/invoices/<uuid:invoice_id>.xml")
@requires(Permission.SEE_PAPERS)
def invoice_xml(invoice_id: UUID) -> Response:
    """The electronic invoice (UBL); back to its page where the seller's or buyer's data don't make one."""
    found = issued(invoice_id)
    try:
        return file(papers.xml(found), "application/xml", papers.file_name(found, "xml"))
    except (LacksMention, DoesNotAddUp):
        flash(_("There is no electronic invoice of it: an address or an organisation number is missing."))
        return go(url_for("desk.invoice", invoice_id=found.id))


@blueprint.post("/invoices/<uuid:invoice_id>/sendings")
@requires(Permission.ISSUE_INVOICES)
def send_invoice(invoice_id: UUID) -> Response:
    """Mail the paper once more."""
    found = issued(invoice_id)
    if not sending.send(found, current_user.id):
        return shown(found, _("There is no e-mail address to send it to. Add one to the account first."), 422)
    flash(_("It is on its way to %(address)s.", address=found.account.email))
    return go(url_for("desk.invoice", invoice_id=found.id))


def paper(invoice_id: UUID) -> Invoice:
    """The paper of an address; 404 when there is none."""
    return db.session.get(Invoice, invoice_id) or abort(404)


def issued(invoice_id: UUID) -> Invoice:
    """The paper of an address, once it is out; 404 otherwise."""
    found = paper(invoice_id)
    return found if found.is_issued else abort(404)


def shown(found: Invoice, refusal: str = "", status: int = 200, **forms: FlaskForm) -> Response:
    """The page of a paper, with what was refused on top, and forms as they were sent."""
    owed = balance.open_amount(found)
    return page(
        "desk/money/invoice.html" if found.is_issued else "desk/money/draft.html",
        status=status,
        paper=found,
        heading=words.heading(found),
        tag=words.standing(found, owed.minor, _today()),
        owed=owed,
        notes=crediting.notes_of(found),
        creditable=found.is_issued and not found.is_credit_note and any(share.gross for share in crediting.left(found).values()),
        sendings=sending.sendings(found),
        refusal=refusal,
        form=forms.get("form"),
        note_form=forms.get("note_form"),
    )


def file(data: bytes, content_type: str, name: str) -> Response:
    """A file to keep. Its name is made of our own letters and digits."""
    return Response(data, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _wish() -> tuple[str, str, int]:
    state, number = request.args.get("state", ""), request.args.get("page", 1, type=int)
    return one_line(request.args.get("q"))[:120], state if state in STATES else "", number if 1 <= number <= 10_000 else 1


def _query(q: str, state: str) -> sa.Select[Invoice]:
    same = sa.and_(Account.id == Invoice.account_id, Account.operator_id == Invoice.operator_id)
    query = sa.select(Invoice).join(Account, same).options(joinedload(Invoice.account)).order_by(Invoice.created_at.desc(), Invoice.id)
    told = folded(Invoice.label + " " + Account.name + " " + Invoice.reference)
    for word in fold(q).split()[:5]:
        query = query.where(told.contains(word, autoescape=True))
    return query.where(*_in(state))


def _in(state: str) -> list[sa.ColumnElement[bool]]:
    is_issued = Invoice.state == InvoiceState.ISSUED.value
    is_invoice = Invoice.kind == InvoiceKind.INVOICE.value
    wanted: dict[str, list[sa.ColumnElement[bool]]] = {
        "open": [is_issued, is_invoice, balance.OPEN > 0],
        "overdue": [is_issued, is_invoice, balance.OPEN > 0, Invoice.due_on < _today()],
        "paid": [is_issued, is_invoice, balance.OPEN <= 0],
        "draft": [Invoice.state == InvoiceState.DRAFT.value],
        "credit": [Invoice.kind == InvoiceKind.CREDIT_NOTE.value],
    }
    return wanted.get(state, [])


def _row(each: Invoice, owed: int) -> list[str]:
    name = each.buyer.get("name") or each.account.label
    days = [day.isoformat() if day else "" for day in (each.issued_on, each.due_on)]
    money = [str(Money(minor, each.currency).decimal) for minor in (each.net, each.vat, each.gross, owed)]
    return [each.label, each.kind if each.is_issued else "draft", *days, name, each.currency, *money, each.reference]


def _today() -> date:
    return clock.today(g.operator.zone)
