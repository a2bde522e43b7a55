"""Telling subscribers of a new version, seeing who agreed, and ending what is no longer offered."""

from uuid import UUID

from flask import Response, abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from coworking.core import i18n
from coworking.core.db import db
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.memberships import history, notices, words
from coworking.memberships.models import Plan, VersionNotice

from .blueprint import blueprint
from .subscription_forms import AnnounceForm

MOST = 500
"""Subscriptions that one page shows and one press of a button ends."""


@blueprint.get("/plans/<uuid:plan_id>/announcement")
@requires(Permission.EDIT_PLANS)
def announcement(plan_id: UUID) -> Response:
    """Who is on an older version, who was told, and who did not agree."""
    plan = _plan(plan_id)
    form = AnnounceForm(formdata=None, data={"effective_on": notices.earliest(plan.current, history.today())})
    return _page(plan, form)


@blueprint.post("/plans/<uuid:plan_id>/announcement")
@requires(Permission.EDIT_PLANS)
def announce(plan_id: UUID) -> AnyResponse:
    """Send the letters. Nobody gets the same one twice."""
    plan, form = _plan(plan_id), AnnounceForm()
    if not form.validate() or form.effective_on.data is None:
        return _page(plan, form, 422)
    try:
        notices.announce(plan.current, form.effective_on.data, history.today())
    except notices.TooSoon as refusal:
        form.effective_on.errors = [_("Choose %(day)s or later: that is the notice that they are owed", day=i18n.short_date(refusal.earliest))]
        return _page(plan, form, 422)
    flash(_("The letters are on their way."), "success")
    return redirect(url_for("desk.announcement", plan_id=plan.id), code=303)


@blueprint.post("/plans/<uuid:plan_id>/announcement/endings")
@requires(Permission.EDIT_PLANS)
def end_without_consent(plan_id: UUID) -> AnyResponse:
    """End the subscriptions of those who were told and did not agree, each with its own notice."""
    plan = _plan(plan_id)
    reason = _("%(plan)s is no longer offered on the terms that we agreed.", plan=words.plan_name(plan.current))
    number = notices.end_old_terms(notices.without_consent(plan.current)[:MOST], reason, history.today(), by=current_user.id)
    flash(ngettext("%(num)d subscription ends with its notice.", "%(num)d subscriptions end, each with its notice.", number))
    return redirect(url_for("desk.announcement", plan_id=plan.id), code=303)


def _plan(plan_id: UUID) -> Plan:
    plan = db.session.get(Plan, plan_id)
    return plan if plan is not None and plan.versions else abort(404)


def _page(plan: Plan, form: AnnounceForm, status: int = 200) -> Response:
    told = db.session.scalar(select(func.count()).where(VersionNotice.version_id == plan.current.id)) or 0
    rows = [(each, each.account.label, words.present_price(each)) for each in notices.without_consent(plan.current)[:MOST]]
    behind = len(notices.behind(plan.current, None, MOST))
    return page(
        "desk/plans/announcement.html",
        status=status,
        plan=plan,
        name=words.plan_name(plan.current),
        form=form,
        behind=behind,
        told=told,
        waiting=rows,
    )
