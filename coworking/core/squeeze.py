"""Pages compressed for whoever takes them so. Files under /assets/ were compressed when they were published."""

import gzip
import io
import secrets

from flask import Flask, Response, request

KINDS = frozenset({"text/html", "text/css", "text/plain", "application/xml"})
LEAST = 1024
"""Bytes. Less is not worth it."""
LEVEL = 4
"""A third more than level 1 in time, a tenth less in bytes; from 6 on a page takes longer to press than to draw."""
MOST_PADDING = 100
"""Bytes of chance, so that an answer's length tells little about a secret in it (as Django's "Heal The BREACH")."""


def init_app(app: Flask) -> None:
    """Compress what is worth it."""
    app.after_request(squeezed)


def squeezed(response: Response) -> Response:
    """The answer in gzip, where the browser takes it."""
    if response.mimetype not in KINDS or response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or response.status_code in {204, 304}:
        return response
    body = response.get_data()
    if len(body) >= LEAST:
        response.set_data(_pressed(body))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _pressed(body: bytes) -> bytes:
    # RFC 1952 lets a member carry a file name, which readers skip: the place for padding.
    out = io.BytesIO()
    with gzip.GzipFile(filename="a" * secrets.randbelow(MOST_PADDING), mode="wb", compresslevel=LEVEL, fileobj=out, mtime=0) as member:
        member.write(body)
    return out.getvalue()
