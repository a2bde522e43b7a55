"""What Stripe says, read into our words. Knows the shape of its objects and nothing of the network."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from coworking.core.money import Money

from .failures import Failure
from .words import (
    Checkout,
    CheckoutState,
    Dispute,
    DisputeState,
    Event,
    EventKind,
    MethodKind,
    Movement,
    MovementKind,
    Outcome,
    SavedMethod,
    State,
)

Doc = dict[str, Any]

# docs.stripe.com/declines/codes and docs.stripe.com/error-codes
REASONS = {
    "insufficient_funds": Failure.INSUFFICIENT_FUNDS,
    "card_velocity_exceeded": Failure.LIMIT_REACHED,
    "withdrawal_count_limit_exceeded": Failure.LIMIT_REACHED,
    "expired_card": Failure.EXPIRED,
    "incorrect_number": Failure.WRONG_NUMBER,
    "invalid_number": Failure.WRONG_NUMBER,
    "invalid_expiry_month": Failure.WRONG_EXPIRY,
    "invalid_expiry_year": Failure.WRONG_EXPIRY,
    "incorrect_cvc": Failure.WRONG_CODE,
    "invalid_cvc": Failure.WRONG_CODE,
    "authentication_required": Failure.NEEDS_AUTHENTICATION,
    "authentication_not_handled": Failure.NEEDS_AUTHENTICATION,
    "payment_intent_authentication_failure": Failure.AUTHENTICATION_FAILED,
    "setup_intent_authentication_failure": Failure.AUTHENTICATION_FAILED,
    "processing_error": Failure.TRY_LATER,
    "issuer_not_available": Failure.TRY_LATER,
    "try_again_later": Failure.TRY_LATER,
    "reenter_transaction": Failure.TRY_LATER,
    "card_not_supported": Failure.NOT_SUPPORTED,
    "currency_not_supported": Failure.NOT_SUPPORTED,
    "transaction_not_allowed": Failure.NOT_SUPPORTED,
    "payment_intent_incompatible_payment_method": Failure.NOT_SUPPORTED,
    "lost_card": Failure.BANK_REFUSED,
    "stolen_card": Failure.BANK_REFUSED,
    "pickup_card": Failure.BANK_REFUSED,
    "restricted_card": Failure.BANK_REFUSED,
    "do_not_honor": Failure.BANK_REFUSED,
    "fraudulent": Failure.BANK_REFUSED,
    "invalid_account": Failure.ACCOUNT_CLOSED,
    "account_closed": Failure.ACCOUNT_CLOSED,
    "debit_not_authorized": Failure.MANDATE_ENDED,
    "payment_method_mandate_invalid": Failure.MANDATE_ENDED,
    "generic_decline": Failure.DECLINED,
    "card_declined": Failure.DECLINED,
    "payment_intent_payment_attempt_failed": Failure.DECLINED,
    "amount_too_small": Failure.AMOUNT_TOO_SMALL,
    "amount_too_large": Failure.AMOUNT_TOO_LARGE,
    "charge_already_refunded": Failure.NOT_REFUNDABLE,
    "charge_disputed": Failure.NOT_REFUNDABLE,
    "charge_not_refundable": Failure.NOT_REFUNDABLE,
}

STATES = {"succeeded": State.SUCCEEDED, "processing": State.PROCESSING, "requires_capture": State.PROCESSING, "canceled": State.FAILED}
REFUND_STATES = {"succeeded": State.SUCCEEDED, "pending": State.PROCESSING, "requires_action": State.PROCESSING}


def failure_of(error: Mapping[str, Any]) -> Failure:
    """Our word for Stripe's error: the bank's own reason first, then Stripe's code."""
    for name in (error.get("decline_code"), error.get("code")):
        if name in REASONS:
            return REASONS[name]
    # Stripe gives these no code. A method that is detached or another customer's; a refund above what is left.
    uncoded = {"payment_method": Failure.METHOD_GONE, "amount": Failure.REFUND_TOO_LARGE}
    if not error.get("code") and error.get("param") in uncoded:
        return uncoded[error["param"]]
    return Failure.DECLINED if error.get("type") == "card_error" else Failure.REFUSED


def money(minor: int | None, currency: str) -> Money:
    """An amount; Stripe writes currencies in lower case."""
    return Money(minor or 0, currency.upper())


def moment(seconds: int | None) -> datetime | None:
    """A moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


def ident(value: Any) -> str:
    """The id of an object that may be expanded."""
    return str(value["id"]) if isinstance(value, dict) else str(value or "")


def method(doc: Any, default: str = "") -> SavedMethod | None:
    """A saved method; None when only its id was told."""
    if not isinstance(doc, dict):
        return None
    details = doc.get(doc["type"]) or {}
    kind = MethodKind(doc["type"]) if doc["type"] in set(MethodKind) else MethodKind.OTHER
    brand = details.get("brand") or details.get("country") or doc["type"]
    return SavedMethod(
        doc["id"], kind, str(brand), str(details.get("last4") or ""), details.get("exp_month"), details.get("exp_year"), doc["id"] == default
    )


def payment(doc: Doc) -> Outcome:
    """A payment intent."""
    charge = doc.get("latest_charge") if isinstance(doc.get("latest_charge"), dict) else None
    book = charge.get("balance_transaction") if charge else None
    failure = _why(doc, charge)
    return Outcome(
        state=_state(doc, failure),
        ref=doc["id"],
        amount=money(doc["amount"], doc["currency"]),
        failure=failure,
        action_url=((doc.get("next_action") or {}).get("redirect_to_url") or {}).get("url") or "",
        fee=money(book["fee"], book["currency"]) if isinstance(book, dict) else None,
        refunded=money(charge["amount_refunded"], doc["currency"]) if charge else None,
        disputed=bool(charge and charge["disputed"]),
        customer=ident(doc.get("customer")),
        method=method(doc.get("payment_method")) or method((doc.get("last_payment_error") or {}).get("payment_method")),
        metadata=doc.get("metadata") or {},
        happened_at=moment(charge["created"] if charge else doc["created"]),
    )


def _state(doc: Doc, failure: Failure | None) -> State:
    known = STATES.get(doc["status"])
    if known and failure is not Failure.DEBIT_RETURNED:
        return known
    return State.FAILED if failure not in {None, Failure.NEEDS_AUTHENTICATION} else State.NEEDS_ACTION


def _why(doc: Doc, charge: Doc | None) -> Failure | None:
    if doc["status"] == "canceled":
        return Failure.ABANDONED
    if doc["status"] == "requires_action":
        return Failure.NEEDS_AUTHENTICATION
    if doc["status"] == "succeeded" and charge and charge["status"] == "failed":
        return Failure.DEBIT_RETURNED
    error = doc.get("last_payment_error")
    if doc["status"] != "requires_payment_method" or not error:
        return None
    # A returned debit says little more than that it failed; the charge knows what it was.
    if charge and (charge.get("payment_method_details") or {}).get("type") == "sepa_debit":
        return Failure.DEBIT_RETURNED
    return failure_of(error)


def refund(doc: Doc) -> Outcome:
    """A refund."""
    state = REFUND_STATES.get(doc.get("status") or "pending", State.FAILED)
    return Outcome(
        state=state,
        ref=doc["id"],
        amount=money(doc["amount"], doc["currency"]),
        failure=Failure.BANK_REFUSED if state is State.FAILED else None,
        payment_ref=ident(doc.get("payment_intent")),
        metadata=doc.get("metadata") or {},
        happened_at=moment(doc["created"]),
    )


def dispute(doc: Doc) -> Dispute:
    """A dispute."""
    states = {"won": DisputeState.WON, "warning_closed": DisputeState.WON, "lost": DisputeState.LOST}
    waiting = doc["status"] in {"needs_response", "warning_needs_response"}
    return Dispute(
        ref=doc["id"],
        payment_ref=ident(doc.get("payment_intent")),
        amount=money(doc["amount"], doc["currency"]),
        state=states.get(doc["status"], DisputeState.OPEN if waiting else DisputeState.UNDER_REVIEW),
        reason=doc["reason"],
        answer_by=moment(doc["evidence_details"].get("due_by")) if waiting else None,
    )


def checkout(doc: Doc) -> Checkout:
    """A visit to Checkout, its intent expanded."""
    intent, setup = doc.get("payment_intent"), doc.get("setup_intent")
    outcome = payment(intent) if isinstance(intent, dict) else None
    states = {"complete": CheckoutState.DONE, "expired": CheckoutState.EXPIRED}
    kept = isinstance(intent, dict) and intent.get("setup_future_usage")
    saved = method(setup.get("payment_method")) if isinstance(setup, dict) else outcome.method if outcome and kept else None
    state = states.get(doc["status"] or "", CheckoutState.OPEN)
    return Checkout(
        ref=doc["id"],
        state=state,
        customer=ident(doc.get("customer")),
        outcome=outcome,
        method=saved if state is CheckoutState.DONE else None,
        subscription_ref=ident(doc.get("subscription")),
        metadata=doc.get("metadata") or {},
    )


# docs.stripe.com/reports/reporting-categories
MOVEMENTS = {
    "charge": MovementKind.PAYMENT,
    "charge_failure": MovementKind.PAYMENT_RETURNED,
    "refund": MovementKind.REFUND,
    "refund_failure": MovementKind.REFUND_FAILED,
    "dispute": MovementKind.DISPUTE,
    "dispute_reversal": MovementKind.DISPUTE_WON,
    "fee": MovementKind.FEE,
    "payout": MovementKind.PAYOUT,
    "payout_reversal": MovementKind.PAYOUT,
}


def movement(doc: Doc) -> Movement:
    """A balance transaction, its source expanded."""
    kind = MOVEMENTS.get(doc["reporting_category"], MovementKind.OTHER)
    source = doc.get("source")
    payment_ref = ident(source.get("payment_intent")) if isinstance(source, dict) else ""
    of_payment = kind in {MovementKind.PAYMENT, MovementKind.PAYMENT_RETURNED}
    return Movement(
        ref=doc["id"],
        kind=kind,
        amount=money(doc["amount"], doc["currency"]),
        fee=money(doc["fee"], doc["currency"]),
        source_ref=(payment_ref if of_payment else "") or ident(source),
        payment_ref=payment_ref,
        happened_at=datetime.fromtimestamp(doc["created"], UTC),
    )


KINDS = {
    "checkout.session": EventKind.CHECKOUT,
    "payment_intent": EventKind.PAYMENT,
    "charge": EventKind.PAYMENT,
    "refund": EventKind.REFUND,
    "dispute": EventKind.DISPUTE,
    "payment_method": EventKind.METHOD,
    "customer": EventKind.CUSTOMER,
    "subscription": EventKind.SUBSCRIPTION,
    "invoice": EventKind.HOST_INVOICE,
}


def event(doc: Doc) -> Event:
    """An event; raises KeyError, TypeError or ValueError when it isn't one."""
    about, before = doc["data"]["object"], doc["data"].get("previous_attributes") or {}
    kind = KINDS.get(about["object"], EventKind.OTHER)
    # A charge is only another view of its payment.
    ref = ident(about.get("payment_intent")) if about["object"] == "charge" else ""
    parent = (about.get("parent") or {}).get("subscription_details") or {}
    return Event(
        id=_text(doc["id"]),
        kind=kind,
        type=_text(doc["type"]),
        ref=ref or _text(about.get("id") or ""),
        customer=_text(about["id"]) if kind is EventKind.CUSTOMER else ident(about.get("customer") or before.get("customer")),
        subscription_ref=ident(parent.get("subscription")) if kind is EventKind.HOST_INVOICE else "",
        deleted=doc["type"] in {"customer.deleted", "payment_method.detached"},
        account=_text(doc.get("account") or ""),
        created_at=datetime.fromtimestamp(int(doc["created"]), UTC),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("expected text")
    return value
