"""Canaries: unguessable words in every field of every form, and a search for them, as they are and in disguise, wherever data can lie."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import Base, db
from coworking.core.labels import PERSONAL

MARK = "zq"
TOKEN = re.compile(r"zq[a-z]{14}", re.IGNORECASE)
DIGITS = re.compile(r"9[0-9]{11}")
HEX = re.compile(r"[0-9a-f]{16,128}", re.IGNORECASE)
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}")
LETTERS = "abcdefghjkmnprstuvwxy"


@dataclass(frozen=True, slots=True)
class Canary:
    """One word that was typed once: by whom, where, into which field. ``value`` is all that the field was given."""

    token: str
    value: str
    who: str
    endpoint: str
    name: str
    kind: str


@dataclass(slots=True)
class Flock:
    """All canaries of a sweep."""

    known: dict[str, Canary] = field(default_factory=dict)

    def release(self, who: str, endpoint: str, name: str, kind: str, most: int = 254) -> str:
        """The value for one field, in a shape that its kind takes."""
        token = MARK + "".join(secrets.choice(LETTERS) for _ in range(14))
        if kind == "tel":
            token = "9" + "".join(secrets.choice("0123456789") for _ in range(11))
        shapes = {"email": f"{token}@{token}.example", "url": f"https://{token}.example/", "tel": f"+{token}", "password": f"{token}-Lantern-7"}
        # A name of one word could be anybody's, so an erasure looks for whole names.
        value = shapes.get(kind, f"{token} Canary" if name == "name" else token)[: max(most, 16)]
        self.known[token] = Canary(token, value, who, endpoint, name, kind)
        return value

    def of(self, *whos: str) -> set[str]:
        """Tokens that these people typed."""
        return {token for token, each in self.known.items() if each.who in whos}


@dataclass(slots=True)
class Field:
    """One field of a form."""

    name: str
    kind: str
    value: str = ""
    most: int = 254
    free: bool = False
    new: bool = False
    numeric: bool = False


@dataclass(slots=True)
class Form:
    """A form as a browser reads it. ``boxes``: those that were not ticked."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)
    boxes: dict[str, str] = field(default_factory=dict)

    @property
    def typed(self) -> list[Field]:
        """Fields that somebody types text into."""
        return [each for each in self.fields.values() if each.free]


FREE = {"text", "email", "tel", "search", "url", "password", "textarea"}


class Forms(HTMLParser):
    """The forms of a page that change something, and the links on it."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.found, self.links, self.address = list[Form](), list[str](), address
        self.open: Form | None = None
        self.select: Field | None = None
        self.area: Field | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect forms, fields and links."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(given["href"])
        elif tag == "form" and given.get("method", "get").lower() == "post":
            self.open = Form(given.get("action") or self.address)
            self.found.append(self.open)
        elif self.open is not None and given.get("name"):
            self._field(tag, given)
        elif tag == "option" and self.select is not None and ("selected" in given or not self.select.value):
            self.select.value = given.get("value", "")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        assert self.open is not None
        kind = given.get("type", "text") if tag == "input" else tag
        if kind == "checkbox" and "checked" not in given:
            self.open.boxes.setdefault(given["name"], given.get("value", ""))
            return
        if kind == "radio" and "checked" not in given and given["name"] in self.open.fields:
            return
        most = int(given["maxlength"]) if given.get("maxlength", "").isdigit() else 254
        made = Field(given["name"], kind, given.get("value", ""), most, kind in FREE and "readonly" not in given, "new" in given.get("autocomplete", ""),
                     given.get("inputmode") in {"numeric", "decimal"})  # fmt: skip
        if kind in {"button", "submit"} and made.name in self.open.fields:
            return
        self.open.fields[made.name] = made
        self.select = made if tag == "select" else None
        self.area = made if tag == "textarea" else None

    def handle_data(self, data: str) -> None:
        """What stands in a textarea."""
        if self.area is not None:
            self.area.value += data

    def handle_endtag(self, tag: str) -> None:
        """A form, a choice or a text ends."""
        if tag == "form":
            self.open = None
        if tag == "select":
            self.select = None
        if tag == "textarea":
            self.area = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a canary was found: a column, a file, the log, and in which form."""

    where: str
    token: str
    form: str = "plain"


class Search:
    """Finds canaries in text: as typed, in other case, in base64 and hexadecimal, and behind usual hashes with and without our keys."""

    def __init__(self, flock: Flock, keys: Iterable[bytes]) -> None:
        self.flock = flock
        self.hashes: dict[str, tuple[str, str]] = {}
        keys = list(keys)
        for canary in flock.known.values():
            for said in {canary.token, canary.value, canary.value.lower(), canary.value.casefold()}:
                for name, digest in _digests(said.encode(), keys):
                    self.hashes[digest.hex()[:16]] = (canary.token, name)
                    self.hashes[base64.urlsafe_b64encode(digest).decode()[:16].lower()] = (canary.token, name)

    def __call__(self, where: str, text: str) -> Iterator[Place]:
        """Every canary in a text."""
        yield from self._plain(where, text, "plain")
        for run in HEX.findall(text):
            if (hit := self.hashes.get(run[:16].lower())) is not None:
                yield Place(where, *hit)
            if len(run) % 2 == 0:
                yield from self._plain(where, bytes.fromhex(run).decode("latin-1"), "hex")
        for run in BASE64.findall(text):
            if (hit := self.hashes.get(run[:16].lower())) is not None:
                yield Place(where, *hit)
            for start in range(4):
                part = run[start : start + (len(run) - start) // 4 * 4]
                yield from self._plain(where, base64.b64decode(part, altchars=b"-_" if {"-", "_"} & set(part) else None).decode("latin-1"), "base64")

    def _plain(self, where: str, text: str, form: str) -> Iterator[Place]:
        for found in (*TOKEN.findall(text), *DIGITS.findall(text)):
            if (token := found.lower()) in self.flock.known:
                yield Place(where, token, form if found == token else "case")


def _digests(said: bytes, keys: list[bytes]) -> Iterator[tuple[str, bytes]]:
    for name in ("sha256", "sha1", "md5", "sha512", "blake2b"):
        yield name, hashlib.new(name, said).digest()
    for key in keys:
        for name in ("sha256", "sha1", "sha512"):
            yield f"hmac-{name}", hmac.new(key, said, name).digest()


def sweep_database(search: Search) -> set[Place]:
    """Canaries in every column of every table there is, whether our models know it or not."""
    found: set[Place] = set()
    with tenancy.across_operators():
        connection = db.session.connection()
        inspector = sa.inspect(connection)
        for name in inspector.get_table_names():
            table = sa.table(name, *(sa.column(column["name"]) for column in inspector.get_columns(name)))
            for row in connection.execute(sa.select(table)):
                for column, value in row._mapping.items():
                    if value is not None and not isinstance(value, bool | int | float):
                        found |= set(search(f"{name}.{column}", _text(value)))
    return found


def sweep_files(search: Search, folder: Path, without: Iterable[str] = ()) -> set[Place]:
    """Canaries in every file under ``folder`` but those that hold the database itself."""
    found: set[Place] = set()
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith(tuple(without)):
            found |= set(search(f"file:{path.relative_to(folder)}", path.read_bytes().decode("latin-1")))
    return found


def _text(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def labels() -> dict[str, str | None]:
    """Register key of each column; None where it says that it holds nothing about a person."""
    return {f"{table.name}.{column.name}": column.info.get(PERSONAL) for table in Base.metadata.sorted_tables for column in table.columns}


def misplaced(places: Iterable[Place], known: dict[str, str | None], stores: set[str]) -> set[str]:
    """Where a canary lies although the register knows of nothing personal there, or although it was only hidden."""
    wrong = {f"{place.where} ({place.form})" for place in places if place.form not in {"plain", "case"} and not place.where.startswith("file:")}
    for place in places:
        in_store = place.where.split(".")[0] in stores
        if not in_store and known.get(place.where) is None:
            wrong.add(place.where)
    return wrong


def keys_of(app: Flask) -> list[bytes]:
    """The keys with which the app signs and encrypts."""
    config = app.extensions["coworking.config"]
    found = [str(app.config["SECRET_KEY"]).encode()]
    written = config.data_dir / "encryption_key"
    return found + ([written.read_bytes().strip()] if written.exists() else [])
