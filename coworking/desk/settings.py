"""Settings of the operator: identity, brand, languages."""

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from coworking.core import files, images, stale
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.core.texts import Texts
from coworking.operators import identity as rules
from coworking.operators.forms import BrandForm, IdentityForm, LanguagesForm

from .blueprint import blueprint

LOGO_WIDTH = 320
SWATCHES = tuple(range(0, 360, 15))


@blueprint.get("/settings")
@requires(Permission.SEE_DAY)
def settings() -> Response:
    """What can be set, each with what it is now."""
    return page("desk/settings/index.html")


@blueprint.get("/settings/identity")
@requires(Permission.EDIT_OPERATOR)
def identity() -> Response:
    """The form of the legal identity."""
    return page("desk/settings/identity.html", form=_identity())


@blueprint.post("/settings/identity")
@requires(Permission.EDIT_OPERATOR)
def save_identity() -> Response:
    """Keep the legal identity."""
    form = IdentityForm()
    if not form.validate_on_submit():
        return page("desk/settings/identity.html", status=422, form=form)
    stale.hold(g.operator)
    if form.is_stale(_identity()):
        return page("desk/settings/identity.html", status=409, form=form, form_errors=True)
    form.populate_obj(g.operator)
    return _saved("desk.identity")


@blueprint.get("/settings/brand")
@requires(Permission.EDIT_OPERATOR)
def brand() -> Response:
    """The form of colour, logo and words."""
    return _brand_page(_brand())


@blueprint.post("/settings/brand")
@requires(Permission.EDIT_OPERATOR)
def save_brand() -> Response:
    """Keep colour, logo and words. The strength is brought down to what screens can show at that hue."""
    form = BrandForm()
    if not form.validate_on_submit():
        return _brand_page(form, 422)
    operator = g.operator
    stale.hold(operator)
    if form.is_stale(_brand()):
        return _brand_page(form, 409)
    if form.logo.data:
        try:
            logo = images.prepare(form.logo.data.read(), (LOGO_WIDTH,))[0]
        except images.PictureRefused as refusal:
            form.logo.errors = [str(refusal)]
            return _brand_page(form, 422)
        _forget_logo()
        operator.logo_file = files.store("public", logo.data, images.CONTENT_TYPE)
    hue = form.hue.data or 0
    operator.hue, operator.chroma = hue, min(form.chroma.data or 0, rules.most_chroma(hue))
    operator.tagline, operator.about = Texts(form.words("tagline")), Texts(form.words("about"))
    return _saved("desk.brand")


@blueprint.post("/settings/brand/logo-removal")
@requires(Permission.EDIT_OPERATOR)
def remove_logo() -> Response:
    """Go back to the name alone."""
    _forget_logo()
    return _saved("desk.brand")


@blueprint.get("/settings/languages")
@requires(Permission.EDIT_OPERATOR)
def languages() -> Response:
    """The form of languages and zone."""
    return page("desk/settings/languages.html", form=_languages())


@blueprint.post("/settings/languages")
@requires(Permission.EDIT_OPERATOR)
def save_languages() -> Response:
    """Keep languages and zone."""
    form = LanguagesForm()
    if not form.validate_on_submit():
        return page("desk/settings/languages.html", status=422, form=form)
    stale.hold(g.operator)
    if form.is_stale(_languages()):
        return page("desk/settings/languages.html", status=409, form=form, form_errors=True)
    form.populate_obj(g.operator)
    return _saved("desk.languages")


def _identity() -> IdentityForm:
    return IdentityForm(formdata=None, obj=g.operator).marked()


def _brand() -> BrandForm:
    operator = g.operator
    words = {f"{field}_{code}": getattr(operator, field).get(code, "") for field in ("tagline", "about") for code in operator.locales}
    return BrandForm(formdata=None, data={"hue": operator.hue, "chroma": operator.chroma, **words}).marked()


def _languages() -> LanguagesForm:
    return LanguagesForm(formdata=None, obj=g.operator).marked()


def _brand_page(form: BrandForm, status: int = 200) -> Response:
    hue = form.hue.data if form.hue.data is not None and not form.hue.errors else g.operator.hue
    return page(
        "desk/settings/brand.html", status=status, form=form, form_errors=status >= 400, swatches=SWATCHES,
        warn=rules.close_to_a_state(hue), most=rules.most_chroma(hue),
    )  # fmt: skip


def _forget_logo() -> None:
    if g.operator.logo_file:
        files.delete(g.operator.logo_file)
    g.operator.logo_file = None


def _saved(endpoint: str) -> Response:
    flash(_("Saved."))
    return redirect(url_for(endpoint), code=303)
