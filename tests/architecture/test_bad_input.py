"""Generated from the forms of every page: whatever is sent in whichever field, the answer is never our own failure."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from tests.architecture.test_tenancy_matrix import path
from tests.architecture.world import fill
from tests.cast import House
from tests.conftest import As

HOSTILE = [
    "", "\x00", "x" * 5000, "\u202e🦊\r\nBcc: x", str(2**63), "9999-12-31", "99:99",
    "-1", "NaN", "1e400", "0000-00-00", "0001-01-01", "24:00", "00000000-0000-7000-8000-000000000000", "/\\evil.example", "<script>'\"{{7*7}}%(x)s{0}",
]  # fmt: skip
ALONE = 7
"""The first so many go into each field by itself, all of them into every field at once."""


@dataclass(slots=True)
class Form:
    """A form as a browser would send it untouched."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__()
        self.address, self.found = address, list[Form]()
        self.open: Form | None = None
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect what has a name."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(given.get("action") or self.address, given.get("method", "get").upper())
            self.found.append(self.open)
        elif self.open is None:
            return
        elif tag in {"input", "textarea", "button"} and given.get("name"):
            self.open.fields.setdefault(given["name"], given.get("value", ""))
        elif tag == "select":
            self.select = given.get("name", "")
            self.open.fields.setdefault(self.select, "")
        elif tag == "option" and self.select and ("selected" in given or not self.open.fields[self.select]):
            self.open.fields[self.select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        if tag == "form":
            self.open = None


def forms_of(app: Flask, client: FlaskClient, house: House) -> list[Form]:
    """Each form once, from every page that the client may open."""
    world, found = fill(app, house), dict[tuple[str, str, frozenset[str]], Form]()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            address = path(app, rule, world.foreign(rule))
            answer = client.get(address)
            for form in Forms(answer.text, address).found if "text/html" in answer.content_type else []:
                found.setdefault((form.method, urlsplit(form.action).path, frozenset(form.fields)), form)
    return list(found.values())


def send(client: FlaskClient, form: Form, values: dict[str, Any]) -> Any:
    """What the server says to it."""
    if form.method == "POST":
        return client.post(form.action, data=values)
    return client.get(urlsplit(form.action).path, query_string=values)


def test_no_field_of_any_form_breaks_us(app: Flask, bergen: House, browse: As) -> None:
    client = browse(bergen, bergen.olga)
    forms = forms_of(app, client, bergen)
    assert len(forms) > 15, "the pages were read"
    broken, strangers = [], browse(bergen)
    for form in forms:
        names = [name for name in form.fields if name != "csrf_token"]
        tries: list[dict[str, Any]] = [{**form.fields, name: value} for name in names for value in HOSTILE[:ALONE]]
        tries += [dict.fromkeys(names, value) for value in HOSTILE]
        tries += [{}, {name: ["one", "\x00two"] for name in names}]
        for values in tries:
            answer = send(client, form, values)
            if answer.status_code in {302, 303} and "/sign-in" in answer.location:
                client = browse(bergen, bergen.olga)
            if answer.status_code >= 500:
                changed = {name: value[:20] for name, value in values.items() if value != form.fields.get(name)}
                broken.append((form.method, form.action, changed))
    assert strangers.get("/").status_code == 200
    assert broken == []
