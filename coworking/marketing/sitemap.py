"""The addresses of public pages, for search engines."""

from flask import Response, render_template, url_for
from sqlalchemy import select

from coworking.core.db import db
from coworking.core.permissions import Permission, requires
from coworking.spaces.models import Audience, Resource

from .blueprint import blueprint

PAGES = ("site.home", "site.rooms", "site.plans", "site.visit", "site.contact", "privacy.policy")
A_DAY = 24 * 60 * 60


@blueprint.get("/sitemap.xml")
@requires(Permission.PUBLIC)
def sitemap() -> Response:
    """Every public page of the operator, in the form that sitemaps.org 0.9 describes."""
    slugs = db.session.scalars(
        select(Resource.slug).where(~Resource.retired, Resource.who_may_book != Audience.STAFF.value).order_by(Resource.position)
    )
    urls = [url_for(endpoint, _external=True) for endpoint in PAGES] + [url_for("site.room", slug=slug, _external=True) for slug in slugs]
    response = Response(render_template("marketing/sitemap.xml", urls=urls), mimetype="application/xml")
    response.headers["Cache-Control"] = f"public, max-age={A_DAY}"
    return response
