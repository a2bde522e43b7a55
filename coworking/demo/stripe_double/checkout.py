"""Checkout: a page where a payer pays, saves a method, or subscribes."""

from .calls import Call, charged, currency_of, route, whole
from .customers import create_customer, living
from .hooks import emit
from .intents import SMALLEST, intent_doc
from .intents import attempt as pay_intent
from .setups import attempt as save_intent
from .setups import create as create_setup
from .store import State, happening
from .wire import PAGES, Doc, Problem, listing, public

DAY = 86_400
HALF_HOUR = 1800


@route("POST", "/v1/checkout/sessions")
def create(call: Call) -> Doc:
    """A page to pay on, open for a day unless told otherwise."""
    mode = call.text("mode")
    if mode not in {"payment", "setup", "subscription"}:
        raise Problem("Missing required param: mode.", code="parameter_missing", param="mode")
    call.needs("success_url")
    customer = call.text("customer") or None
    if customer:
        living(call, customer)
    lines, total, currency = _lines(call, mode)
    ident = call.state.new_id("cs_test")
    doc = _blank(call, ident, mode) | {
        "amount_subtotal": total,
        "amount_total": total,
        "currency": currency or call.text("currency") or None,
        "customer": customer,
        "payment_method_types": _types(call, currency or call.text("currency")),
        "payment_status": "no_payment_required" if mode == "setup" else "unpaid",
        "_lines": lines,
        "_wishes": {name: call.mapping(f"{name}_data") for name in ("payment_intent", "setup_intent", "subscription")},
    }
    call.put(doc)
    call.state.later(doc["expires_at"] - call.state.now, "checkout", call.account, ident)
    return doc


def _blank(call: Call, ident: str, mode: str) -> Doc:
    origin = "/".join(call.text("success_url").split("/")[:3])
    expires = call.integer("expires_at", call.state.now + DAY)
    if not HALF_HOUR - 60 <= expires - call.state.now <= DAY + 60:
        raise Problem("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", param="expires_at")
    return {
        "id": ident,
        "object": "checkout.session",
        "allow_promotion_codes": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": call.text("cancel_url") or None,
        "client_reference_id": call.text("client_reference_id") or None,
        "created": call.state.now,
        "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None, "submit": None, "terms_of_service_acceptance": None},
        "customer_creation": call.text("customer_creation") or ("if_required" if mode == "payment" else None),
        "customer_details": None,
        "customer_email": call.text("customer_email") or None,
        "expires_at": expires,
        "invoice": None,
        "livemode": False,
        "locale": call.text("locale") or None,
        "metadata": call.metadata(),
        "mode": mode,
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "always" if mode == "subscription" else None,
        "payment_method_options": {},
        "phone_number_collection": {"enabled": False},
        "setup_intent": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": call.text("success_url").replace("{CHECKOUT_SESSION_ID}", ident),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": call.text("ui_mode") or "hosted_page",
        "url": f"{origin}{PAGES}/checkout/{ident}",
    }


def _types(call: Call, currency: str) -> list[str]:
    return call.rows("payment_method_types") or (["card", "sepa_debit"] if currency == "eur" else ["card"])


def _lines(call: Call, mode: str) -> tuple[list[Doc], int | None, str | None]:
    rows = [row for row in call.rows("line_items") if isinstance(row, dict)]
    if mode == "setup":
        return [], None, None
    if not rows:
        raise Problem("Missing required param: line_items.", code="parameter_missing", param="line_items")
    lines = [_line(call, row) for row in rows]
    if len({line["currency"] for line in lines}) > 1:
        raise Problem("All line items must have the same currency.", param="line_items")
    total, currency = sum(line["amount"] for line in lines), str(lines[0]["currency"])
    if mode == "payment" and total < SMALLEST.get(currency, 50):
        raise Problem("The Checkout Session's total amount due must add up to at least 50 cents.", code="amount_too_small", param="line_items")
    return lines, total, currency


def _line(call: Call, row: Doc) -> Doc:
    quantity = whole(row.get("quantity", 1), "quantity")
    if price_id := row.get("price"):
        price = call.get("price", price_id, "line_items[0][price]")
        return {
            "name": price["nickname"] or "",
            "price": price_id,
            "quantity": quantity,
            "amount": price["unit_amount"] * quantity,
            "currency": price["currency"],
        }
    data = row.get("price_data")
    if not isinstance(data, dict):
        raise Problem("Missing required param: line_items[0][price_data].", code="parameter_missing", param="line_items[0][price_data]")
    amount = charged(data.get("unit_amount"), "line_items[0][price_data][unit_amount]") * quantity
    name = str((data.get("product_data") or {}).get("name", ""))
    return {"name": name, "price": None, "quantity": quantity, "amount": amount, "currency": currency_of(data.get("currency", ""))}


@route("GET", "/v1/checkout/sessions/<wanted>")
def show(call: Call, wanted: str) -> Doc:
    """One visit."""
    return call.get("checkout.session", wanted)


@route("GET", "/v1/checkout/sessions")
def list_all(call: Call) -> Doc:
    """Visits, newest first; of one payment if asked."""
    intent = call.text("payment_intent")
    return call.page("checkout.session", lambda doc: not intent or doc["payment_intent"] == intent, call.text("customer"))


@route("GET", "/v1/checkout/sessions/<wanted>/line_items")
def lines(call: Call, wanted: str) -> Doc:
    """What is paid for in a visit."""
    doc = call.get("checkout.session", wanted)
    shown = [
        {
            "id": f"li_{number}_{wanted}",
            "object": "item",
            "amount_discount": 0,
            "amount_subtotal": line["amount"],
            "amount_tax": 0,
            "amount_total": line["amount"],
            "currency": line["currency"],
            "description": line["name"],
            "price": public(call.get("price", line["price"])) if line["price"] else None,
            "quantity": line["quantity"],
        }
        for number, line in enumerate(doc["_lines"])
    ]
    return listing(call.path, shown)


@route("POST", "/v1/checkout/sessions/<wanted>/expire")
def expire(call: Call, wanted: str) -> Doc:
    """Close the page."""
    doc = call.get("checkout.session", wanted)
    if doc["status"] != "open":
        raise Problem(f'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of {doc["status"]}.')
    return _close(call.state, call.account, doc)


@happening("checkout")
def _expire_later(state: State, account: str, wanted: str) -> None:
    doc = state.get("checkout.session", wanted, account)
    if doc["status"] == "open":
        _close(state, account, doc)


def _close(state: State, account: str, doc: Doc) -> Doc:
    doc |= {"status": "expired", "url": None}
    state.put(doc, account)
    emit(state, account, "checkout.session.expired", doc)
    return doc


def finish(call: Call, doc: Doc, method: Doc, *, email: str = "") -> Doc:
    """The payer sends the page with a method; raises Problem when the bank declines. Returns the visit.

    When the bank asks, the visit stays open and its intent is in ``requires_action`` until it is approved.
    """
    if doc["status"] != "open":
        raise Problem("This page is closed.")
    _make_customer(call, doc, email)
    intent = _intent(call, doc)
    intent["payment_method"] = method["id"]
    call.put(intent)
    call.put(doc)
    if intent["object"] == "payment_intent":
        done = pay_intent(call, intent, absent=False, return_url=_back(doc))
    else:
        done = save_intent(call, intent, return_url=_back(doc))
    return complete(call, doc) if done["status"] in {"succeeded", "processing"} else doc


def _back(doc: Doc) -> str:
    # The bank's page leads back to this one, which then leads to the merchant's.
    return str(doc["url"])


def _make_customer(call: Call, doc: Doc, email: str) -> None:
    address = doc["customer_email"] or email or None
    needed = doc["mode"] != "payment" or doc["customer_creation"] == "always" or doc["_wishes"]["payment_intent"].get("setup_future_usage")
    if not doc["customer"] and needed:
        doc["customer"] = create_customer(Call(call.state, call.account, "", {"email": address} if address else {}))["id"]
    if doc["customer"]:
        address = call.get("customer", doc["customer"]).get("email") or address
    doc["customer_details"] = {"address": None, "email": address, "name": None, "phone": None, "tax_exempt": "none", "tax_ids": []}


def _intent(call: Call, doc: Doc) -> Doc:
    wishes = doc["_wishes"]
    saves = doc["mode"] == "setup" or (doc["mode"] == "subscription" and "trial_period_days" in wishes["subscription"])
    name = "setup_intent" if saves else "payment_intent"
    if doc.get("_intent"):
        intent = call.get(name, doc["_intent"])
        if intent["customer"] == doc["customer"] and intent["status"] not in {"succeeded", "canceled"}:
            return intent
    metadata = wishes[name].get("metadata") or {}
    if saves:
        made = create_setup(Call(call.state, call.account, "", {"customer": doc["customer"], "metadata": metadata}))
    else:
        made = _payment(call, doc, wishes[name], metadata)
        emit(call.state, call.account, "payment_intent.created", made)
    doc["_intent"] = made["id"]
    made["_session"] = doc["id"]
    if doc["mode"] != "subscription":
        doc[name] = made["id"]
    return call.put(made)


def _payment(call: Call, doc: Doc, wishes: Doc, metadata: Doc) -> Doc:
    return intent_doc(
        call.state,
        doc["amount_total"],
        doc["currency"],
        customer=doc["customer"],
        description=wishes.get("description"),
        metadata=metadata,
        payment_method_types=doc["payment_method_types"],
        setup_future_usage="off_session" if doc["mode"] == "subscription" else wishes.get("setup_future_usage"),
    )


def complete(call: Call, doc: Doc) -> Doc:
    """The visit is over; a subscription starts with it."""
    intent = call.state.peek(doc["_intent"]) or {}
    if doc["mode"] == "subscription":
        from .subscriptions import start_from_checkout

        start_from_checkout(call, doc, intent)
    if intent["object"] == "payment_intent" and intent["status"] == "succeeded":
        doc["payment_status"] = "paid"
    doc |= {"status": "complete", "url": None}
    call.put(doc)
    emit(call.state, call.account, "checkout.session.completed", doc)
    return doc


def answered(call: Call, intent: Doc) -> Doc | None:
    """After the bank's question: the visit that the intent belongs to, completed when it went through."""
    if "_session" not in intent:
        return None
    doc = call.get("checkout.session", intent["_session"])
    if doc["status"] == "open" and intent["status"] in {"succeeded", "processing"}:
        return complete(call, doc)
    return doc


@happening("visit_debited")
def _debited(state: State, account: str, wanted: str) -> None:
    ident, _, paid = wanted.partition(":")
    doc = state.get("checkout.session", ident, account)
    doc["payment_status"] = "paid" if paid else "unpaid"
    state.put(doc, account)
    emit(state, account, f"checkout.session.async_payment_{'succeeded' if paid else 'failed'}", doc)
