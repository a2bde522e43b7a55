"""Pages for what went wrong, in the visitor's language, with the same header and footer as any other page."""

import secrets
from pathlib import Path

from flask import Flask, Response, current_app, make_response, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import BadRequest, Conflict, HTTPException

from coworking.config import ROOT

from . import assets, i18n
from .db import db

OWN_PAGES = {403, 404, 409, 413, 429, 503}
STATIC_PAGES = ROOT / "static" / "errors"


def init_app(app: Flask) -> None:
    """Answer every error with a page that says what happened and what works."""
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _known)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(DataError, _not_for_a_database)
    app.register_error_handler(IntegrityError, _taken_meanwhile)
    app.register_error_handler(Exception, _unknown)


def _known(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400 or error.response is not None:
        return make_response(error.get_response())
    template = f"errors/{code}.html" if code in OWN_PAGES else "errors/page.html"
    response = make_response(render_template(template, code=code), code)
    for header, value in error.get_headers():
        if header.lower() != "content-type":
            response.headers.setdefault(header, value)
    return response


def _stale_form(_error: CSRFError) -> Response:
    return make_response(render_template("errors/stale.html", code=400), 400)


def _busy(error: OperationalError) -> Response:
    db.session.rollback()
    current_app.logger.warning("database busy or away: %s", type(error.orig).__name__)
    response = make_response(_static_page(503), 503)
    response.headers["Retry-After"] = "2"
    return response


def _not_for_a_database(_error: DataError) -> Response:
    # A NUL in PostgreSQL, a number past 2^63: a form says so at its field before it comes to this.
    db.session.rollback()
    return _known(BadRequest())


def _taken_meanwhile(error: IntegrityError) -> Response:
    # Two at once gave one name, or one removed what the other pointed at. Anything else is our own mistake.
    told = f"{getattr(error.orig, 'sqlstate', '')} {error.orig}"
    if not any(kind in told for kind in ("23505", "23503", "UNIQUE constraint", "FOREIGN KEY constraint")):
        return _unknown(error)
    db.session.rollback()
    current_app.logger.warning("two changes met: %s", type(error.orig).__name__)
    return _known(Conflict())


def _unknown(_error: Exception) -> Response:
    reference = secrets.token_hex(4).upper()
    current_app.logger.exception("unexpected error %s", reference)
    db.session.rollback()
    return make_response(_static_page(500).replace("{{code}}", reference), 500)


def _static_page(code: int) -> str:
    # A plain file: it works when templates, database and sessions do not.
    try:
        name = f"{code}.{i18n.language()}.html"
    except Exception:  # noqa: BLE001 - choosing the language must not be the second thing that breaks
        name = f"{code}.en.html"
    return Path(STATIC_PAGES / name).read_text().replace("{{style}}", assets.url("app.css"))
