"""Whole page or fragment: decided here and nowhere else. Views never look at htmx headers."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, Response, current_app, get_flashed_messages, make_response, redirect, render_template, request, session
from htmx_flask import Htmx
from jinja2_fragments.flask import render_block
from markupsafe import Markup

from coworking.config import ROOT, Config

from . import kept

htmx = Htmx()
BUILT_FROM = ("coworking/**/*.py", "templates/**/*.html", "translations/**/*.mo", "static/**/*", "requirements.txt")


@dataclass(frozen=True, slots=True)
class Part:
    """What stands inside the frame of a page, drawn already."""

    html: Markup
    status: int = 200


def init_app(app: Flask, config: Config) -> None:
    """Listen to htmx, and know which build of us draws the pages."""
    htmx.init_app(app)
    build = hashlib.blake2b(repr(config).encode(), digest_size=16)
    for path in sorted(path for pattern in BUILT_FROM for path in ROOT.glob(pattern) if path.is_file()):
        build.update(path.read_bytes())
    app.extensions["coworking.build"] = build.hexdigest()


def wants_fragment() -> bool:
    """Whether htmx asks for a part of a page. Boosted links and restored history want the whole."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers and "HX-History-Restore-Request" not in request.headers


def page(template: str, fragment: str | tuple[str, ...] | None = None, status: int = 200, **context: Any) -> Response:
    """Render ``template``, or only its block(s) named ``fragment`` when htmx asks for a part of the page."""
    if fragment and wants_fragment():
        blocks = (fragment,) if isinstance(fragment, str) else fragment
        body = "".join(render_block(template, block, **context) for block in blocks)
    else:
        body = render_template(template, **context)
    return _answer(body, status)


def streamed(template: str, **context: Any) -> Iterator[str]:
    """``template`` in pieces, for a file that is too long to hold whole. It sees nothing of the request's page."""
    return current_app.jinja_env.get_template(template).generate(**context)


def draw(template: str, fragment: str, status: int = 200, **context: Any) -> Part:
    """A part of a page to keep: all of ``template``, or only its block ``fragment`` when htmx asks for a part of the page."""
    html = render_block(template, fragment, **context) if wants_fragment() else render_template(template, **context)
    return Part(Markup(html), status)  # noqa: S704 - our own templates escape


def macros(template: str, **context: Any) -> Any:
    """The macros of ``template`` as functions that see ``context``, for pages that are drawn in pieces and kept."""
    return current_app.jinja_env.get_template(template).make_module(context)


def framed(template: str, part: Part, **context: Any) -> Response:
    """The page ``template`` around ``part``, or the part alone when htmx asks for a part of the page."""
    body = part.html if wants_fragment() else render_template(template, part=part.html, form_errors=part.status >= 400, **context)
    return _answer(body, part.status)


def _answer(body: str, status: int) -> Response:
    response = make_response(body, status)
    for header in ("HX-Request", "Cookie", "Accept-Language"):
        response.vary.add(header)
    return response


def go(url: str) -> Response:
    """On to another page after something was done: a 303, which htmx is told to follow as a whole page."""
    if wants_fragment():
        return Response(status=200, headers={"HX-Redirect": url})
    return cast("Response", redirect(url, code=303))


def unchanged_since(response: Response) -> Response:
    """Let browsers keep a public page and ask whether it changed: a 304 when it did not."""
    _keepable(response).add_etag(weak=True)
    return cast("Response", response.make_conditional(request))


def marked(response: Response) -> Response:
    """As ``unchanged_since``, for a page of which the marks say all: then ``unchanged`` finds out without drawing it."""
    if get_flashed_messages():
        return response
    _keepable(response).set_etag(_mark(), weak=True)
    return cast("Response", response.make_conditional(request))


def unchanged() -> Response | None:
    """A 304 where a stranger's browser has this page as it is, by the marks alone; None where it has not.

    Only for pages whose answer follows from address, language, minute and the operator's marks.
    """
    if "_flashes" in session or not request.if_none_match.contains_weak(_mark()):
        return None
    response = _answer("", 304)
    _keepable(response).set_etag(_mark(), weak=True)
    return response


def _mark() -> str:
    seen = (current_app.extensions["coworking.build"], request.host, request.full_path, wants_fragment(), kept.marks())
    return hashlib.blake2b(repr(seen).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _keepable(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-cache" if not current_app.debug else "no-store"
    return response
