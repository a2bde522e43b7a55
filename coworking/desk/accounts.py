"""An account at the desk: who pays, what is open, what was billed."""

from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.billing import accounts, balance, charging, drafting, statements, words
from coworking.billing.charging import AlreadyBilled
from coworking.billing.explaining import explain
from coworking.billing.forms import DetailsForm
from coworking.billing.models import Account, Charge, Invoice
from coworking.billing.views.details import keep_details
from coworking.core import clock, once, stale
from coworking.core.db import db
from coworking.core.forms import one_line
from coworking.core.money import from_decimal
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people.company import Company
from coworking.people.models import Person
from coworking.privacy.register.terms import Purpose
from coworking.tax.rates import VatClass

from .billing_forms import ChargeForm
from .blueprint import blueprint
from .looking import looked

A_PAGE = 25


@blueprint.post("/people/<uuid:person_id>/account")
@requires(Permission.ISSUE_INVOICES)
def open_account(person_id: UUID) -> Response:
    """To the person's own account, opened where there is none."""
    person = db.session.get(Person, person_id) or abort(404)
    return go(url_for("desk.account", account_id=accounts.account_of(person).id))


@blueprint.post("/companies/<uuid:company_id>/account")
@requires(Permission.ISSUE_INVOICES)
def open_company_account(company_id: UUID) -> Response:
    """To the company's account, opened where there is none."""
    company = db.session.get(Company, company_id) or abort(404)
    return go(url_for("desk.account", account_id=accounts.account_of_company(company).id))


@blueprint.get("/accounts/<uuid:account_id>")
@requires(Permission.SEE_PAPERS)
def account(account_id: UUID) -> Response:
    """One account."""
    found = account_at(account_id)
    if found.person_id is not None:
        looked(found.person_id, Purpose.PAYMENT)
    return _shown(found)


@blueprint.post("/accounts/<uuid:account_id>/charges")
@requires(Permission.ISSUE_INVOICES)
def add_charge(account_id: UUID) -> Response:
    """A charge by hand, for the next invoice."""
    found, form = account_at(account_id), ChargeForm()
    if not form.validate_on_submit():
        return _shown(found, form=form, status=422)
    assert form.amount.data is not None  # noqa: S101 - checked
    amount, key = from_decimal(form.amount.data, found.currency), once.id_of(request.form, by=current_user.id)
    today, kind = clock.today(g.operator.zone), VatClass(form.vat_class.data)
    drafting.charge_by_hand(found, key, form.text.data or "", amount, today, tax_included=form.tax_included.data, vat_class=kind)
    flash(_("Charged. It comes on the next invoice."))
    return go(url_for("desk.account", account_id=found.id))


@blueprint.post("/charges/<uuid:charge_id>/waiver")
@requires(Permission.ISSUE_INVOICES)
def waive_charge(charge_id: UUID) -> Response:
    """Drop a charge that is not billed yet."""
    charge = db.session.get(Charge, charge_id) or abort(404)
    reason = one_line(request.form.get("reason"))[:240]
    if not reason:
        return _shown(account_at(charge.account_id), refusal=_("Say why the charge is dropped: the payer can read it."), status=422)
    try:
        charging.waive(charge, reason)
    except AlreadyBilled:
        return _shown(account_at(charge.account_id), refusal=_("It is on an invoice already. Credit the invoice instead."), status=409)
    flash(_("Dropped."))
    return go(url_for("desk.account", account_id=charge.account_id))


@blueprint.get("/charges/<uuid:charge_id>")
@requires(Permission.SEE_PAPERS)
def charge(charge_id: UUID) -> Response:
    """Why a charge is what it is."""
    found = db.session.get(Charge, charge_id) or abort(404)
    invoice = db.session.get(Invoice, found.invoice_id) if found.invoice_id else None
    back = [(each, explain(each)) for each in charging.given_back(found)]
    return page("desk/money/charge.html", charge=found, said=explain(found), invoice=invoice, back=back)


@blueprint.get("/accounts/<uuid:account_id>/details")
@requires(Permission.ISSUE_INVOICES)
def account_details(account_id: UUID) -> Response:
    """The form of who is billed."""
    found = account_at(account_id)
    return page("desk/money/account_details.html", account=found, form=DetailsForm(formdata=None, obj=found).marked())


@blueprint.post("/accounts/<uuid:account_id>/details")
@requires(Permission.ISSUE_INVOICES)
def save_account_details(account_id: UUID) -> Response:
    """Keep who is billed."""
    found, form = account_at(account_id), DetailsForm()
    if not form.validate_on_submit():
        return page("desk/money/account_details.html", status=422, account=found, form=form)
    stale.hold(found)
    if form.is_stale(DetailsForm(formdata=None, obj=found)):
        return page("desk/money/account_details.html", status=409, account=found, form=form)
    keep_details(found, form)
    flash(_("Saved. The next invoice carries it."))
    return go(url_for("desk.account", account_id=found.id))


@blueprint.get("/accounts/<uuid:account_id>/statement.pdf")
@requires(Permission.SEE_PAPERS)
def account_statement(account_id: UUID) -> Response:
    """This year's statement."""
    found, today = account_at(account_id), clock.today(g.operator.zone)
    made = statements.pdf(found, found.currency, today.replace(month=1, day=1), today)
    headers = {"Content-Disposition": f'attachment; filename="{found.number}-{today.year}.pdf"'}
    return Response(made, content_type="application/pdf", headers=headers)


def account_at(account_id: UUID) -> Account:
    """The account of an address; 404 when there is none."""
    return db.session.get(Account, account_id) or abort(404)


def _shown(found: Account, form: ChargeForm | None = None, refusal: str = "", status: int = 200) -> Response:
    number = min(max(request.args.get("page", 1, type=int), 1), 1000)
    wanted = sa.select(Invoice).where(Invoice.account_id == found.id).order_by(Invoice.created_at.desc())
    papers = list(db.session.scalars(wanted.offset((number - 1) * A_PAGE).limit(A_PAGE + 1)))
    return page(
        "desk/money/account.html",
        status=status,
        account=found,
        form=form or ChargeForm(formdata=None, tax_included=True),
        refusal=refusal,
        coming=[(charge, explain(charge)) for charge in charging.open_charges(found)],
        balance=list(balance.balance(found).values()),
        papers=papers[:A_PAGE],
        owed=balance.open_amounts([each.id for each in papers]),
        more=len(papers) > A_PAGE,
        number=number,
        today=clock.today(g.operator.zone),
        words=words,
    )
