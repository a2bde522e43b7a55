"""Moving out: everything in one file, and notice to the host with the days that the law gives."""

from datetime import date

from flask import Response, flash, g, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField
from wtforms.validators import DataRequired

from coworking.core import clock
from coworking.core.forms import A_DATE
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.privacy.moving import departing, out
from coworking.privacy.register.terms import Purpose

from .blueprint import blueprint
from .looking import looked


class LeavingForm(FlaskForm):
    """The last day of the contract with the host."""

    ends_on = DateField(lazy_gettext("Last day of the contract"), validators=[DataRequired(A_DATE)])


@blueprint.get("/privacy/moving")
@requires(Permission.EDIT_ROLES)
def privacy_moving() -> Response:
    """What the file holds, how to get it, and how long it can be fetched after leaving."""
    return _page(LeavingForm(formdata=None, ends_on=departing.frame(_today()).ends_on))


@blueprint.post("/privacy/moving/file")
@requires(Permission.EDIT_ROLES)
def move_out() -> Response:
    """The file, written as it is downloaded."""
    looked(None, Purpose.RUNNING)
    name = f"{g.operator.slug}-{_today().isoformat()}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(out.pack(g.operator.id)), content_type="application/zip", headers=headers)


@blueprint.post("/privacy/moving/notice")
@requires(Permission.EDIT_ROLES)
def give_notice() -> Response:
    """Leave the host on a day of one's choice, two months ahead at most."""
    form = LeavingForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    assert form.ends_on.data is not None  # noqa: S101 - checked
    try:
        departing.give_notice(_today(), form.ends_on.data)
    except ValueError:
        form.ends_on.errors = [_("Choose a day from today on, at most two months ahead")]
        return _page(form, 422)
    flash(_("Notice is given. Below you see until when everything can be fetched."))
    return go(url_for("desk.privacy_moving"))


@blueprint.post("/privacy/moving/staying")
@requires(Permission.EDIT_ROLES)
def take_notice_back() -> Response:
    """Stay after all, as long as the contract runs."""
    try:
        departing.take_back(_today())
    except departing.TooLate:
        flash(_("The contract has ended, so it can no longer be taken back."))
    else:
        flash(_("You stay. Nothing will be removed."))
    return go(url_for("desk.privacy_moving"))


def _page(form: LeavingForm, status: int = 200) -> Response:
    told = departing.departure()
    return page("desk/privacy/moving.html", status=status, form=form, departure=told, frame=departing.frame(_today()), over=told and _today() > told.ends_on,
                free_since=departing.NO_CHARGES_SINCE)  # fmt: skip


def _today() -> date:
    return clock.today(g.operator.zone)
