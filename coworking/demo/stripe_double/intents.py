"""Payment intents: from a wish to a charge, with the bank's questions in between."""

from typing import Any

from .book import charge, settle
from .calls import Call, charged, currency_of, route
from .cards import MESSAGES
from .customers import attach, behaviour, card_error, living, use
from .hooks import emit
from .store import State, happening
from .wire import PAGES, Doc, Problem, public

SMALLEST = {"eur": 50, "gbp": 30, "nok": 300, "usd": 50, "sek": 300, "dkk": 250, "chf": 50}
OPEN = {"requires_payment_method", "requires_confirmation", "requires_action"}


def intent_doc(state: State, amount: int, currency: str, **known: Any) -> Doc:
    """A payment intent that nobody has paid; ``known`` are its fields."""
    if amount < SMALLEST.get(currency, 50):
        raise Problem("Amount must convert to at least 50 cents.", code="amount_too_small", param="amount")
    ident = state.new_id("pi")
    return {
        "id": ident,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic",
        "client_secret": f"{ident}_secret_test",
        "confirmation_method": "automatic",
        "created": state.now,
        "currency": currency,
        "customer": None,
        "description": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": {},
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": None,
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    } | known


@route("POST", "/v1/payment_intents")
def create(call: Call) -> Doc:
    """A payment intent, confirmed at once if asked."""
    call.needs("amount", "currency")
    customer = call.text("customer") or None
    if customer:
        living(call, customer)
    intent = intent_doc(
        call.state,
        charged(call.params["amount"]),
        currency_of(call.text("currency")),
        customer=customer,
        description=call.text("description") or None,
        metadata=call.metadata(),
        payment_method_types=call.rows("payment_method_types") or ["card", "sepa_debit"],
        setup_future_usage=call.text("setup_future_usage") or None,
    )
    if call.text("payment_method"):
        intent |= {"payment_method": use(call.state, call.account, call.text("payment_method"))["id"], "status": "requires_confirmation"}
    call.put(intent)
    emit(call.state, call.account, "payment_intent.created", intent)
    return confirm(call, intent["id"]) if call.flag("confirm") else intent


@route("POST", "/v1/payment_intents/<wanted>/confirm")
def confirm(call: Call, wanted: str) -> Doc:
    """Try to take the money."""
    intent = call.get("payment_intent", wanted)
    if intent["status"] not in OPEN:
        raise _unexpected(intent, "confirm")
    if call.text("payment_method"):
        intent["payment_method"] = use(call.state, call.account, call.text("payment_method"))["id"]
    if not intent["payment_method"]:
        raise Problem("You cannot confirm this PaymentIntent because it's missing a payment method.", code="payment_intent_unexpected_state")
    absent = call.params.get("off_session") in {"true", "one_off", "recurring"}
    return attempt(call, intent, absent=absent, return_url=call.text("return_url"))


def _unexpected(intent: Doc, verb: str) -> Problem:
    message = f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}."
    return Problem(message, code="payment_intent_unexpected_state", extra={"payment_intent": public(intent)})


def attempt(call: Call, intent: Doc, *, absent: bool, return_url: str = "", approved: bool = False) -> Doc:
    """Take the money with the intent's method. ``absent``: nobody is there to approve it. Raises Problem on a decline."""
    method = use(call.state, call.account, intent["payment_method"])
    _may_be_charged(intent, method)
    rules = behaviour(call.state, method)
    if method["type"] == "sepa_debit":
        return _debit(call, intent, method)
    if not approved and _asks(rules.authenticate, method, absent=absent):
        return _ask(call, intent, method, absent=absent, return_url=return_url)
    if rules.decline:
        raise decline(call, intent, method, rules.decline, rules.reason)
    doc = settle(call.state, call.account, charge(call.state, call.account, intent, method, "succeeded"), method)
    _keep_for_later(call, intent, method)
    return _succeed(call.state, call.account, intent, doc)


def _may_be_charged(intent: Doc, method: Doc) -> None:
    if method["customer"] and method["customer"] != intent["customer"]:
        raise Problem(
            f"The customer does not have a payment method with the ID {method['id']}. The payment method must be attached to the customer.",
            param="payment_method",
        )
    if method["type"] == "sepa_debit" and intent["currency"] != "eur":
        raise Problem("The currency provided is invalid for payment method type sepa_debit.", code="payment_intent_incompatible_payment_method")


def _asks(rule: str, method: Doc, *, absent: bool) -> bool:
    if rule == "unless_set_up":
        return not (absent and method.get("_set_up"))
    return rule == "always" or (rule == "on_session" and not absent)


def _ask(call: Call, intent: Doc, method: Doc, *, absent: bool, return_url: str) -> Doc:
    if absent:
        raise decline(call, intent, method, "authentication_required", "authentication_required")
    origin = "/".join(return_url.split("/")[:3])
    intent["status"] = "requires_action"
    intent["next_action"] = {
        "type": "redirect_to_url",
        "redirect_to_url": {"url": f"{origin}{PAGES}/approve/{intent['id']}", "return_url": return_url or None},
    }
    intent["_return_url"] = return_url
    if not return_url:
        intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    call.put(intent)
    emit(call.state, call.account, "payment_intent.requires_action", intent)
    return intent


def decline(call: Call, intent: Doc, method: Doc, code: str, reason: str) -> Problem:
    """Note a charge that the bank refused; returns the answer for the caller, the intent inside."""
    doc = charge(call.state, call.account, intent, method, "failed")
    doc |= {"failure_code": code, "failure_message": MESSAGES[code], "captured": False, "paid": False}
    doc["outcome"] = {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network",
        "reason": reason,
        "risk_level": "normal",
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
    call.put(doc)
    problem = card_error(code, reason)
    if code == "authentication_required":
        problem.extra = {"decline_code": "authentication_required"}
    shown = public(method)
    intent |= {"status": "requires_payment_method", "payment_method": None, "next_action": None, "latest_charge": doc["id"]}
    intent["last_payment_error"] = problem.body()["error"] | {"charge": doc["id"], "payment_method": shown}
    call.put(intent)
    emit(call.state, call.account, "charge.failed", doc)
    emit(call.state, call.account, "payment_intent.payment_failed", intent)
    problem.extra = (problem.extra or {}) | {"charge": doc["id"], "payment_method": shown, "payment_intent": public(intent)}
    return problem


def _keep_for_later(call: Call, intent: Doc, method: Doc) -> None:
    if not intent["setup_future_usage"] or not intent["customer"]:
        return
    method["_set_up"] = True
    if method["customer"]:
        call.put(method)
    else:
        attach(call, method, intent["customer"])


def _succeed(state: State, account: str, intent: Doc, doc: Doc) -> Doc:
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "latest_charge": doc["id"],
        "next_action": None,
        "last_payment_error": None,
    }
    state.put(intent, account)
    emit(state, account, "payment_intent.succeeded", intent)
    return intent


def _debit(call: Call, intent: Doc, method: Doc) -> Doc:
    method.setdefault("_mandate", call.state.new_id("mandate"))
    call.put(method)
    doc = charge(call.state, call.account, intent, method, "pending")
    intent |= {"status": "processing", "latest_charge": doc["id"], "next_action": None}
    intent["payment_method_types"] = sorted({*intent["payment_method_types"], "sepa_debit"})
    _keep_for_later(call, intent, method)
    call.put(intent)
    emit(call.state, call.account, "charge.pending", doc)
    emit(call.state, call.account, "payment_intent.processing", intent)
    call.state.later(behaviour(call.state, method).seconds or 5, "debit", call.account, intent["id"])
    return intent


@happening("debit")
def _debit_ends(state: State, account: str, wanted: str) -> None:
    intent = state.get("payment_intent", wanted, account)
    method = state.get("payment_method", intent["payment_method"], account)
    doc = state.get("charge", intent["latest_charge"], account)
    rules = behaviour(state, method)
    if rules.debit == "failed":
        doc |= {"status": "failed", "failure_code": "insufficient_funds", "failure_message": "The customer's account has insufficient funds."}
        doc |= {"paid": False, "captured": False}
        state.put(doc, account)
        error = {"type": "invalid_request_error", "code": "payment_intent_payment_attempt_failed", "message": "The payment failed."}
        intent |= {"status": "requires_payment_method", "payment_method": None}
        intent["last_payment_error"] = error | {"charge": doc["id"], "payment_method": public(method)}
        state.put(intent, account)
        emit(state, account, "charge.failed", doc)
        emit(state, account, "payment_intent.payment_failed", intent)
    else:
        doc = settle(state, account, doc, method)
        _succeed(state, account, intent, doc)
        if rules.debit == "disputed":
            state.later(1, "dispute", account, f"{doc['id']}:debit_not_authorized")
    if visit := intent.get("_session"):
        state.later(0, "visit_debited", account, f"{visit}:{'' if rules.debit == 'failed' else 'paid'}")


@route("POST", "/v1/payment_intents/<wanted>/cancel")
def cancel(call: Call, wanted: str) -> Doc:
    """Give up a payment that has not gone through."""
    intent = call.get("payment_intent", wanted)
    if intent["status"] not in OPEN:
        raise _unexpected(intent, "cancel")
    intent |= {"status": "canceled", "canceled_at": call.state.now, "next_action": None}
    intent["cancellation_reason"] = call.text("cancellation_reason") or None
    call.put(intent)
    emit(call.state, call.account, "payment_intent.canceled", intent)
    return intent


@route("GET", "/v1/payment_intents/<wanted>")
def show(call: Call, wanted: str) -> Doc:
    """One payment intent."""
    return call.get("payment_intent", wanted)


@route("GET", "/v1/payment_intents")
def list_all(call: Call) -> Doc:
    """Payment intents, newest first."""
    return call.page("payment_intent", customer=call.text("customer"))


def answer(call: Call, wanted: str, *, approved: bool) -> Doc:
    """The payer approved the payment at their bank, or did not; a refusal or a decline is noted, not raised."""
    intent = call.get("payment_intent", wanted)
    if intent["status"] != "requires_action":
        return intent
    try:
        if not approved:
            method = call.get("payment_method", intent["payment_method"])
            raise decline(call, intent, method, "payment_intent_authentication_failure", "")
        return attempt(call, intent, absent=False, approved=True)
    except Problem as problem:
        if not problem.kept:
            raise
        return call.get("payment_intent", wanted)
