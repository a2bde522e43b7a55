"""What banks take back: disputed charges, and direct debits that are returned."""

from .book import enter
from .calls import Call, route
from .hooks import emit
from .store import State, happening
from .wire import Doc, Problem

DISPUTE_FEE = 1500
DAY = 86_400
EVIDENCE_DAYS = 7


@happening("dispute")
def _dispute_later(state: State, account: str, wanted: str) -> None:
    charge_id, _, reason = wanted.partition(":")
    dispute(state, account, state.get("charge", charge_id, account), reason)


def dispute(state: State, account: str, doc: Doc, reason: str) -> Doc:
    """The payer's bank takes a charge back until it is decided."""
    if doc["disputed"]:
        raise Problem("This charge is disputed already.", code="charge_already_disputed")
    case: Doc = {
        "id": state.new_id("dp"),
        "object": "dispute",
        "amount": doc["amount"],
        "balance_transactions": [],
        "charge": doc["id"],
        "created": state.now,
        "currency": doc["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}, "uncategorized_text": None},
        "evidence_details": {
            "due_by": state.now + EVIDENCE_DAYS * DAY,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": doc["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
    line = enter(state, account, "adjustment", -doc["amount"], case, fee=DISPUTE_FEE, category="dispute")
    case["balance_transactions"] = [line]
    state.put(case, account)
    state.put(doc | {"disputed": True}, account)
    emit(state, account, "charge.dispute.created", case)
    emit(state, account, "charge.dispute.funds_withdrawn", case)
    return case


def decide(state: State, account: str, case: Doc, *, won: bool) -> Doc:
    """The bank decides; a dispute that is won comes back into the book."""
    if case["status"] in {"won", "lost"}:
        raise Problem("This dispute is already closed.")
    case["status"] = "won" if won else "lost"
    if won:
        case["balance_transactions"].append(enter(state, account, "adjustment", case["amount"], case, category="dispute_reversal"))
    state.put(case, account)
    if won:
        emit(state, account, "charge.dispute.funds_reinstated", case)
    emit(state, account, "charge.dispute.closed", case)
    return case


@route("GET", "/v1/disputes")
def list_disputes(call: Call) -> Doc:
    """Disputes, newest first."""
    return call.page("dispute")


@route("GET", "/v1/disputes/<wanted>")
def show_dispute(call: Call, wanted: str) -> Doc:
    """One dispute."""
    return call.get("dispute", wanted)


@route("POST", "/v1/disputes/<wanted>")
def answer_dispute(call: Call, wanted: str) -> Doc:
    """Hand in evidence; ``winning_evidence`` and ``losing_evidence`` decide it, as in test mode."""
    case = call.get("dispute", wanted)
    text = call.mapping("evidence").get("uncategorized_text", "")
    case["evidence"]["uncategorized_text"] = text or None
    case["evidence_details"] |= {"has_evidence": bool(text), "submission_count": case["evidence_details"]["submission_count"] + 1}
    case["status"] = "under_review"
    call.put(case)
    if text in {"winning_evidence", "losing_evidence"}:
        return decide(call.state, call.account, case, won=text == "winning_evidence")
    emit(call.state, call.account, "charge.dispute.updated", case, {})
    return case


@route("POST", "/v1/disputes/<wanted>/close")
def close_dispute(call: Call, wanted: str) -> Doc:
    """Give in."""
    return decide(call.state, call.account, call.get("dispute", wanted), won=False)


def return_debit(state: State, account: str, intent: Doc) -> Doc:
    """The bank takes back a direct debit that had counted as paid (up to 13 months later under SEPA)."""
    doc = state.get("charge", intent["latest_charge"], account)
    line = enter(state, account, "payment_failure_refund", -doc["amount"], doc, category="charge_failure")
    doc |= {"status": "failed", "paid": False, "failure_balance_transaction": line["id"], "failure_code": "insufficient_funds"}
    doc["failure_message"] = "The customer's account has insufficient funds."
    state.put(doc, account)
    error = {"type": "invalid_request_error", "code": "payment_intent_payment_attempt_failed", "message": "The payment failed."}
    intent |= {"status": "requires_payment_method", "amount_received": 0, "last_payment_error": error | {"charge": doc["id"]}}
    state.put(intent, account)
    emit(state, account, "charge.failed", doc)
    emit(state, account, "payment_intent.payment_failed", intent)
    return intent
