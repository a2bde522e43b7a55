"""Pausing, and going on earlier."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from coworking.core import i18n
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires

from .. import history, pausing, words
from ..models import Pause, Subscription
from ..pausing import PauseRefused
from .blueprint import blueprint, own_subscription
from .forms import PauseForm

REFUSALS = {
    "state": ("starts_on", lazy_gettext("This plan can't be paused now")),
    "start": ("starts_on", lazy_gettext("Choose a day from tomorrow to half a year ahead")),
    "length": ("ends_on", lazy_gettext("A pause lasts from one week to half a year")),
    "overlap": ("starts_on", lazy_gettext("There is another pause in these days")),
    "end": ("ends_on", lazy_gettext("The plan ends before that day")),
}


@blueprint.get("/plan/<uuid:subscription_id>/pause")
@requires(Permission.HAVE_ACCOUNT)
def pause(subscription_id: UUID) -> Response:
    """What a pause means, and from when until when."""
    today = history.today()
    return _page(
        own_subscription(subscription_id),
        PauseForm(data={"starts_on": today + timedelta(days=1), "ends_on": today + timedelta(days=31)}, formdata=None),
    )


@blueprint.post("/plan/<uuid:subscription_id>/pauses")
@requires(Permission.HAVE_ACCOUNT)
def pause_plan(subscription_id: UUID) -> Response:
    """Agree on a pause."""
    subscription, form = own_subscription(subscription_id), PauseForm()
    start, end = form.starts_on.data, form.ends_on.data
    if not form.validate() or start is None or end is None:
        return _page(subscription, form, 422)
    try:
        pausing.pause(subscription, start, end, history.today(), by=current_user.id)
    except PauseRefused as refusal:
        field, text = REFUSALS[refusal.why]
        form[field].errors = [str(text)]
        return _page(subscription, form, 422)
    flash(_("Paused from %(start)s. It goes on %(end)s.", start=i18n.short_date(start), end=i18n.short_date(end)), "success")
    return go(url_for("memberships.plan"))


@blueprint.post("/plan/<uuid:subscription_id>/pauses/<uuid:pause_id>/end")
@requires(Permission.HAVE_ACCOUNT)
def end_pause(subscription_id: UUID, pause_id: UUID) -> Response:
    """Go on tomorrow, or call off a pause that has not begun."""
    subscription, row = own_subscription(subscription_id), db.session.get(Pause, pause_id)
    if row is None or row.subscription_id != subscription.id:
        abort(404)
    on = max(row.starts_on, history.today() + timedelta(days=1)) if row.starts_on > history.today() else history.today() + timedelta(days=1)
    try:
        pausing.resume(subscription, row, on, history.today(), by=current_user.id)
    except PauseRefused:
        flash(_("This pause is over."))
        return go(url_for("memberships.plan"))
    flash(_("Your plan goes on."), "success")
    return go(url_for("memberships.plan"))


def _page(subscription: Subscription, form: PauseForm, status: int = 200) -> Response:
    context: dict[str, Any] = {"subscription": subscription, "plan": words.plan_name(subscription.version), "form": form, "back": ""}
    if not form.errors and form.starts_on.data and form.ends_on.data and request.method == "GET":
        price = pausing.credit_of(subscription, form.starts_on.data, form.ends_on.data)
        context["back"] = words.money_for(subscription.version, price, subscription.account, history.today()) if price else ""
    return page("memberships/pause.html", status=status, **context)
