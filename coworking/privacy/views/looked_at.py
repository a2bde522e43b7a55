"""Who of the staff opened one's pages; and the door through which the host's support comes in, by a grant alone."""

from flask import Response, url_for
from flask_login import current_user

from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people.roles import ROLE_NAMES
from coworking.people.sign_in import sign_in
from coworking.privacy import access, support
from coworking.privacy.access_words import PAGES, PURPOSES

from .blueprint import blueprint


@blueprint.get("/privacy/mine/access")
@requires(Permission.HAVE_ACCOUNT)
def looked_at() -> Response:
    """Who opened pages about the person who asks: roles, not names."""
    roles = {role.value: name for role, name in ROLE_NAMES.items()}
    return page("privacy/looked_at.html", entries=access.of_person(current_user.id), roles=roles, pages=PAGES, purposes=PURPOSES)


@blueprint.get("/privacy/support/<token>")
@requires(Permission.PUBLIC)
def support_key(token: str) -> Response:
    """What a grant allows, before it is used. Looking at this page uses nothing up."""
    try:
        return page("privacy/support.html", grant=support.of_key(token), token=token)
    except support.NotOpen:
        return page("privacy/support.html", status=404, grant=None)


@blueprint.post("/privacy/support/<token>")
@requires(Permission.PUBLIC)
def open_support(token: str) -> Response:
    """Sign in as support, for as long as the grant lasts."""
    try:
        grant = support.of_key(token)
    except support.NotOpen:
        return page("privacy/support.html", status=404, grant=None)
    sign_in(support.begin(grant), keep=False)
    support.shorten(grant)
    return go(url_for("desk.today"))
