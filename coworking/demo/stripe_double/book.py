"""Charges, refunds, disputes and the account's book of balance transactions."""

from .calls import Call, charged, route
from .customers import behaviour
from .hooks import emit
from .store import State, happening
from .wire import Doc, Problem

CARD_BASIS_POINTS, CARD_FIXED = 150, 25
DEBIT_FIXED = 35
DAY = 86_400
LAST_REFUND_DAYS = 180


def enter(state: State, account: str, kind: str, amount: int, source: Doc, *, fee: int = 0, category: str = "") -> Doc:
    """A line in the account's book; positive amounts come in. Returns the balance transaction."""
    fees = [{"amount": fee, "application": None, "currency": source["currency"], "description": "Stripe processing fees", "type": "stripe_fee"}]
    doc: Doc = {
        "id": state.new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": state.now + 2 * DAY,
        "balance_type": "payments",
        "created": state.now,
        "currency": source["currency"],
        "description": source.get("description"),
        "exchange_rate": None,
        "fee": fee,
        "fee_details": fees if fee else [],
        "net": amount - fee,
        "reporting_category": category or kind,
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }
    return state.put(doc, account)


def fee_of(method: Doc, amount: int) -> int:
    """What the double takes, in minor units: 1.5 % + 25 of a card, 35 of a direct debit."""
    return DEBIT_FIXED if method["type"] == "sepa_debit" else amount * CARD_BASIS_POINTS // 10_000 + CARD_FIXED


def charge(state: State, account: str, intent: Doc, method: Doc, status: str) -> Doc:
    """A charge of a payment intent: succeeded, pending or failed."""
    ok = status != "failed"
    details = {key: value for key, value in method.get("card", {}).items() if key not in {"display_brand", "generated_from"}}
    if details:
        details |= {"amount_authorized": intent["amount"], "installments": None, "mandate": None, "network": details["brand"], "three_d_secure": None}
        details.pop("networks", None)
        details.pop("three_d_secure_usage", None)
        shown: Doc = {"type": "card", "card": details}
    else:
        shown = {"type": "sepa_debit", "sepa_debit": {key: value for key, value in method["sepa_debit"].items() if key != "generated_from"}}
        shown["sepa_debit"]["mandate"] = method.get("_mandate")
    doc: Doc = {
        "id": state.new_id("ch" if "card" in method else "py"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if status == "succeeded" else 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "captured": ok,
        "created": state.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": None,
        "paid": ok,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": shown,
        "receipt_email": None,
        "receipt_url": None,
        "refunded": False,
        "status": status,
    }
    return state.put(doc, account)


def settle(state: State, account: str, doc: Doc, method: Doc) -> Doc:
    """The charge is paid: it enters the book."""
    kind = "payment" if method["type"] == "sepa_debit" else "charge"
    line = enter(state, account, kind, doc["amount"], doc, fee=fee_of(method, doc["amount"]), category="charge")
    doc |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": doc["amount"], "balance_transaction": line["id"]}
    state.put(doc, account)
    emit(state, account, "charge.succeeded", doc)
    if reason := behaviour(state, method).dispute:
        state.later(1, "dispute", account, f"{doc['id']}:{reason}")
    return doc


@route("POST", "/v1/refunds")
def refund(call: Call) -> Doc:
    """Send back part or all of a charge."""
    doc = _to_refund(call)
    left = doc["amount"] - doc["amount_refunded"]
    amount = charged(call.params["amount"]) if "amount" in call.params else left
    if amount > left:
        raise Problem(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).", param="amount")
    method = call.get("payment_method", doc["payment_method"])
    ending = behaviour(call.state, method).refund if method["type"] == "card" else ""
    back: Doc = {
        "id": call.state.new_id("re" if "card" in method else "pyr"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": doc["id"],
        "created": call.state.now,
        "currency": doc["currency"],
        "destination_details": {"card": {"type": "pending"}, "type": "card"} if "card" in method else {"type": "sepa_debit"},
        "metadata": call.metadata(),
        "payment_intent": doc["payment_intent"],
        "reason": call.text("reason") or None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if ending == "pending" else "succeeded",
        "transfer_reversal": None,
    }
    kind = "refund" if "card" in method else "payment_refund"
    back["balance_transaction"] = enter(call.state, call.account, kind, -amount, back, category="refund")["id"]
    call.put(back)
    doc["amount_refunded"] += amount
    doc["refunded"] = doc["amount_refunded"] == doc["amount"]
    call.put(doc)
    emit(call.state, call.account, "refund.created", back)
    emit(call.state, call.account, "charge.refunded", doc, {"amount_refunded": doc["amount_refunded"] - amount})
    if ending:
        call.state.later(3, "refund", call.account, back["id"])
    return back


def _to_refund(call: Call) -> Doc:
    wanted = call.text("charge")
    if not wanted:
        call.needs("payment_intent")
        intent = call.get("payment_intent", call.text("payment_intent"), "payment_intent")
        wanted = intent["latest_charge"] or ""
        if intent["status"] != "succeeded":
            raise Problem("This PaymentIntent does not have a successful charge to refund.", code="charge_not_refundable")
    doc = call.get("charge", wanted, "charge")
    if doc["disputed"]:
        raise Problem(f"Charge {doc['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if doc["refunded"]:
        raise Problem(f"Charge {doc['id']} has already been refunded.", code="charge_already_refunded")
    if doc["status"] != "succeeded":
        raise Problem(f"Charge {doc['id']} is not paid.", code="charge_not_refundable")
    if call.state.now - doc["created"] > LAST_REFUND_DAYS * DAY and doc["payment_method_details"]["type"] == "sepa_debit":
        raise Problem("SEPA Direct Debit payments can be refunded within 180 days.", code="charge_not_refundable")
    return doc


@happening("refund")
def _refund_ends(state: State, account: str, wanted: str) -> None:
    back = state.get("refund", wanted, account)
    doc = state.get("charge", back["charge"], account)
    method = state.get("payment_method", doc["payment_method"], account)
    if behaviour(state, method).refund == "pending":
        back["status"] = "succeeded"
    else:
        line = enter(state, account, "refund_failure", back["amount"], back, category="refund_failure")
        back |= {"status": "failed", "failure_reason": "expired_or_canceled_card", "failure_balance_transaction": line["id"]}
        doc["amount_refunded"] -= back["amount"]
        doc["refunded"] = False
        state.put(doc, account)
    state.put(back, account)
    emit(state, account, "refund.updated", back, {"status": "pending"})
    if back["status"] == "failed":
        emit(state, account, "refund.failed", back)


@route("GET", "/v1/refunds/<wanted>")
def show_refund(call: Call, wanted: str) -> Doc:
    """One refund."""
    return call.get("refund", wanted)


@route("GET", "/v1/refunds")
def list_refunds(call: Call) -> Doc:
    """Refunds, newest first; of one charge or payment if asked."""
    wanted = {key: call.text(key) for key in ("charge", "payment_intent") if call.text(key)}
    return call.page("refund", lambda doc: all(doc[key] == value for key, value in wanted.items()))


@route("GET", "/v1/charges/<wanted>")
def show_charge(call: Call, wanted: str) -> Doc:
    """One charge."""
    return call.get("charge", wanted)


@route("GET", "/v1/charges")
def list_charges(call: Call) -> Doc:
    """Charges, newest first; of one payment if asked."""
    intent = call.text("payment_intent")
    return call.page("charge", lambda doc: not intent or doc["payment_intent"] == intent, call.text("customer"))


@route("GET", "/v1/balance_transactions")
def list_book(call: Call) -> Doc:
    """The account's book, newest first."""
    kind, source = call.text("type"), call.text("source")
    return call.page("balance_transaction", lambda doc: (not kind or doc["type"] == kind) and (not source or doc["source"] == source))


@route("GET", "/v1/balance_transactions/<wanted>")
def show_line(call: Call, wanted: str) -> Doc:
    """One line of the book."""
    return call.get("balance_transaction", wanted)
