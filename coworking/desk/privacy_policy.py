"""The operator's privacy policy: what it may choose, what would change, publishing that, and giving it up again."""

from typing import Any

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from coworking.core import clock, i18n, stale
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.privacy.documents import identity
from coworking.privacy.policy import choices, notices, publishing, versions, wording

from .blueprint import blueprint
from .policy_forms import DraftForm, PublishForm, filled


@blueprint.get("/privacy/policy")
@requires(Permission.MANAGE_PRIVACY)
def privacy_policy() -> Response:
    """What counts, what is announced, and what a new version would change."""
    return _page()


@blueprint.post("/privacy/policy/draft")
@requires(Permission.MANAGE_PRIVACY)
def draft_policy() -> Response:
    """Keep the choices. They count once they are published."""
    form = DraftForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    stale.hold(g.operator)
    if form.is_stale(filled(choices.drafted())):
        return _page(form, status=409)
    choices.draft(form.choices())
    flash(_("Kept. Nothing changes for anybody until you publish it."))
    return redirect(url_for("desk.privacy_policy"), code=303)


@blueprint.post("/privacy/policy/versions")
@requires(Permission.MANAGE_PRIVACY)
def publish_policy() -> Response:
    """Publish the draft, and have everybody told where it takes something from them."""
    form = PublishForm()
    if not form.validate_on_submit() or identity.missing(g.operator):
        return _page(publish=form, status=422)
    stale.hold(g.operator)
    try:
        version = publishing.publish(g.operator, choices.drafted(), form.day, current_user.id, announce=form.announce.data)
    except publishing.TooSoon as refusal:
        form.effective_on.errors = [_("Choose %(day)s or later", day=i18n.short_date(refusal.earliest))]
        return _page(publish=form, status=422)
    except publishing.NothingNew:
        flash(_("Nothing was published: it says what is published already."), "error")
        return redirect(url_for("desk.privacy_policy"), code=303)
    flash(_("Version %(number)d is published. It counts from %(day)s.", number=version.number, day=i18n.short_date(version.effective_on)), "success")
    return redirect(url_for("desk.privacy_policy"), code=303)


@blueprint.post("/privacy/policy/versions/<int:version_number>/withdrawal")
@requires(Permission.MANAGE_PRIVACY)
def withdraw_policy(version_number: int) -> Response:
    """Give up a version before it counts."""
    stale.hold(g.operator)
    version = versions.numbered(g.operator.id, version_number) or abort(404)
    if publishing.withdraw(g.operator, version):
        flash(_("Version %(number)d is given up. Whoever was told of it is told that too.", number=version_number), "success")
    else:
        flash(_("Version %(number)d counts already, or was given up before. Publish another one instead.", number=version_number), "error")
    return redirect(url_for("desk.privacy_policy"), code=303)


def _page(form: Any = None, publish: PublishForm | None = None, status: int = 200) -> Response:
    today = clock.today(g.operator.zone)
    now, coming = versions.in_force(g.operator.id, today), versions.coming(g.operator.id, today)
    wanted = publishing.preview(g.operator, choices.drafted())
    told, seen = notices.progress(coming) if coming is not None else (0, 0)
    return page(
        "desk/privacy/policy.html", status=status, form=form or filled(choices.drafted()), publish=publish or PublishForm(formdata=None),
        now=now, coming=coming, told=told, seen=seen, wanted=wanted, announced=coming is not None and coming.hash == wanted.hash,
        said=wording.changed, days=wording.days, form_errors=status >= 400, lacking=identity.missing(g.operator),
    )  # fmt: skip
