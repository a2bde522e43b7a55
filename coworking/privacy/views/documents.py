"""The documents beside the policy: each from the register and the settings, on the operator's site or the host's own."""

from flask import Response, abort, g
from flask_login import current_user

from coworking.core import clock
from coworking.core.links import absolute_url
from coworking.core.pages import page, unchanged_since
from coworking.core.permissions import Permission, can, requires
from coworking.operators.hosts import on_host_site

from ..documents import accessibility as accessible
from ..documents import cookies as browser
from ..documents import dpa as agreement
from ..documents import host_policy as host_page
from ..documents import imprint as printed
from ..documents import not_done as refusals
from ..documents import security as safety
from ..documents import sub_processors as others
from ..documents import terms as contract
from ..documents.document import Document
from ..promises.proofs import is_old, proven_on
from .blueprint import blueprint


@blueprint.get("/terms")
@on_host_site
@requires(Permission.PUBLIC)
def terms() -> Response:
    """The terms, from the rules as they are set."""
    return _shown(contract.terms(g.operator) if g.operator is not None else contract.host_terms())


@blueprint.get("/imprint")
@on_host_site
@requires(Permission.PUBLIC)
def imprint() -> Response:
    """Who publishes the site, and who hosts it."""
    return _shown(printed.imprint(g.operator) if g.operator is not None else printed.host_imprint())


@blueprint.get("/cookies")
@on_host_site
@requires(Permission.PUBLIC)
def cookies() -> Response:
    """Everything that browsers keep for us."""
    return _shown(browser.cookies())


@blueprint.get("/sub-processors")
@on_host_site
@requires(Permission.PUBLIC)
def sub_processors() -> Response:
    """Who else gets personal data, and what."""
    return _shown(others.sub_processors(g.operator))


@blueprint.get("/dpa")
@on_host_site
@requires(Permission.PUBLIC)
def dpa() -> Response:
    """The agreement between host and operator."""
    return _shown(agreement.dpa(g.operator))


@blueprint.get("/accessibility")
@requires(Permission.PUBLIC)
def accessibility() -> Response:
    """How far everybody can use the site."""
    return _shown(accessible.accessibility(g.operator))


@blueprint.get("/privacy/security")
@on_host_site
@requires(Permission.PUBLIC)
def security() -> Response:
    """The measures with their tests, and how to report a hole."""
    return _shown(safety.security(g.operator))


@blueprint.get("/.well-known/security.txt")
@on_host_site
@requires(Permission.PUBLIC)
def security_txt() -> Response:
    """Whom to tell of a hole, by RFC 9116."""
    text = safety.security_txt(g.operator, clock.now(), absolute_url("privacy.security_txt"), absolute_url("privacy.security"))
    return Response(text, content_type="text/plain; charset=utf-8") if text else abort(404)


@blueprint.get("/privacy/not-done")
@on_host_site
@requires(Permission.PUBLIC)
def not_done() -> Response:
    """What other policies say and ours does not."""
    return _shown(refusals.not_done())


@blueprint.get("/privacy/proofs")
@on_host_site
@requires(Permission.PUBLIC)
def proofs() -> Response:
    """Each promise with the tests that proved it, and when they did."""
    return _shown(refusals.proofs(), proven_on=proven_on(), old=_reads_notes() and is_old(clock.now().date()))


def host_policy() -> Response:
    """The host's own policy, where no operator is in force."""
    return _shown(host_page.host_policy())


def _reads_notes() -> bool:
    return g.operator is not None and can(Permission.EDIT_OPERATOR)


def _shown(document: Document, **context: object) -> Response:
    notes = document.missing if _reads_notes() else ()
    response = page("privacy/document.html", document=document, notes=notes, **context)  # type: ignore[arg-type]
    return response if current_user.is_authenticated else unchanged_since(response)
