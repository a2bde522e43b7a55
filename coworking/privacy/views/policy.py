"""The privacy policy, its versions for good, what changed between them, and the feed of that."""

from typing import Any

from flask import Response, abort, g, jsonify, redirect, render_template, request, url_for
from flask_login import current_user

from coworking.core import i18n
from coworking.core.links import absolute_url
from coworking.core.pages import page, unchanged_since
from coworking.core.permissions import Permission, requires
from coworking.operators.hosts import on_host_site

from ..models import PolicyVersion
from ..policy import notices, rendering, versions, wording
from . import documents
from . import policy_shown as showing
from .blueprint import blueprint

FEED = "application/atom+xml"


@blueprint.get("/privacy")
@on_host_site
@requires(Permission.PUBLIC)
def policy() -> Response:
    """What counts today, whole or for one kind of reader; the host's own on its site. Nothing is written, whoever reads."""
    if g.operator is None:
        return documents.host_policy()
    code, reader = _language(), _reader()
    shown = showing.current(code)
    body = rendering.shown(shown.page, reader)
    return _public(page("privacy/policy/index.html", shown=shown, body=body, code=code, reader=reader, **_choices()))


@blueprint.get("/privacy/versions")
@requires(Permission.PUBLIC)
def versions_list() -> Response:
    """Every version ever published, with what changed in it."""
    return _public(page("privacy/policy/versions.html", listed=showing.listed()))


@blueprint.get("/privacy/versions/<int:version_number>")
@requires(Permission.PUBLIC)
def version(version_number: int) -> Response:
    """One version as it read when it was published, for good."""
    found, code, reader = _load(version_number), _language(), _reader()
    listed = showing.listed()
    about = next(each for each in listed if each.number == version_number)
    body = rendering.shown(found.pages[code], reader)
    return _public(page("privacy/policy/version.html", about=about, listed=listed, body=body, code=code, reader=reader, **_choices()))


@blueprint.get("/privacy/versions/<int:version_number>.json")
@requires(Permission.PUBLIC)
def version_facts(version_number: int) -> Response:
    """The same as data, with its hash."""
    found = _load(version_number)
    about = {"number": found.number, "effective_on": found.effective_on.isoformat(), "published_at": found.published_at.isoformat()}
    kept = {"sha256": found.hash, "material": found.material, "withdrawn": found.withdrawn_at is not None, "changes": found.changes}
    return _public(jsonify({**about, **kept, "facts": found.facts, "pages": found.pages}))


@blueprint.post("/privacy/versions/<int:version_number>/seen")
@requires(Permission.HAVE_ACCOUNT)
def see_version(version_number: int) -> Any:
    """Open what was announced, and hide the banner. It is no consent, and is not taken for one."""
    notices.see(_load(version_number), current_user)
    return redirect(url_for("privacy.version", version_number=version_number), code=303)


@blueprint.get("/privacy/changes.atom")
@requires(Permission.PUBLIC)
def policy_feed() -> Response:
    """What changed, version by version (RFC 4287)."""
    found = versions.all_of(g.operator.id)
    entries = [(each, showing.feed_time(each), [wording.changed(change) for change in each.changes]) for each in found]
    updated = max((time for _each, time, _said in entries), default=g.operator.created_at)
    body = render_template("privacy/policy/changes.atom", entries=entries, updated=updated, link=absolute_url)
    return _public(Response(body, mimetype=FEED))


@blueprint.app_template_global("policy_news")
def policy_news() -> notices.News | None:
    """An announced version that the person of this request has not seen, for the banner."""
    return notices.news_for(current_user) if current_user.is_authenticated else None


def _load(number: int) -> PolicyVersion:
    return versions.numbered(g.operator.id, number) or abort(404)


def _language() -> str:
    wanted = request.args.get("lang", "")
    return wanted if wanted in i18n.CODES else i18n.language()


def _reader() -> str:
    wanted = request.args.get("i", "")
    return wanted if wanted in showing.READERS else ""


def _choices() -> dict[str, Any]:
    return {"readers": showing.READERS, "codes": i18n.LANGUAGES, "sections": rendering.SECTIONS}


def _public(response: Response) -> Response:
    return response if current_user.is_authenticated else unchanged_since(response)
