"""Settings: what the operator pays the host for being here. For the owner."""

from contextlib import suppress

from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import i18n, once
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.core.settings import config
from coworking.core.web import forms_lead_to
from coworking.hosting import jobs, subscribing
from coworking.payments.failures import PaymentError
from coworking.payments.host import HostInvoice
from coworking.payments.opening import redirect_origins

from .blueprint import blueprint

__all__ = ["jobs"]


@blueprint.get("/settings/subscription")
@requires(Permission.EDIT_BILLING)
def host_subscription() -> Response:
    """The plan in force, the plans there are, and the latest bills."""
    return _page()


@blueprint.get("/settings/subscription/back")
@requires(Permission.EDIT_BILLING)
def host_subscription_back() -> Response:
    """Back from the provider's page: asked anew how it stands."""
    with suppress(PaymentError):
        subscribing.look_again()
    return go(url_for("desk.host_subscription"))


@blueprint.post("/settings/subscription")
@requires(Permission.EDIT_BILLING)
def choose_host_plan() -> Response:
    """Take a plan, or change to it."""
    plan = next((each for each in subscribing.plans() if each.key == request.form.get("plan")), None) or abort(404)
    back, here = url_for("desk.host_subscription_back", _external=True), url_for("desk.host_subscription", _external=True)
    try:
        return go(subscribing.start(plan, g.operator, back, here, once.id_of(request.form, by=current_user.id)))
    except PaymentError as error:
        return _page(str(error.failure.sentence), 422)


@blueprint.post("/settings/subscription/cancellation")
@requires(Permission.EDIT_BILLING)
def end_host_subscription() -> Response:
    """End it with the period that is paid."""
    try:
        subscribing.end()
    except PaymentError as error:
        return _page(str(error.failure.sentence), 422)
    flash(_("It ends with the period that is paid. Until then everything works."))
    return go(url_for("desk.host_subscription"))


@blueprint.post("/settings/subscription/continuation")
@requires(Permission.EDIT_BILLING)
def keep_host_subscription() -> Response:
    """Take the end back."""
    try:
        subscribing.keep_on()
    except PaymentError as error:
        return _page(str(error.failure.sentence), 422)
    flash(_("It goes on."), "success")
    return go(url_for("desk.host_subscription"))


@blueprint.post("/settings/subscription/card")
@requires(Permission.EDIT_BILLING)
def host_billing_portal() -> Response:
    """On to the provider's page of card and bills."""
    try:
        return go(subscribing.portal(url_for("desk.host_subscription_back", _external=True), i18n.language()))
    except PaymentError as error:
        return _page(str(error.failure.sentence), 422)


def _page(refused: str = "", status: int = 200) -> Response:
    bills: tuple[HostInvoice, ...] = ()
    with suppress(PaymentError):
        bills = tuple(subscribing.bills())
    kept = subscribing.contract()
    answer = page(
        "desk/settings/subscription.html", status=status, contract=kept if kept is not None and kept.state else None, plans=subscribing.plans(),
        bills=bills, refused=refused, running=kept is not None and kept.state in subscribing.RUNNING, form_errors=status >= 400,
    )  # fmt: skip
    return forms_lead_to(answer, redirect_origins(config()))
