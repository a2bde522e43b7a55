"""Language, colour, and the small files that browsers and search engines ask for."""

from flask import Response, abort, g, redirect, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from coworking.core import assets, i18n
from coworking.core.permissions import Permission, requires
from coworking.core.web import csrf
from coworking.operators.hosts import on_host_site
from coworking.operators.identity import most_chroma
from coworking.people.next_url import safe_next

from .blueprint import blueprint

A_YEAR = 365 * 24 * 60 * 60
A_DAY = 24 * 60 * 60
STRONGEST = 170
"""Chroma, in thousandths, up to which every text pair of tokens.css keeps its contrast."""
ICON = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="{}"/>'
    '<text x="12" y="17.2" font-family="Figtree,system-ui,sans-serif" font-size="15" font-weight="700" text-anchor="middle" fill="#fff">{}</text></svg>'
)
NOT_FOR_SEARCH = ("/home", "/bookings", "/desk/", "/profile", "/security", "/sign-in", "/join", "/confirm/", "/files/")


@blueprint.post("/language")
@csrf.exempt
@on_host_site
@requires(Permission.PUBLIC)
def language() -> AnyResponse:
    """Speak another language from now on. Changes nothing else, so the form needs no token."""
    wanted = request.form.get("lang", "")
    if wanted not in i18n.offered():
        abort(422)
    if current_user.is_authenticated:
        current_user.locale = wanted
    response = redirect(safe_next(request.form.get("next")) or "/", code=303)
    response.set_cookie(i18n.CHOICE_COOKIE, wanted, max_age=A_YEAR, secure=request.is_secure, httponly=True, samesite="Lax")
    return response


@blueprint.get("/theme.css")
@requires(Permission.PUBLIC)
def theme() -> Response:
    """The operator's colour. Its address changes with the colour, so browsers may keep it."""
    operator = g.operator
    chroma = min(operator.chroma, STRONGEST, most_chroma(operator.hue))
    response = Response(f":root{{--hue:{operator.hue};--chroma:{chroma / 1000:.3f}}}\n", mimetype="text/css")
    current = request.args.get("v") == f"{operator.hue}-{operator.chroma}"
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if current else "no-cache"
    return response


@blueprint.get("/favicon.svg")
@requires(Permission.PUBLIC)
def icon() -> Response:
    """The operator's initial in its colour. The address changes with either, so browsers may keep it."""
    operator = g.operator
    response = Response(ICON.format(operator.colours.accent, operator.initial), mimetype="image/svg+xml")
    current = request.args.get("v") == f"{operator.hue}-{operator.chroma}-{operator.initial}"
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if current else "no-cache"
    return response


@blueprint.get("/favicon.ico")
@on_host_site
@requires(Permission.PUBLIC)
def favicon() -> AnyResponse:
    """The same, or our mark, for browsers that ask by this name without reading the page."""
    response = redirect(url_for("site.icon") if g.operator is not None else assets.url("img/mark.svg"))
    response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    return response


@blueprint.get("/robots.txt")
@on_host_site
@requires(Permission.PUBLIC)
def robots() -> Response:
    """Public pages are for search engines, pages behind a sign-in are not."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_SEARCH)]
    if g.operator is not None:
        lines.append(f"Sitemap: {url_for('site.sitemap', _external=True)}")
    response = Response("\n".join(lines) + "\n", mimetype="text/plain")
    response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    return response
