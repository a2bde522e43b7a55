"""Whole page or fragment: decided here and nowhere else. Views never look at htmx headers."""

from typing import Any, cast

from flask import Response, current_app, make_response, redirect, render_template, request
from htmx_flask import Htmx
from jinja2_fragments.flask import render_block

htmx = Htmx()


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
    response = make_response(body, status)
    response.vary.add("HX-Request")
    response.vary.add("Cookie")
    response.vary.add("Accept-Language")
    return response


def go(url: str) -> Response:
    """On to another page after something was done: a 303, which htmx is told to follow as a whole page."""
    if wants_fragment():
        return Response(status=200, headers={"HX-Redirect": url})
    return cast("Response", redirect(url, code=303))


def unchanged_since(response: Response) -> Response:
    """Let browsers keep a public page and ask whether it changed: a 304 when it did not."""
    response.headers["Cache-Control"] = "private, no-cache" if not current_app.debug else "no-store"
    response.add_etag()
    return cast("Response", response.make_conditional(request))
