"""The records of processing that the law asks for, to read and to take along."""

from flask import Response, abort, g
from werkzeug.wrappers import Response as AnyResponse

from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.privacy.documents.identity import host
from coworking.privacy.outward import files, records

from .blueprint import blueprint
from .invoices import file


@blueprint.get("/privacy/records")
@requires(Permission.MANAGE_PRIVACY)
def privacy_records() -> Response:
    """Both records as tables, and every file."""
    said = files.current(g.operator)
    shown = (records.controller(said), records.processor(said, host(g.operator)))
    return page("desk/privacy/records.html", shown=shown, files=files.KINDS)


@blueprint.get("/privacy/records/<name>")
@requires(Permission.MANAGE_PRIVACY)
def privacy_record_file(name: str) -> AnyResponse:
    """One of them as a file."""
    if name not in files.KINDS:
        abort(404)
    return file(files.made(name, g.operator), files.KINDS[name].content_type, name)
