"""Where the pages of this domain hang, and what they share."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from coworking.core import pages

from ..models import Person
from ..next_url import safe_next
from ..throttle import TooManyTries

blueprint = Blueprint("people", __name__)


def home_of(person: Person) -> str:
    """Where a person starts: staff at the desk, members at home."""
    return url_for("desk.today" if person.is_staff else "portal.home")


def asked_next() -> str | None:
    """Where the query says to go on to, when that is on this site."""
    return safe_next(request.args.get("next"))


def client_address() -> str | None:
    """The client's IP address. X-Forwarded-For counts only as far as ``trusted_proxies`` says (core.web)."""
    return request.remote_addr


def shown(form: Any) -> int:
    """Status of a page with a form: 422 when the form was sent and something in it was refused."""
    return 422 if form.is_submitted() and form.errors else 200


def slow_down(template: str, refusal: TooManyTries, **context: Any) -> AnyResponse:
    """The page again, saying when the next try is open; what was typed stays."""
    minutes = -(-refusal.seconds // 60)
    text = ngettext("Too many tries. Wait a minute, then try again.", "Too many tries. Wait %(num)d minutes, then try again.", minutes)
    response = pages.page(template, status=429, too_many=text, form_errors=True, **context)
    response.headers["Retry-After"] = str(refusal.seconds)
    return response
