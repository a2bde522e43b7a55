"""Uploaded files, through one port: a folder on disk, or any S3-compatible store by setting."""

import re
import secrets
from contextlib import suppress
from typing import Literal
from uuid import UUID

import obstore
from flask import Blueprint, Response, abort, current_app, g, request
from flask_login import current_user
from obstore.store import LocalStore, ObjectStore, from_url

from coworking.config import Config

from . import jobs, tenancy
from .permissions import Permission, requires

Visibility = Literal["public", "private"]

TYPES = {
    "image/webp": "webp",
    "image/avif": "avif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pdf": "pdf",
    "text/calendar": "ics",
    "text/csv": "csv",
}
"""What may be kept. Nothing that a browser would run: no HTML, no SVG."""

ENDINGS = {ending: content_type for content_type, ending in TYPES.items()}
SHOWN = frozenset({"webp", "avif", "jpg", "png"})
KEY = re.compile(rf"(public|private)/([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})/[A-Za-z0-9_-]{{22}}\.({'|'.join(ENDINGS)})", re.ASCII)
A_YEAR = 31_536_000

blueprint = Blueprint("files", __name__)


class NoSuchFile(LookupError):
    """Nothing is kept under that key."""


def store(visibility: Visibility, data: bytes, content_type: str) -> str:
    """Keep ``data`` for the operator in force and return its key.

    The same content gets a new key each time, so that browsers may keep a file for good. Raises ValueError for a
    content type that is not in TYPES, and NoOperator when none is in force.
    """
    if content_type not in TYPES:
        raise ValueError(f"files of type {content_type} are not kept")
    key = f"{visibility}/{tenancy.current_operator_id()}/{secrets.token_urlsafe(16)}.{TYPES[content_type]}"
    obstore.put(_store(), key, data)
    return key


def private_key(name: str, content_type: str) -> str:
    """The key of a private file of the operator in force that is made from what we keep, and so found again by ``name``.

    The name is 22 characters of base64url that nobody can guess.
    """
    return f"private/{tenancy.current_operator_id()}/{name}.{TYPES[content_type]}"


def store_under(key: str, data: bytes) -> None:
    """Keep ``data`` under a key of ``private_key``. The same content is meant to come again: it takes the old one's place."""
    if not KEY.fullmatch(key):
        raise ValueError("no key of ours")
    obstore.put(_store(), key, data)


def store_beside(key: str, data: bytes, content_type: str) -> None:
    """Keep the same picture in another form, for browsers that ask for it. It goes when the one under ``key`` goes."""
    obstore.put(_store(), _beside(key, TYPES[content_type]), data)


def read(key: str) -> bytes:
    """What is kept under ``key``; raises NoSuchFile."""
    if not KEY.fullmatch(key):
        raise NoSuchFile
    try:
        return bytes(obstore.get(_store(), key).bytes())
    except (FileNotFoundError, obstore.exceptions.NotFoundError) as error:
        raise NoSuchFile from error


def keys() -> list[str]:
    """Keys of everything that is kept for the operator in force, in order."""
    owner = tenancy.current_operator_id()
    folders = (f"{visibility}/{owner}/" for visibility in ("private", "public"))
    return sorted(str(each["path"]) for folder in folders for batch in obstore.list(_store(), folder) for each in batch)


def delete(key: str) -> None:
    """Remove a file once this transaction commits: a refused request must not lose it."""
    if KEY.fullmatch(key):
        jobs.enqueue("files.delete", key=key)


def put_aside(name: str) -> None:
    """Write an empty object beside the files, under a name that ``show`` never serves and that says all there is to say."""
    obstore.put(_store(), name, b"")


def list_aside(folder: str) -> list[str]:
    """Names of what was put aside in a folder."""
    return [str(each["path"]) for batch in obstore.list(_store(), f"{folder}/") for each in batch]


def remove_aside(name: str) -> None:
    """Remove what was put aside; what is gone already is fine."""
    with suppress(FileNotFoundError, obstore.exceptions.NotFoundError):
        obstore.delete(_store(), name)


@jobs.job("files.delete")
def remove(key: str) -> None:
    """Remove a file now, and what is kept beside it; one that is gone already is fine."""
    for each in (key, _beside(key, "avif")):
        with suppress(FileNotFoundError, obstore.exceptions.NotFoundError):
            obstore.delete(_store(), each)


@blueprint.get("/files/<path:key>")
@requires(Permission.PUBLIC)
def show(key: str) -> Response:
    """Serve a file: public ones to everybody, private ones to signed-in people of the same operator."""
    parts = KEY.fullmatch(key)
    if parts is None:
        abort(404)
    visibility, owner, ending = parts.groups()
    if not _may_see(visibility, UUID(owner)):
        abort(404)
    try:
        data, ending = _best(key, ending)
    except NoSuchFile:
        abort(404)
    response = Response(data, content_type=ENDINGS[ending])
    if key.endswith(".webp"):
        response.vary.add("Accept")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline" if ending in SHOWN else f'attachment; filename="file.{ending}"'
    # A key never gets other content, so a copy is good for as long as anybody keeps it.
    response.headers["Cache-Control"] = f"{visibility}, max-age={A_YEAR}, immutable"
    return response


# The host's own site shows the faces of its operators.
show.on_host_site = True  # type: ignore[attr-defined]


def _best(key: str, ending: str) -> tuple[bytes, str]:
    """The file, or its lighter form beside it where the browser names that among what it reads."""
    if ending == "webp" and any(kind == "image/avif" and quality > 0 for kind, quality in request.accept_mimetypes):
        with suppress(NoSuchFile):
            return read(_beside(key, "avif")), "avif"
    return read(key), ending


def _beside(key: str, ending: str) -> str:
    return f"{key.rpartition('.')[0]}.{ending}"


def _may_see(visibility: str, owner: UUID) -> bool:
    operator = g.get("operator")
    if visibility == "public":
        return operator is None or operator.id == owner
    return operator is not None and operator.id == owner and bool(current_user.is_authenticated)


def _store() -> ObjectStore:
    # Made on first use, not at start: the S3 client has threads, which a fork of the server would lose.
    known: ObjectStore | None = current_app.extensions.get("coworking.files")
    if known is None:
        config: Config = current_app.extensions["coworking.config"]
        known = from_url(config.storage_url) if config.storage_url else LocalStore(config.data_dir / "files", mkdir=True)
        current_app.extensions["coworking.files"] = known
    return known
