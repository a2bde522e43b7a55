"""Events, and the endpoints that they are sent to."""

import secrets
from urllib.parse import urlsplit

from coworking.core import clock

from .calls import Call, route
from .store import State
from .wire import Doc, Problem, public

API_VERSION = "2026-05-27.dahlia"


def emit(state: State, account: str, kind: str, doc: Doc, before: Doc | None = None) -> Doc:
    """Note that something happened, and queue a delivery to each endpoint that wants to know."""
    data: Doc = {"object": public(doc)}
    if before is not None:
        data["previous_attributes"] = before
    event: Doc = {
        "id": state.new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": state.now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    wanted = list(_listeners(state, account, kind))
    event["pending_webhooks"] = len(wanted)
    if _platform(state, account):
        event["_connected"] = account
    state.put(event, account)
    for endpoint in wanted:
        queue(state, event["id"], endpoint["id"])
    return event


def queue(state: State, event: str, endpoint: str) -> None:
    """Queue one delivery, with the delays and duplicates that a test asked for."""
    mischief = state.setting("mischief", {})
    due = clock.now().timestamp() + float(mischief.get("delay", 0))
    for _copy in range(1 + int(mischief.get("duplicates", 0))):
        state.sql.execute("INSERT INTO delivery (event, endpoint, due) VALUES (?, ?, ?)", (event, endpoint, due))


def _platform(state: State, account: str) -> str:
    own = state.peek(account)
    return str(own.get("_platform", "")) if own else ""


def _listeners(state: State, account: str, kind: str) -> list[Doc]:
    own = [hook for hook in state.every("webhook_endpoint", account) if not hook["_connect"]]
    platform = _platform(state, account)
    if platform:
        own += [hook for hook in state.every("webhook_endpoint", platform) if hook["_connect"]]
    return [hook for hook in own if hook["status"] == "enabled" and (kind in hook["enabled_events"] or "*" in hook["enabled_events"])]


@route("POST", "/v1/webhook_endpoints")
def create_endpoint(call: Call) -> Doc:
    """An endpoint; its secret is told this once."""
    call.needs("url", "enabled_events")
    url = call.text("url")
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise Problem("Invalid URL: an explicit scheme (such as https) must be provided.", code="url_invalid", param="url")
    secret = f"whsec_{secrets.token_urlsafe(24)}"
    doc: Doc = {
        "id": call.state.new_id("we"),
        "object": "webhook_endpoint",
        "api_version": None,
        "application": None,
        "created": call.state.now,
        "description": call.text("description") or None,
        "enabled_events": call.rows("enabled_events"),
        "livemode": False,
        "metadata": call.metadata(),
        "status": "enabled",
        "url": url,
        "_secret": secret,
        "_connect": call.flag("connect"),
    }
    call.put(doc)
    return doc | {"secret": secret}


@route("GET", "/v1/webhook_endpoints")
def list_endpoints(call: Call) -> Doc:
    """Endpoints, newest first."""
    return call.page("webhook_endpoint")


@route("GET", "/v1/webhook_endpoints/<wanted>")
def show_endpoint(call: Call, wanted: str) -> Doc:
    """One endpoint, without its secret."""
    return call.get("webhook_endpoint", wanted)


@route("DELETE", "/v1/webhook_endpoints/<wanted>")
def delete_endpoint(call: Call, wanted: str) -> Doc:
    """Send nothing there any more."""
    call.get("webhook_endpoint", wanted)
    call.state.sql.execute("DELETE FROM object WHERE id = ?", (wanted,))
    call.state.sql.execute("DELETE FROM delivery WHERE endpoint = ? AND done = 0", (wanted,))
    return {"id": wanted, "object": "webhook_endpoint", "deleted": True}


@route("GET", "/v1/events")
def list_events(call: Call) -> Doc:
    """Events, newest first; ``type`` and ``types`` narrow them."""
    types = set(call.rows("types")) | ({call.text("type")} if call.text("type") else set())
    return call.page("event", lambda event: not types or event["type"] in types)


@route("GET", "/v1/events/<wanted>")
def show_event(call: Call, wanted: str) -> Doc:
    """One event."""
    return call.get("event", wanted)
