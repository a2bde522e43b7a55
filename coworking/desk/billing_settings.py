"""How the operator bills: terms, bank account, what papers say."""

from flask import Response, flash, g, url_for
from flask_babel import gettext as _

from coworking.billing import home_currency
from coworking.billing.models import BillingSettings, ExchangeRate
from coworking.billing.settings import kept_settings, settings_of
from coworking.core import clock, stale
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires

from .billing_forms import BillingForm, RateForm, read_days
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


@blueprint.post("/settings/billing/rates")
@requires(Permission.EDIT_BILLING)
def keep_exchange_rate() -> Response:
    """Keep what another currency is worth on a day; papers that are out keep theirs."""
    form = RateForm(home_currency.home_of(g.operator))
    if not form.validate_on_submit() or form.day.data is None or form.number is None:
        kept = settings_of(g.operator)
        return page("desk/settings/billing.html", status=422, form=_form(kept).marked(), kept=kept, rate_form=form)
    home_currency.keep_rate(form.currency.data, form.day.data, form.number)
    flash(_("The rate is kept."))
    return go(url_for("desk.billing_settings", _anchor="rates"))


@blueprint.app_template_global("blank_rate")
def blank_rate() -> RateForm:
    """The form of an exchange rate, empty, for today."""
    return RateForm(home_currency.home_of(g.operator), formdata=None, day=clock.today(g.operator.zone))


@blueprint.app_template_global("exchange_rates")
def exchange_rates() -> tuple[str, list[ExchangeRate]]:
    """The operator's own currency, and the latest rates."""
    return home_currency.home_of(g.operator), home_currency.rates()


def _form(kept: BillingSettings) -> BillingForm:
    values = {name: getattr(kept, name) for name in (*PLAIN, "iban", "bic")}
    return BillingForm(formdata=None, **values, retry_days=", ".join(str(day) for day in kept.retry_days))
