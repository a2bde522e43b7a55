"""Accounts: each secret key opens its own, and a platform may make others under it (Connect)."""

import hashlib

from .calls import Call, route
from .hooks import emit
from .store import State
from .wire import PAGES, Doc, Problem


def of_key(state: State, key: str) -> str:
    """The account that a secret key opens; made when the key is first seen."""
    ident = "acct_" + hashlib.sha256(key.encode()).hexdigest()[:16]
    if state.peek(ident) is None:
        state.put(_account(state, ident, "NO", key.removeprefix("sk_test_").replace("_", " ").title()), ident)
    return ident


def _account(state: State, ident: str, country: str, name: str) -> Doc:
    return {
        "id": ident,
        "object": "account",
        "business_profile": {
            "annual_revenue": None,
            "estimated_worker_count": None,
            "mcc": None,
            "name": name or None,
            "product_description": None,
            "support_address": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": None,
        },
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "country": country,
        "created": state.now,
        "default_currency": {"NO": "nok", "GB": "gbp"}.get(country, "eur"),
        "details_submitted": True,
        "email": None,
        "metadata": {},
        "payouts_enabled": True,
        "type": "standard",
    }


@route("GET", "/v1/account")
def show_own(call: Call) -> Doc:
    """The account itself."""
    return call.get("account", call.account)


@route("POST", "/v1/accounts")
def create(call: Call) -> Doc:
    """An account under this one."""
    profile = call.mapping("business_profile")
    ident = call.state.new_id("acct")
    doc = _account(call.state, ident, call.text("country") or "NO", str(profile.get("name", ""))) | {"_platform": call.account}
    doc |= {"email": call.text("email") or None, "metadata": call.metadata()}
    doc |= {"charges_enabled": False, "payouts_enabled": False, "details_submitted": False}
    call.state.put(doc, ident)
    return doc


def onboard(state: State, doc: Doc) -> Doc:
    """The owner has told who they are: the account takes money."""
    doc |= {"charges_enabled": True, "payouts_enabled": True, "details_submitted": True}
    state.put(doc, doc["id"])
    emit(state, doc["id"], "account.updated", doc, {"charges_enabled": False})
    return doc


@route("GET", "/v1/accounts/<wanted>")
def show(call: Call, wanted: str) -> Doc:
    """This account, or one under it."""
    doc = call.state.peek(wanted)
    if wanted == call.account and doc:
        return doc
    if not doc or doc.get("_platform") != call.account:
        raise Problem(
            f"The provided key does not have access to account '{wanted[:40]}' (or that account does not exist).", 403, code="account_invalid"
        )
    return doc


@route("POST", "/v1/account_links")
def link(call: Call) -> Doc:
    """Where the owner of an account under this one tells who they are."""
    call.needs("account", "type")
    doc = show(call, call.text("account"))
    origin = "/".join(call.text("return_url").split("/")[:3])
    call.state.put(doc | {"_return_url": call.text("return_url")}, doc["id"])
    return {"object": "account_link", "created": call.state.now, "expires_at": call.state.now + 300, "url": f"{origin}{PAGES}/onboarding/{doc['id']}"}
