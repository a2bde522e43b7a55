"""Customers and their payment methods."""

from calendar import monthrange
from datetime import UTC, datetime

from .calls import Call, route, whole
from .cards import BY_NUMBER, BY_TOKEN, IBAN_BY_TOKEN, IBANS, MESSAGES, Behaviour
from .hooks import emit
from .store import State
from .wire import Doc, Problem

BLANK_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


@route("POST", "/v1/customers")
def create_customer(call: Call) -> Doc:
    """A new customer."""
    doc: Doc = {
        "id": call.state.new_id("cus"),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": call.state.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": call.state.new_id("x")[2:10].upper(),
        "invoice_settings": {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None},
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    _describe(call, doc)
    call.put(doc)
    emit(call.state, call.account, "customer.created", doc)
    if method := call.text("payment_method"):
        attach(call, use(call.state, call.account, method), doc["id"])
    return doc


def _describe(call: Call, doc: Doc) -> None:
    for name in ("name", "email", "phone", "description"):
        if name in call.params:
            doc[name] = call.text(name) or None
    if doc["email"] and "@" not in doc["email"]:
        raise Problem(f"Invalid email address: {doc['email'][:80]}", code="email_invalid", param="email")
    if "preferred_locales" in call.params:
        doc["preferred_locales"] = call.rows("preferred_locales")
    if "address" in call.params:
        doc["address"] = BLANK_ADDRESS | call.mapping("address")
    doc["metadata"] = call.metadata(doc["metadata"])


@route("GET", "/v1/customers/<wanted>")
def show_customer(call: Call, wanted: str) -> Doc:
    """One customer; of a deleted one only that it is."""
    return call.get("customer", wanted)


@route("GET", "/v1/customers")
def list_customers(call: Call) -> Doc:
    """Customers, newest first."""
    email = call.text("email")
    return call.page("customer", lambda doc: not doc.get("deleted") and (not email or doc["email"] == email))


@route("POST", "/v1/customers/<wanted>")
def change_customer(call: Call, wanted: str) -> Doc:
    """Change a customer, their default method among others."""
    doc = living(call, wanted)
    _describe(call, doc)
    settings = call.mapping("invoice_settings")
    if "default_payment_method" in settings:
        method = call.get("payment_method", settings["default_payment_method"], "invoice_settings[default_payment_method]")
        if method["customer"] != wanted:
            raise Problem("The payment method must be attached to the customer.", code="resource_missing", param="default_payment_method")
        doc["invoice_settings"]["default_payment_method"] = method["id"]
    call.put(doc)
    emit(call.state, call.account, "customer.updated", doc, {})
    return doc


@route("DELETE", "/v1/customers/<wanted>")
def delete_customer(call: Call, wanted: str) -> Doc:
    """Forget a customer: methods are detached, subscriptions end."""
    doc = living(call, wanted)
    for method in call.state.every("payment_method", call.account, customer=wanted):
        release(call.state, call.account, method)
    call.state.later(0, "customer_gone", call.account, wanted)
    gone: Doc = {"id": wanted, "object": "customer", "deleted": True}
    call.put(gone)
    emit(call.state, call.account, "customer.deleted", doc)
    return gone


def living(call: Call, wanted: str, param: str = "customer") -> Doc:
    """A customer who is not deleted; raises Problem."""
    doc = call.get("customer", wanted, param)
    if doc.get("deleted"):
        raise Problem(f"No such customer: '{wanted}'", 404, code="resource_missing", param=param)
    return doc


@route("POST", "/v1/payment_methods")
def create_method(call: Call) -> Doc:
    """A card or account; only test numbers exist here."""
    call.needs("type")
    details = call.mapping(call.text("type"))
    if call.text("type") == "sepa_debit":
        return call.put(account_method(call.state, str(details.get("iban", ""))))
    number = str(details.get("number", ""))
    if call.text("type") != "card" or number not in BY_NUMBER:
        raise _card_error("incorrect_number", "")
    month, year = whole(details.get("exp_month"), "exp_month"), whole(details.get("exp_year"), "exp_year")
    if not 1 <= month <= 12:
        raise Problem(MESSAGES["invalid_expiry_month"], 402, "card_error", "invalid_expiry_month", "exp_month")
    if not 1970 <= year <= 2999:
        raise Problem(MESSAGES["invalid_expiry_year"], 402, "card_error", "invalid_expiry_year", "exp_year")
    return call.put(card_method(call.state, number, month, year))


def card_method(state: State, number: str, month: int = 12, year: int = 0) -> Doc:
    """A new method of a test card, expiring in December three years ahead unless told otherwise."""
    card = BY_NUMBER[number]
    return _method(state, "card") | {
        "card": {
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": month,
            "exp_year": year or datetime.fromtimestamp(state.now, UTC).year + 3,
            "fingerprint": f"test{number[-8:]}",
            "funding": "credit",
            "generated_from": None,
            "last4": number[-4:],
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "_number": number,
    }


def account_method(state: State, iban: str) -> Doc:
    """A new method of a test bank account."""
    iban = iban.replace(" ", "")
    if iban not in IBANS:
        raise Problem("The IBAN you provided is invalid.", code="invalid_bank_account_iban", param="sepa_debit[iban]")
    details = {
        "bank_code": iban[4:12],
        "branch_code": "",
        "country": iban[:2],
        "fingerprint": f"test{iban[-8:]}",
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": iban[-4:],
    }
    return _method(state, "sepa_debit") | {"sepa_debit": details, "_iban": iban}


def _method(state: State, kind: str) -> Doc:
    return {
        "id": state.new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {"address": dict(BLANK_ADDRESS), "email": None, "name": None, "phone": None, "tax_id": None},
        "created": state.now,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }


def behaviour(state: State, method: Doc) -> Behaviour:
    """How the method behaves today: a card past its month declines as expired."""
    if method["type"] == "sepa_debit":
        return IBANS[method["_iban"]]
    month, year = method["card"]["exp_month"], method["card"]["exp_year"]
    if datetime.fromtimestamp(state.now, UTC) >= datetime(year, month, monthrange(year, month)[1], 23, 59, 59, tzinfo=UTC):
        return Behaviour("expired_card", "expired_card")
    return BY_NUMBER[method["_number"]].behaviour


def use(state: State, account: str, wanted: str, param: str = "payment_method") -> Doc:
    """The method of that id; a ready-made test name makes a new one."""
    if wanted in BY_TOKEN:
        return state.put(card_method(state, BY_TOKEN[wanted].number), account)
    if wanted in IBAN_BY_TOKEN:
        return state.put(account_method(state, IBAN_BY_TOKEN[wanted]), account)
    method = state.get("payment_method", wanted, account, param)
    if method.get("_released"):
        raise Problem("The provided PaymentMethod was detached from a Customer, and may not be used again.", param=param)
    return method


def _card_error(code: str, reason: str, extra: Doc | None = None) -> Problem:
    decline = {"decline_code": reason} if reason and code == "card_declined" else {}
    message = MESSAGES["insufficient_funds" if reason == "insufficient_funds" else code]
    return Problem(message, 402, "card_error", code, extra=decline | (extra or {}), kept=True)


card_error = _card_error


def attach(call: Call, method: Doc, customer: str) -> Doc:
    """Give the method to a customer; a bank that declines says so now, and so does a method of somebody else."""
    living(call, customer)
    if method["customer"] not in {None, customer}:
        raise Problem("The payment method you provided has already been attached to a customer.", code="payment_method_already_attached")
    rules = behaviour(call.state, method)
    if rules.decline and rules.attach_fails:
        raise _card_error(rules.decline, rules.reason)
    method["customer"] = customer
    call.put(method)
    emit(call.state, call.account, "payment_method.attached", method)
    return method


@route("POST", "/v1/payment_methods/<wanted>/attach")
def attach_method(call: Call, wanted: str) -> Doc:
    """Save a method for a customer."""
    call.needs("customer")
    return attach(call, use(call.state, call.account, wanted), call.text("customer"))


def release(state: State, account: str, method: Doc) -> Doc:
    """Take a method from its customer, for good."""
    owner = method["customer"]
    method |= {"customer": None, "_released": True}
    state.put(method, account)
    customer = state.peek(owner)
    if customer and not customer.get("deleted") and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        customer["invoice_settings"]["default_payment_method"] = None
        state.put(customer, account)
    emit(state, account, "payment_method.detached", method, {"customer": owner})
    return method


@route("POST", "/v1/payment_methods/<wanted>/detach")
def detach_method(call: Call, wanted: str) -> Doc:
    """Forget a method."""
    method = call.get("payment_method", wanted)
    if method["customer"] is None:
        raise Problem("The payment method you provided is not attached to a customer so detachment is impossible.")
    return release(call.state, call.account, method)


@route("GET", "/v1/payment_methods/<wanted>")
def show_method(call: Call, wanted: str) -> Doc:
    """One method."""
    return call.get("payment_method", wanted)


@route("GET", "/v1/customers/<customer>/payment_methods")
def list_of_customer(call: Call, customer: str) -> Doc:
    """Methods of a customer, newest first."""
    living(call, customer)
    kind = call.text("type")
    return call.page("payment_method", lambda doc: not kind or doc["type"] == kind, customer)


@route("GET", "/v1/payment_methods")
def list_methods(call: Call) -> Doc:
    """Methods of a customer, newest first."""
    if not call.text("customer"):
        return call.page("payment_method", lambda _doc: False)
    return list_of_customer(call, call.text("customer"))
