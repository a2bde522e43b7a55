"""Invoices of subscriptions, and paying them."""

from .calls import Call, route
from .cards import MESSAGES
from .customers import use
from .hooks import emit
from .intents import attempt, intent_doc
from .wire import Doc, Problem, listing


def draw_up(call: Call, subscription: Doc, lines: list[Doc], reason: str) -> Doc:
    """A final invoice over lines of (description, amount, start, end, price); open until it is paid."""
    total = sum(line["amount"] for line in lines)
    customer = call.get("customer", subscription["customer"])
    number = customer["next_invoice_sequence"]
    call.put(customer | {"next_invoice_sequence": number + 1})
    ident = call.state.new_id("in")
    due = max(total, 0)
    doc: Doc = {
        "id": ident,
        "object": "invoice",
        "account_country": "NO",
        "account_name": None,
        "amount_due": due,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": due,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": False,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None},
        "billing_reason": reason,
        "collection_method": "charge_automatically",
        "created": call.state.now,
        "currency": subscription["currency"],
        "customer": subscription["customer"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "issuer": {"type": "self"},
        "lines": listing(f"/v1/invoices/{ident}/lines", [_line(call, ident, subscription, line) for line in lines]),
        "livemode": False,
        "metadata": {},
        "next_payment_attempt": None,
        "number": f"{customer['invoice_prefix']}-{number:04d}",
        "parent": {
            "quote_details": None,
            "subscription_details": {"metadata": subscription["metadata"], "subscription": subscription["id"]},
            "type": "subscription_details",
        },
        "payment_settings": {"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        "period_end": call.state.now,
        "period_start": call.state.now,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "receipt_number": None,
        "starting_balance": 0,
        "status": "open",
        "status_transitions": {"finalized_at": call.state.now, "marked_uncollectible_at": None, "paid_at": None, "voided_at": None},
        "subtotal": total,
        "total": total,
    }
    call.put(doc)
    emit(call.state, call.account, "invoice.created", doc)
    emit(call.state, call.account, "invoice.finalized", doc)
    return doc


def _line(call: Call, invoice: str, subscription: Doc, line: Doc) -> Doc:
    price = line["price"]
    item = subscription["items"]["data"][0]["id"]
    details = {
        "invoice_item": None,
        "proration": line["proration"],
        "proration_details": None,
        "subscription": subscription["id"],
        "subscription_item": item,
    }
    return {
        "id": call.state.new_id("il"),
        "object": "line_item",
        "amount": line["amount"],
        "currency": subscription["currency"],
        "description": line["description"],
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice,
        "livemode": False,
        "metadata": {},
        "parent": {"invoice_item_details": None, "subscription_item_details": details, "type": "subscription_item_details"},
        "period": {"end": line["end"], "start": line["start"]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": subscription["items"]["data"][0]["quantity"],
        "subtotal": line["amount"],
        "taxes": [],
    }


def collect(call: Call, invoice: Doc, method: str, *, absent: bool = True) -> Doc:
    """Try to take what an invoice asks for; raises Problem (after noting it) when that fails."""
    if invoice["amount_remaining"] == 0:
        return mark_paid(call, invoice, "")
    invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
    try:
        if not method:
            raise Problem("This customer has no attached payment source or default payment method.", 400, code="resource_missing", kept=True)
        intent = intent_doc(call.state, invoice["amount_remaining"], invoice["currency"], customer=invoice["customer"], description=invoice["number"])
        intent["payment_method"] = use(call.state, call.account, method)["id"]
        call.put(intent)
        done = attempt(call, intent, absent=absent)
        if done["status"] == "requires_action":
            raise Problem(MESSAGES["authentication_required"], 402, "card_error", "subscription_payment_intent_requires_action", kept=True)
    except Problem as problem:
        call.put(invoice)
        emit(call.state, call.account, "invoice.payment_failed", invoice)
        problem.kept = True
        raise
    return mark_paid(call, invoice, intent["id"])


def mark_paid(call: Call, invoice: Doc, intent: str) -> Doc:
    """The invoice is paid by ``intent``."""
    invoice |= {"status": "paid", "amount_paid": invoice["amount_due"], "amount_remaining": 0, "attempted": True, "_intent": intent}
    invoice["status_transitions"]["paid_at"] = call.state.now
    call.put(invoice)
    emit(call.state, call.account, "invoice.paid", invoice)
    emit(call.state, call.account, "invoice.payment_succeeded", invoice)
    return invoice


@route("GET", "/v1/invoices/<wanted>")
def show(call: Call, wanted: str) -> Doc:
    """One invoice."""
    return call.get("invoice", wanted)


@route("GET", "/v1/invoices")
def list_all(call: Call) -> Doc:
    """Invoices, newest first; of one subscription or status if asked."""
    subscription, status = call.text("subscription"), call.text("status")

    def wanted(doc: Doc) -> bool:
        belongs = doc["parent"]["subscription_details"]["subscription"]
        return (not subscription or belongs == subscription) and (not status or doc["status"] == status)

    return call.page("invoice", wanted, call.text("customer"))
