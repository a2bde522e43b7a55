"""A form sent twice does its work once, and without a table of keys: the form decides the id of what it makes.

The primary key is the wall. Whoever comes second, a moment or a day later, meets the row that the first one made.
"""

import hashlib
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from .db import Base, db, new_id

Row = TypeVar("Row", bound=Base)


def id_of(sent: MultiDict[str, Any], by: UUID, file: bytes = b"") -> UUID:
    """The id of what this form, and the file with it, makes for the person ``by``: a UUIDv8 (RFC 9562) of all that was sent.

    Another person, another ``form_key`` or another answer gives another id; a form without a key makes something new each time.
    """
    if not sent.get("form_key"):
        return new_id()
    answers = sorted((name, value) for name, value in sent.items(multi=True) if name != "csrf_token")
    number = int.from_bytes(hashlib.sha256(repr((str(by), answers)).encode("utf-8", "replace") + file).digest()[:16])
    return UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 8 << 76 | 2 << 62)


def add(row: Row) -> Row:
    """Write ``row``, or give back the one that the same form made before. Raises IntegrityError for any other clash."""
    kind, key = type(row), vars(row)["id"]
    if (before := db.session.get(kind, key)) is not None:
        return before
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        if (before := db.session.get(kind, key)) is None:
            raise
        return before
    return row
