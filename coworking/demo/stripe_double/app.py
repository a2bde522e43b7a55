"""The API itself: keys, accounts, idempotency, transactions, and faults that a test asked for."""

import hashlib
import json
import re
import time
from base64 import b64decode
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from . import accounts, book, catalog, checkout, controls, customers, disputes, hooks, intents, portal, setups, subscriptions
from .calls import Call, expand, rules
from .store import State, Store
from .wire import Doc, Problem, nested, public

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

DAY = 86_400
MODULES = (accounts, book, catalog, checkout, controls, customers, disputes, hooks, intents, portal, setups, subscriptions)


class Api:
    """A WSGI app that answers as api.stripe.com does."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.map = rules()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        status, body = self.answer(request)
        response = Response(json.dumps(body), status, content_type="application/json")
        response.headers["Request-Id"] = "req_" + hashlib.sha256(environ.get("HTTP_IDEMPOTENCY_KEY", "").encode()).hexdigest()[:14]
        return response(environ, start_response)

    def answer(self, request: Request) -> tuple[int, Doc]:
        """Status and body of one request."""
        fault = {} if request.path.startswith("/_test/") else self._fault(request.path)
        if fault.get("kind") == "refuse":
            return 500, {"error": {"type": "api_error", "message": "Something went wrong on our side."}}
        if fault.get("kind") == "busy":
            return 429, {"error": {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests."}}
        answered = self._run(request)
        if fault.get("kind") == "sleep":
            time.sleep(float(fault["seconds"]))
        return (502, {"error": {"type": "api_error", "message": "Bad gateway."}}) if fault.get("kind") == "cut" else answered

    def _fault(self, path: str) -> Doc:
        with self.store.change() as state:
            faults = state.setting("faults", [])
            for fault in faults:
                if fault["times"] > 0 and re.search(fault["path"], path):
                    fault["times"] -= 1
                    state.set("faults", faults)
                    return dict(fault)
        return {}

    def _run(self, request: Request) -> tuple[int, Doc]:
        try:
            handler, ids = self.map.bind_to_environ(request.environ).match()
        except HTTPException:
            return 404, Problem(f"Unrecognized request URL ({request.method}: {request.path}).", 404).body()
        try:
            # Form bodies are read by hand: stripe's keys nest.
            pairs = parse_qsl(request.get_data(as_text=True) or request.query_string.decode(), keep_blank_values=True)
            return self._in_transaction(request, handler, dict(ids), pairs)
        except Problem as problem:
            return problem.status, problem.body()

    def _in_transaction(self, request: Request, handler: Any, ids: Doc, pairs: list[tuple[str, str]]) -> tuple[int, Doc]:
        params = nested(pairs)
        with self.store.change() as state:
            control = request.path.startswith("/_test/")
            account = "" if control else authenticate(state, request)
            if not control:
                state.run_due()
            key = request.headers.get("Idempotency-Key", "") if request.method == "POST" else ""
            wish = hashlib.sha256(json.dumps([request.path, sorted(pairs)]).encode()).hexdigest()
            if key and (before := _before(state, account, key, wish)):
                return before
            status, body = _perform(Call(state, account, request.path, params), handler, ids)
            if key:
                row = (account, key, wish, status, json.dumps(body), state.now)
                state.sql.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?)", row)
        return status, body


def _perform(call: Call, handler: Any, ids: Doc) -> tuple[int, Doc]:
    wanted = call.params.pop("expand", [])
    call.state.sql.execute("SAVEPOINT work")
    try:
        body = public(handler(call, **ids))
        for path in wanted if isinstance(wanted, list) else [wanted]:
            if not isinstance(path, str):
                raise Problem("This property cannot be expanded.", param="expand")
            expand(call.state, body, path)
    except Problem as problem:
        if not problem.kept:
            # Nothing was done, and the key is free for another try.
            call.state.sql.execute("ROLLBACK TO work")
            raise
        return problem.status, problem.body()
    return 200, body


def _before(state: State, account: str, key: str, wish: str) -> tuple[int, Doc] | None:
    row = state.sql.execute("SELECT wish, status, body, at FROM answer WHERE account = ? AND key = ?", (account, key)).fetchone()
    if row is None or state.now - row[3] > DAY:
        return None
    if row[0] != wish:
        raise Problem(
            f"Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '{key}'.",
            400,
            "idempotency_error",
        )
    return row[1], json.loads(row[2])


def authenticate(state: State, request: Request) -> str:
    """The account that the key opens, or the connected one it may act for; raises Problem."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    key = b64decode(given).decode().partition(":")[0] if scheme.lower() == "basic" else given
    if not key:
        raise Problem("You did not provide an API key.", 401)
    if not key.startswith("sk_test_") or "revoked" in key:
        raise Problem(f"Invalid API Key provided: {key[:8]}****", 401, code="api_key_expired" if "revoked" in key else "")
    own = accounts.of_key(state, key)
    wanted = request.headers.get("Stripe-Account", "")
    if not wanted or wanted == own:
        return own
    connected = state.peek(wanted)
    if not connected or connected.get("_platform") != own or connected.get("_gone"):
        message = f"The provided key '{key[:8]}****' does not have access to account '{wanted[:40]}' (or that account does not exist)."
        raise Problem(message, 403, code="account_invalid")
    return wanted
