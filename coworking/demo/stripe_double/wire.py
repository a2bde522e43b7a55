"""How Stripe's API is written: nested forms in, JSON objects and errors out."""

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Doc = dict[str, Any]

_KEY = re.compile(r"\[([^\[\]]*)\]")
MOST_DEPTH = 8
PAGES = "/demo/stripe"
"""Where the double's pages are, on the host that a visit comes from."""


@dataclass
class Problem(Exception):
    """An error answer. ``kept``: what happened before it stays, as a failed charge does."""

    message: str
    status: int = 400
    type: str = "invalid_request_error"
    code: str = ""
    param: str = ""
    extra: Doc | None = None
    kept: bool = False

    def body(self) -> Doc:
        """The error as Stripe writes it."""
        error: Doc = {"type": self.type, "message": self.message}
        if self.code:
            error |= {"code": self.code, "doc_url": f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"}
        if self.param:
            error["param"] = self.param
        return {"error": error | (self.extra or {})}


def missing(kind: str, wanted: str, param: str = "id") -> Problem:
    """There is no such object in this account."""
    words = kind.replace("_", " ").replace(".", " ")
    return Problem(f"No such {words}: '{wanted}'", 404, code="resource_missing", param=param)


def nested(pairs: Iterable[tuple[str, str]]) -> Doc:
    """``a[b][0]=c`` as objects and lists; raises Problem for a key that can't be read."""
    tree: Doc = {}
    for key, value in pairs:
        head, _, _rest = key.partition("[")
        path = [head, *_KEY.findall(key)]
        if len(path) > MOST_DEPTH or not head:
            raise Problem(f"Received unknown parameter: {key[:80]}", code="parameter_unknown", param=key[:80])
        _place(tree, path, value)
    return {key: _lists(value) for key, value in tree.items()}


def _place(tree: Doc, path: list[str], value: str) -> None:
    here = tree
    for step in path[:-1]:
        below = here.setdefault(step or str(len(here)), {})
        if not isinstance(below, dict):
            raise Problem(f"Invalid object at {step}", code="parameter_invalid", param=step)
        here = below
    here[path[-1] or str(len(here))] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(part) for key, part in value.items()}
    return [inner[key] for key in sorted(inner, key=int)] if inner and all(key.isdigit() for key in inner) else inner


def public(doc: Any) -> Any:
    """A copy without what only the double knows (keys that start with an underscore)."""
    if isinstance(doc, dict):
        return {key: public(value) for key, value in doc.items() if not key.startswith("_")}
    if isinstance(doc, list):
        return [public(value) for value in doc]
    return deepcopy(doc)


def listing(url: str, docs: list[Doc], *, has_more: bool = False) -> Doc:
    """A page of a list."""
    return {"object": "list", "data": docs, "has_more": has_more, "url": url}
