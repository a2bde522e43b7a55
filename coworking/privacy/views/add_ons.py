"""Asking before anything of another host loads, remembering the answer, and the site's word on Global Privacy Control."""

from uuid import UUID

from flask import Response, abort, jsonify, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from coworking.core.pages import go
from coworking.core.permissions import Permission, requires
from coworking.core.web import may_load
from coworking.operators.hosts import on_host_site
from coworking.people.next_url import safe_next
from coworking.privacy import add_ons
from coworking.privacy.add_ons import Card, Stand

from .blueprint import blueprint

GPC_SINCE = "2026-11-22"
"""When the site's word on Global Privacy Control was last changed."""


def cards_here() -> list[Card]:
    """The operator's add-ons as this reader has answered about them."""
    return add_ons.cards(request.cookies.get(add_ons.COOKIE, ""), request.headers.get("Sec-GPC") == "1")


def let_in(response: Response, cards: list[Card]) -> Response:
    """Let the page load what this reader said yes to, and nothing else."""
    loaded = [card.add_on for card in cards if card.stand is Stand.LOADED]
    frames = {add_ons.origin(each) for each in loaded if each.kind == add_ons.FRAME}
    scripts = {add_ons.origin(each) for each in loaded if each.kind == add_ons.SCRIPT}
    return may_load(response, sorted(frames), sorted(scripts))


@blueprint.post("/privacy/add-ons/<uuid:add_on_id>/choice")
@requires(Permission.PUBLIC)
def choose_add_on(add_on_id: UUID) -> AnyResponse:
    """Yes or no to one thing, for six months. Both are one click, and each can be changed by one."""
    found = next((each for each in add_ons.on_pages() if each.id == add_on_id), None)
    answer = request.form.get("answer")
    if found is None:
        abort(404)
    if answer not in {"yes", "no"}:
        abort(400)
    response = go((safe_next(request.form.get("next")) or url_for("site.visit")) + f"#add-on-{found.id}")
    text = add_ons.answered(request.cookies.get(add_ons.COOKIE, ""), found, answer == "yes")
    response.set_cookie(add_ons.COOKIE, text, max_age=add_ons.DAYS * 86400, secure=request.is_secure, httponly=True, samesite="Lax")
    return response


@blueprint.get("/.well-known/gpc.json")
@on_host_site
@requires(Permission.PUBLIC)
def gpc() -> Response:
    """That the site heeds Global Privacy Control (W3C working draft of 3 December 2024, § 4)."""
    response = jsonify(gpc=True, lastUpdate=GPC_SINCE)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
