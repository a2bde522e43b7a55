"""How the operator bills: terms, bank account, what papers say."""

from flask import Response, flash, g, url_for
from flask_babel import gettext as _

from coworking.billing.models import BillingSettings
from coworking.billing.settings import kept_settings, settings_of
from coworking.core import stale
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires

from .billing_forms import BillingForm, read_days
from .blueprint import blueprint

PLAIN = ("payment_days", "bank_account", "register_line", "late_interest", "mediator", "grace_days", "end_days", "check_vies")


@blueprint.get("/settings/billing")
@requires(Permission.EDIT_BILLING)
def billing_settings() -> Response:
    """The form."""
    kept = settings_of(g.operator)
    return page("desk/settings/billing.html", form=_form(kept).marked(), kept=kept)


@blueprint.post("/settings/billing")
@requires(Permission.EDIT_BILLING)
def save_billing_settings() -> Response:
    """Keep it. Papers that are out keep what they said."""
    form, kept = BillingForm(), kept_settings(g.operator)
    if not form.validate_on_submit():
        return page("desk/settings/billing.html", status=422, form=form, kept=kept)
    db.session.flush()
    stale.hold(kept)
    if form.is_stale(_form(kept)):
        return page("desk/settings/billing.html", status=409, form=form, kept=kept)
    for name in PLAIN:
        setattr(kept, name, form[name].data)
    kept.iban, kept.bic = (form.iban.data or "").replace(" ", "").upper(), (form.bic.data or "").upper()
    kept.retry_days = read_days(form.retry_days.data or "") or []
    flash(_("Saved. The next invoices carry it."))
    return go(url_for("desk.billing_settings"))


def _form(kept: BillingSettings) -> BillingForm:
    values = {name: getattr(kept, name) for name in (*PLAIN, "iban", "bic")}
    return BillingForm(formdata=None, **values, retry_days=", ".join(str(day) for day in kept.retry_days))
