"""What the operator's imprint says, and what the law of its country still wants there."""

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coworking.core import stale
from coworking.core.db import db
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.privacy.documents.identity import legal_identity, missing

from .blueprint import blueprint
from .legal_form import LegalForm


@blueprint.get("/settings/imprint")
@requires(Permission.EDIT_OPERATOR)
def legal() -> Response:
    """The form, with what is missing."""
    return _page(_form())


@blueprint.post("/settings/imprint")
@requires(Permission.EDIT_OPERATOR)
def save_legal() -> Response:
    """Keep it."""
    form = LegalForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    stale.hold(g.operator)
    if form.is_stale(_form()):
        return _page(form, 409)
    told = legal_identity()
    form.populate_obj(told)
    db.session.add(told)
    flash(_("Saved."))
    return redirect(url_for("desk.legal"), code=303)


def _form() -> LegalForm:
    return LegalForm(formdata=None, obj=legal_identity()).marked()


def _page(form: LegalForm, status: int = 200) -> Response:
    return page("desk/settings/imprint.html", status=status, form=form, form_errors=status >= 400, lacking=missing(g.operator))
