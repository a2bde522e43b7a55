"""What a member sees of their bills: what is open, every paper, and files of each."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import clock
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.papers.paper import DoesNotAddUp, LacksMention

from .. import balance, crediting, papers, statements, words
from ..accounts import readable_by
from ..charging import open_charges
from ..explaining import explain
from ..models import Invoice, InvoiceState
from .blueprint import blueprint, own_account, own_accounts, own_invoice

A_PAGE = 20


@blueprint.get("/billing")
@requires(Permission.HAVE_ACCOUNT)
def index() -> Response:
    """What is open, what comes next, and every paper, newest first."""
    number = min(max(request.args.get("page", 1, type=int), 1), 1000)
    accounts = own_accounts()
    issued = (Invoice.account_id.in_(readable_by(current_user)), Invoice.state == InvoiceState.ISSUED.value)
    wanted = sa.select(Invoice).where(*issued).order_by(Invoice.issued_at.desc()).offset((number - 1) * A_PAGE).limit(A_PAGE + 1)
    found = list(db.session.scalars(wanted))
    return page(
        "billing/index.html",
        accounts=accounts,
        open=[(invoice, balance.open_amount(invoice)) for account in accounts for invoice in balance.open_invoices(account)],
        credit=[credit for account in accounts for credit in balance.credit_left(account).values()],
        coming=[(charge, explain(charge)) for account in accounts for charge in open_charges(account)],
        papers=found[:A_PAGE],
        owed=balance.open_amounts([each.id for each in found]),
        more=len(found) > A_PAGE,
        number=number,
        today=clock.today(g.operator.zone),
        words=words,
    )


@blueprint.get("/billing/invoices/<uuid:invoice_id>")
@requires(Permission.HAVE_ACCOUNT)
def show(invoice_id: UUID) -> Response:
    """One paper on the screen, each line leading to its explanation."""
    invoice = own_invoice(invoice_id)
    owed, today = balance.open_amount(invoice), clock.today(g.operator.zone)
    tag = words.standing(invoice, owed.minor, today)
    return page("billing/show.html", paper=invoice, owed=owed, tag=tag, notes=crediting.notes_of(invoice), heading=words.heading(invoice))


@blueprint.get("/billing/invoices/<uuid:invoice_id>.pdf")
@requires(Permission.HAVE_ACCOUNT)
def pdf_file(invoice_id: UUID) -> Response:
    """The paper as PDF, the electronic invoice inside."""
    invoice = own_invoice(invoice_id)
    return download(papers.pdf(invoice), "application/pdf", papers.file_name(invoice, "pdf"))


@blueprint.get("/billing/invoices/<uuid:invoice_id>.xml")
@requires(Permission.HAVE_ACCOUNT)
def xml_file(invoice_id: UUID) -> Response:
    """The paper as an electronic invoice (UBL); back to its page where the seller's or buyer's data don't make one."""
    invoice = own_invoice(invoice_id)
    try:
        return download(papers.xml(invoice), "application/xml", papers.file_name(invoice, "xml"))
    except (LacksMention, DoesNotAddUp):
        flash(_("There is no electronic invoice of it: an address or an organisation number is missing."))
        return go(url_for("billing.show", invoice_id=invoice.id))


@blueprint.get("/billing/accounts/<uuid:account_id>/statement.pdf")
@requires(Permission.HAVE_ACCOUNT)
def statement_file(account_id: UUID) -> Response:
    """The account's statement of a year, this one unless the address names another."""
    account, today = own_account(account_id), clock.today(g.operator.zone)
    year = min(max(request.args.get("year", today.year, type=int), 2000), today.year)
    last = min(date(year, 12, 31), today)
    made = statements.pdf(account, account.currency, date(year, 1, 1), last)
    return download(made, "application/pdf", f"{account.number}-{year}.pdf")


def download(data: bytes, content_type: str, name: str) -> Response:
    """A file to keep. Its name is made of our own letters and digits."""
    return Response(data, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
