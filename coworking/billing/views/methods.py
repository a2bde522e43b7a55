"""Saved cards and accounts: what is kept, which is charged, add and remove."""

from contextlib import suppress
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import i18n, once
from coworking.core.db import writing
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.core.settings import config
from coworking.core.web import forms_lead_to
from coworking.payments.failures import PaymentError
from coworking.payments.opening import redirect_origins
from coworking.payments.port import Offer

from .. import accounts, gateways, methods
from .blueprint import blueprint, own_account, own_accounts, own_method


@blueprint.get("/billing/methods")
@requires(Permission.HAVE_ACCOUNT)
def payment_methods() -> Response:
    """What is saved, account by account."""
    return _page()


@blueprint.post("/billing/methods")
@requires(Permission.HAVE_ACCOUNT)
def add_method() -> Response:
    """On to the provider's page, where a card or account is saved. Card numbers never come here."""
    wanted = request.form.get("account", "")
    mine = own_accounts() or [accounts.account_of(current_user)]
    account = next((each for each in mine if str(each.id) == wanted), mine[0])
    key = once.id_of(request.form, by=current_user.id)
    back = url_for("billing.method_added", account_id=account.id, _external=True)
    try:
        return go(methods.start_saving(account, key, back, url_for("billing.payment_methods", _external=True)).url)
    except PaymentError as error:
        return _page(refused=str(error.failure.sentence), status=422)


@blueprint.get("/billing/methods/<uuid:account_id>/added")
@requires(Permission.HAVE_ACCOUNT)
def method_added(account_id: UUID) -> Response:
    """Back from the provider's page: our list becomes what the provider's is, whatever the address says."""
    own_account(account_id)
    with suppress(PaymentError), writing():
        methods.sync(account_id)
    return go(url_for("billing.payment_methods"))


@blueprint.post("/billing/methods/<uuid:method_id>/default")
@requires(Permission.HAVE_ACCOUNT)
def choose_method(method_id: UUID) -> Response:
    """Charge this one from now on."""
    with suppress(PaymentError):
        methods.choose_default(own_method(method_id))
    flash(_("This is charged from now on."))
    return go(url_for("billing.payment_methods"))


@blueprint.post("/billing/methods/<uuid:method_id>/removal")
@requires(Permission.HAVE_ACCOUNT)
def remove_method(method_id: UUID) -> Response:
    """Forget it."""
    with suppress(PaymentError):
        methods.remove(own_method(method_id))
    flash(_("Removed. It is not charged any more."))
    return go(url_for("billing.payment_methods"))


@blueprint.post("/billing/accounts/<uuid:account_id>/portal")
@requires(Permission.HAVE_ACCOUNT)
def open_portal(account_id: UUID) -> Response:
    """On to the provider's own page of cards and receipts; our list follows on the way back."""
    try:
        return go(methods.portal(own_account(account_id), url_for("billing.method_added", account_id=account_id, _external=True), i18n.language()))
    except PaymentError as error:
        return _page(refused=str(error.failure.sentence), status=422)


@blueprint.post("/billing/accounts/<uuid:account_id>/by-invoice")
@requires(Permission.HAVE_ACCOUNT)
def pay_by_invoice(account_id: UUID) -> Response:
    """Charge nothing by itself any more."""
    methods.pay_by_invoice(own_account(account_id))
    flash(_("Nothing is charged by itself any more. You pay each invoice when it comes."))
    return go(url_for("billing.payment_methods"))


def _page(refused: str = "", status: int = 200) -> Response:
    mine = [(account, methods.saved(account)) for account in own_accounts()]
    offered = Offer.SAVED_METHODS in gateways.payments().offers
    answer = page("billing/methods.html", status=status, mine=mine, offered=offered, refused=refused)
    return forms_lead_to(answer, redirect_origins(config()))
