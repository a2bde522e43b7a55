"""Settings: the operator's own payment provider. Keys go in, and never come out again."""

import re

from flask import Response, flash, g, url_for
from flask_babel import gettext as _

from coworking.billing import connecting, gateways
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.core.settings import config
from coworking.core.web import forms_lead_to
from coworking.payments.failures import KeyRefused, PaymentError
from coworking.payments.opening import redirect_origins

from .blueprint import blueprint
from .money_forms import KeyForm, WebhookForm

_KEY = re.compile(r"(sk|rk)_(test|live)_[0-9A-Za-z_]{8,200}")
_SECRET = re.compile(r"whsec_[0-9A-Za-z_+/=-]{8,200}")


@blueprint.get("/settings/payments")
@requires(Permission.EDIT_BILLING)
def payment_settings() -> Response:
    """Who moves the money now, and the forms that change it."""
    return _page(KeyForm(formdata=None), WebhookForm(formdata=None))


@blueprint.post("/settings/payments")
@requires(Permission.EDIT_BILLING)
def connect_payments() -> Response:
    """Keep a key, once the provider has said whose it is, and have its messages sent here."""
    form = KeyForm()
    if not form.validate_on_submit():
        return _page(form, WebhookForm(formdata=None), 422)
    key = form.secret_key.data or ""
    if not _KEY.fullmatch(key):
        form.secret_key.errors = [_("A secret key begins with sk_ or rk_. You find it at Stripe under Developers, API keys.")]
        return _page(form, WebhookForm(formdata=None), 422)
    try:
        info = gateways.describe(key)
    except PaymentError as error:
        form.secret_key.errors = [str(error.failure.sentence)]
        return _page(form, WebhookForm(formdata=None), 422)
    gateways.connect(key, info)
    if gateways.watch(url_for("billing.stripe_webhook", _external=True)):
        flash(_("Connected to %(name)s.", name=info.name or info.ref), "success")
    else:
        flash(
            _("Connected to %(name)s. Its messages could not be set up by themselves: add the address below at Stripe.", name=info.name or info.ref)
        )
    return go(url_for("desk.payment_settings"))


@blueprint.post("/settings/payments/webhook")
@requires(Permission.EDIT_BILLING)
def keep_webhook_secret() -> Response:
    """Keep what signs messages that a person set up at the provider."""
    form = WebhookForm()
    if not form.validate_on_submit():
        return _page(KeyForm(formdata=None), form, 422)
    secret = form.secret.data or ""
    if not _SECRET.fullmatch(secret):
        form.secret.errors = [_("A signing secret begins with whsec_")]
        return _page(KeyForm(formdata=None), form, 422)
    gateways.keep_webhook_secret(secret)
    flash(_("Saved."))
    return go(url_for("desk.payment_settings"))


@blueprint.post("/settings/payments/test")
@requires(Permission.EDIT_BILLING)
def try_payments() -> Response:
    """Ask the provider whether the key still opens the account."""
    row = gateways.gateway()
    try:
        if row is None or not row.enabled:
            raise KeyRefused
        info = gateways.check(row)
        flash(_("It works. The account is %(name)s.", name=info.name or info.ref), "success")
        if not info.can_charge:
            flash(_("The account can’t take payments yet: Stripe still needs something from you."), "error")
    except PaymentError as error:
        flash(str(error.failure.sentence), "error")
    return go(url_for("desk.payment_settings"))


@blueprint.post("/settings/payments/connection")
@requires(Permission.EDIT_BILLING)
def start_connection() -> Response:
    """To Stripe's page, where the owner opens an account through the host."""
    back = url_for("desk.connection_back", _external=True)
    try:
        return go(connecting.start(g.operator, back, url_for("desk.payment_settings", _external=True)))
    except PaymentError as error:
        flash(str(error.failure.sentence), "error")
        return go(url_for("desk.payment_settings"))


@blueprint.get("/settings/payments/connection")
@requires(Permission.EDIT_BILLING)
def connection_back() -> Response:
    """Back from Stripe's page: asked anew what the account can do."""
    try:
        info = connecting.finish()
    except PaymentError as error:
        flash(str(error.failure.sentence), "error")
    else:
        if info is not None and info.can_charge:
            flash(_("Connected to %(name)s.", name=info.name or info.ref), "success")
        elif info is not None:
            flash(_("The account can’t take payments yet: Stripe still needs something from you."), "error")
    return go(url_for("desk.payment_settings"))


@blueprint.post("/settings/payments/end")
@requires(Permission.EDIT_BILLING)
def disconnect_payments() -> Response:
    """Forget the keys."""
    gateways.disconnect()
    flash(_("Disconnected. The keys are forgotten; what was paid stays."))
    return go(url_for("desk.payment_settings"))


def _page(form: KeyForm, webhook: WebhookForm, status: int = 200) -> Response:
    row = gateways.gateway()
    # Typed keys are never sent back to a browser.
    form.secret_key.data = webhook.secret.data = ""
    answer = page(
        "desk/settings/payments.html", status=status, form=form, webhook=webhook, form_errors=status >= 400,
        gateway=row if row is not None and row.enabled else None, address=url_for("billing.stripe_webhook", _external=True),
        through_host=connecting.offered(), waiting=connecting.waiting(),
    )  # fmt: skip
    return forms_lead_to(answer, redirect_origins(config()))
