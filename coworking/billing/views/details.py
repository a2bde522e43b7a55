"""Who is billed: name, address and numbers that invoices carry."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import stale
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires

from .. import vat_checking
from ..accounts import account_of, known_account_of, proposed_account
from ..forms import DetailsForm
from ..models import Account
from .blueprint import blueprint, own_account, own_accounts


@blueprint.get("/billing/details")
@requires(Permission.HAVE_ACCOUNT)
def details() -> Response:
    """The details of the person's own account, as they would be where there is none yet."""
    own = known_account_of(current_user) or proposed_account(current_user)
    return _page(own, DetailsForm(formdata=None, obj=own).marked())


@blueprint.post("/billing/details")
@requires(Permission.HAVE_ACCOUNT)
def save_own_details() -> Response:
    """Open the person's own account, with the details that they sent."""
    form = DetailsForm()
    if not form.validate_on_submit():
        return _page(known_account_of(current_user) or proposed_account(current_user), form, 422)
    response: Response = save_details(account_of(current_user).id)
    return response


@blueprint.get("/billing/accounts/<uuid:account_id>/details")
@requires(Permission.HAVE_ACCOUNT)
def account_details(account_id: UUID) -> Response:
    """The details of one account."""
    account = own_account(account_id)
    return _page(account, DetailsForm(formdata=None, obj=account).marked())


@blueprint.post("/billing/accounts/<uuid:account_id>/details")
@requires(Permission.HAVE_ACCOUNT)
def save_details(account_id: UUID) -> Response:
    """Keep the details. Papers that are out keep what they said."""
    account, form = own_account(account_id), DetailsForm()
    if not form.validate_on_submit():
        return _page(account, form, 422)
    stale.hold(account)
    if form.is_stale(DetailsForm(formdata=None, obj=account)):
        return _page(account, form, 409)
    keep_details(account, form)
    flash(_("Saved. Your next invoice carries it."))
    return go(url_for("billing.account_details", account_id=account.id))


def keep_details(account: Account, form: DetailsForm) -> None:
    """Write what a checked form says; a new VAT number is checked anew."""
    before = account.country
    for name in ("name", "email", "street", "postcode", "city", "country", "is_business", "org_number", "order_reference"):
        setattr(account, name, form[name].data)
    if account.country != before:
        account.vat_check = ""
    vat_checking.take_number(account, form.vat_number.data or "")


def _page(account: Account, form: DetailsForm, status: int = 200) -> Response:
    return page("billing/details.html", status=status, account=account, accounts=own_accounts(), form=form)
