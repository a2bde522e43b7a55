"""Things of other hosts that the operator wants on its public pages."""

from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, g, url_for
from flask_babel import gettext as _

from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.privacy import add_ons as rules
from coworking.privacy.models import AddOn
from coworking.privacy.policy import wording

from .add_on_form import AddOnForm
from .blueprint import blueprint


@blueprint.get("/settings/add-ons")
@requires(Permission.MANAGE_PRIVACY)
def add_ons() -> Response:
    """What there is, and from whom."""
    found = db.session.scalars(sa.select(AddOn).order_by(AddOn.id)).all()
    return page("desk/settings/add_ons.html", found=found, country=wording.country, host=rules.host_in)


@blueprint.get("/settings/add-ons/new")
@requires(Permission.MANAGE_PRIVACY)
def new_add_on() -> Response:
    """An empty form."""
    return _page(AddOnForm(formdata=None, data={"days": 180, "enabled": True, "country": g.operator.country}))


@blueprint.post("/settings/add-ons")
@requires(Permission.MANAGE_PRIVACY)
def add_add_on() -> Response:
    """Put something on the page, behind a question."""
    form = AddOnForm()
    if not form.validate_on_submit():
        return _page(form, status=422)
    rules.keep(AddOn(), g.operator, form.values())
    flash(_("It is on the page, and loads for whoever says yes. The privacy policy names it from its next version on."), "success")
    return go(url_for("desk.add_ons"))


@blueprint.get("/settings/add-ons/<uuid:add_on_id>")
@requires(Permission.MANAGE_PRIVACY)
def edit_add_on(add_on_id: UUID) -> Response:
    """One, to change it."""
    found = _found(add_on_id)
    return _page(AddOnForm.of(found), found)


@blueprint.post("/settings/add-ons/<uuid:add_on_id>")
@requires(Permission.MANAGE_PRIVACY)
def save_add_on(add_on_id: UUID) -> Response:
    """Change it. With another maker, country or host everybody is asked again."""
    found, form = _found(add_on_id), AddOnForm()
    if not form.validate_on_submit():
        return _page(form, found, 422)
    rules.keep(found, g.operator, form.values())
    flash(_("Saved."))
    return go(url_for("desk.add_ons"))


@blueprint.post("/settings/add-ons/<uuid:add_on_id>/removal")
@requires(Permission.MANAGE_PRIVACY)
def remove_add_on(add_on_id: UUID) -> Response:
    """Take it off for good."""
    rules.remove(_found(add_on_id), g.operator)
    flash(_("It is gone from the page."))
    return go(url_for("desk.add_ons"))


def _found(add_on_id: UUID) -> AddOn:
    found = db.session.get(AddOn, add_on_id)
    if found is None:
        abort(404)
    return found


def _page(form: AddOnForm, add_on: AddOn | None = None, status: int = 200) -> Response:
    return page("desk/settings/add_on.html", status=status, form=form, add_on=add_on)
