"""Subscriptions: start, change, renew by the clock, fail, try again, end."""

from datetime import UTC, datetime

from dateutil.relativedelta import relativedelta

from .calls import Call, route, whole
from .customers import living
from .hooks import emit
from .invoices import collect, draw_up, mark_paid
from .store import State, happening
from .wire import Doc, Problem, listing

DAY = 86_400
RETRY_DAYS = (3, 5, 7)
MOST_TRIAL_DAYS, MOST_SEATS = 730, 999_999


def period_end(start: int, anchor: int, recurring: Doc) -> int:
    """The next end of a period: the anchor's day in a later month, or that month's last."""
    first = datetime.fromtimestamp(anchor, UTC)
    step = relativedelta(**{f"{recurring['interval']}s": recurring["interval_count"]})
    count = 1
    while (first + step * count).timestamp() <= start:
        count += 1
    return int((first + step * count).timestamp())


@route("POST", "/v1/subscriptions")
def create(call: Call) -> Doc:
    """A subscription; its first invoice is taken from the customer's method."""
    call.needs("customer", "items")
    living(call, call.text("customer"))
    items = call.rows("items")
    row = items[0] if items and isinstance(items[0], dict) else {}
    if call.text("default_payment_method"):
        call.get("payment_method", call.text("default_payment_method"), "default_payment_method")
    doc = _begin(call, call.text("customer"), str(row.get("price", "")), whole(row.get("quantity", 1), "quantity"), call.integer("trial_period_days"))
    doc |= {"default_payment_method": call.text("default_payment_method") or None, "metadata": call.metadata()}
    call.put(doc)
    emit(call.state, call.account, "customer.subscription.created", doc)
    invoice = _bill(call, doc, "subscription_create")
    try:
        collect(call, invoice, default_method(call, doc))
    except Problem:
        if call.text("payment_behavior") == "error_if_incomplete":
            raise
        doc["status"] = "incomplete"
    doc["latest_invoice"] = invoice["id"]
    return call.put(doc)


def _begin(call: Call, customer: str, price_id: str, quantity: int, trial_days: int) -> Doc:
    price = call.get("price", price_id, "items[0][price]")
    if not price["recurring"]:
        raise Problem(
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.", param="items[0][price]"
        )
    if not 0 <= trial_days <= MOST_TRIAL_DAYS or not 1 <= quantity <= MOST_SEATS:
        raise Problem("The trial or the quantity is out of range.", param="trial_period_days")
    now = call.state.now
    ident = call.state.new_id("sub")
    ends = now + trial_days * DAY if trial_days else period_end(now, now, price["recurring"])
    doc: Doc = {
        "id": ident,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": ends if trial_days else now,
        "billing_cycle_anchor_config": None,
        "billing_mode": {"type": "flexible"},
        "billing_schedules": [],
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": now,
        "currency": price["currency"],
        "customer": customer,
        "days_until_due": None,
        "default_payment_method": None,
        "description": None,
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": {},
        "latest_invoice": None,
        "livemode": False,
        "metadata": {},
        "start_date": now,
        "status": "trialing" if trial_days else "active",
        "trial_end": ends if trial_days else None,
        "trial_start": now if trial_days else None,
    }
    item: Doc = {
        "id": call.state.new_id("si"),
        "object": "subscription_item",
        "created": now,
        "current_period_end": ends,
        "current_period_start": now,
        "discounts": [],
        "metadata": {},
        "price": price,
        "quantity": quantity,
        "subscription": ident,
        "tax_rates": [],
    }
    doc["items"] = listing(f"/v1/subscription_items?subscription={ident}", [item])
    call.state.later(ends - now, "renewal", call.account, f"{ident}:{ends}")
    return doc


def start_from_checkout(call: Call, visit: Doc, intent: Doc) -> Doc:
    """The subscription that a visit paid for, or saved a method for."""
    wishes, line = visit["_wishes"]["subscription"], visit["_lines"][0]
    doc = _begin(call, visit["customer"], line["price"], line["quantity"], whole(wishes.get("trial_period_days", 0), "trial_period_days"))
    doc |= {"default_payment_method": intent["payment_method"], "metadata": wishes.get("metadata") or {}}
    call.put(doc)
    emit(call.state, call.account, "customer.subscription.created", doc)
    invoice = mark_paid(call, _bill(call, doc, "subscription_create"), intent["id"])
    doc["latest_invoice"] = visit["invoice"] = invoice["id"]
    visit["subscription"] = doc["id"]
    return call.put(doc)


def default_method(call: Call, doc: Doc) -> str:
    """The method that a subscription is charged on; empty when there is none."""
    own = doc["default_payment_method"]
    return str(own or call.get("customer", doc["customer"])["invoice_settings"]["default_payment_method"] or "")


def _bill(call: Call, doc: Doc, reason: str) -> Doc:
    item = doc["items"]["data"][0]
    amount = 0 if doc["status"] == "trialing" else item["price"]["unit_amount"] * item["quantity"]
    return draw_up(call, doc, [_line(item, amount, item["current_period_start"])], reason)


def _line(item: Doc, amount: int, start: int, *, proration: bool = False) -> Doc:
    name = f"{item['quantity']} × {item['price']['nickname'] or item['price']['product']}"
    return {"description": name, "amount": amount, "start": start, "end": item["current_period_end"], "price": item["price"], "proration": proration}


@route("POST", "/v1/subscriptions/<wanted>")
def change(call: Call, wanted: str) -> Doc:
    """Another price or quantity, the rest of the period set off; or end it with the period, or not after all."""
    doc = call.get("subscription", wanted)
    if doc["status"] in {"canceled", "incomplete_expired"}:
        raise Problem("A canceled subscription can only update its cancellation_details and metadata.", param="status")
    doc["metadata"] = call.metadata(doc["metadata"])
    if "cancel_at_period_end" in call.params:
        ending = call.flag("cancel_at_period_end")
        doc |= {"cancel_at_period_end": ending, "canceled_at": call.state.now if ending else None}
        doc["cancel_at"] = doc["items"]["data"][0]["current_period_end"] if ending else None
    if call.text("default_payment_method"):
        doc["default_payment_method"] = call.get("payment_method", call.text("default_payment_method"))["id"]
    if call.rows("items"):
        _reprice(call, doc, call.rows("items")[0])
    call.put(doc)
    emit(call.state, call.account, "customer.subscription.updated", doc, {})
    return doc


def _reprice(call: Call, doc: Doc, row: Doc) -> None:
    item = doc["items"]["data"][0]
    if row.get("id") not in {None, item["id"]}:
        raise Problem(f"No such subscription item: '{str(row['id'])[:80]}'", 404, code="resource_missing", param="items[0][id]")
    old = dict(item)
    item["price"] = call.get("price", row["price"], "items[0][price]") if "price" in row else item["price"]
    item["quantity"] = whole(row.get("quantity", item["quantity"]), "items[0][quantity]")
    if item["price"]["currency"] != doc["currency"]:
        raise Problem("The price's currency does not match the subscription's.", param="items[0][price]")
    if call.text("proration_behavior") == "none" or doc["status"] == "trialing":
        return
    now, start, end = call.state.now, item["current_period_start"], item["current_period_end"]
    lines = []
    for entry, sign in ((old, -1), (item, 1)):
        whole_period = entry["price"]["unit_amount"] * entry["quantity"]
        lines.append(_line(entry, sign * round(whole_period * (end - now) / (end - start)), now, proration=True))
    if call.text("proration_behavior") == "always_invoice":
        invoice = draw_up(call, doc, lines, "subscription_update")
        doc["latest_invoice"] = invoice["id"]
        collect(call, invoice, default_method(call, doc))


@route("DELETE", "/v1/subscriptions/<wanted>")
def cancel(call: Call, wanted: str) -> Doc:
    """End it now."""
    doc = call.get("subscription", wanted)
    if doc["status"] == "canceled":
        raise Problem(f"No such subscription: '{wanted}'", 404, code="resource_missing", param="id")
    return end(call.state, call.account, doc)


def end(state: State, account: str, doc: Doc) -> Doc:
    """The subscription is over."""
    doc |= {"status": "canceled", "ended_at": state.now, "canceled_at": doc["canceled_at"] or state.now}
    state.put(doc, account)
    emit(state, account, "customer.subscription.deleted", doc)
    return doc


@route("GET", "/v1/subscriptions/<wanted>")
def show(call: Call, wanted: str) -> Doc:
    """One subscription."""
    return call.get("subscription", wanted)


@route("GET", "/v1/subscriptions")
def list_all(call: Call) -> Doc:
    """Subscriptions, newest first; those that ended only if asked."""
    status = call.text("status")

    def wanted(doc: Doc) -> bool:
        return status == "all" or (doc["status"] == status if status else doc["status"] != "canceled")

    return call.page("subscription", wanted, call.text("customer"))


@happening("renewal")
def _renew(state: State, account: str, wanted: str) -> None:
    ident, _, ends = wanted.partition(":")
    doc = state.get("subscription", ident, account)
    item = doc["items"]["data"][0]
    if doc["status"] not in {"active", "trialing", "past_due"} or item["current_period_end"] != int(ends):
        return
    if doc["cancel_at_period_end"]:
        end(state, account, doc)
        return
    call = Call(state, account, "")
    item["current_period_start"] = int(ends)
    item["current_period_end"] = period_end(int(ends), doc["billing_cycle_anchor"], item["price"]["recurring"])
    if doc["status"] == "trialing":
        doc["status"] = "active"
    state.later(item["current_period_end"] - state.now, "renewal", account, f"{ident}:{item['current_period_end']}")
    invoice = _bill(call, doc, "subscription_cycle")
    doc["latest_invoice"] = invoice["id"]
    call.put(doc)
    _try(call, doc, invoice)
    emit(state, account, "customer.subscription.updated", call.get("subscription", ident), {})


def _try(call: Call, doc: Doc, invoice: Doc) -> None:
    try:
        invoice_paid(call, doc, collect(call, invoice, default_method(call, doc)))
    except Problem:
        tries = invoice["attempt_count"]
        doc["status"] = "past_due"
        call.put(doc)
        if tries > len(RETRY_DAYS):
            end(call.state, call.account, doc)
            return
        invoice["next_payment_attempt"] = call.state.now + RETRY_DAYS[tries - 1] * DAY
        call.put(invoice)
        call.state.later(RETRY_DAYS[tries - 1] * DAY, "retry", call.account, invoice["id"])


@happening("retry")
def _retry(state: State, account: str, wanted: str) -> None:
    invoice = state.get("invoice", wanted, account)
    doc = state.get("subscription", invoice["parent"]["subscription_details"]["subscription"], account)
    if invoice["status"] == "open" and doc["status"] == "past_due":
        _try(Call(state, account, ""), doc, invoice)
        emit(state, account, "customer.subscription.updated", state.get("subscription", doc["id"], account), {})


def invoice_paid(call: Call, doc: Doc, invoice: Doc) -> None:
    """A paid invoice brings its subscription back."""
    if invoice["status"] == "paid" and doc["status"] in {"past_due", "incomplete", "unpaid"}:
        doc["status"] = "active"
        call.put(doc)


@route("POST", "/v1/invoices/<wanted>/pay")
def pay(call: Call, wanted: str) -> Doc:
    """Try again now, perhaps with another method."""
    invoice = call.get("invoice", wanted)
    if invoice["status"] != "open":
        raise Problem(f"Invoice is already {invoice['status']}.", code="invoice_not_editable")
    subscription = call.get("subscription", invoice["parent"]["subscription_details"]["subscription"])
    done = collect(call, invoice, call.text("payment_method") or default_method(call, subscription), absent=call.params.get("off_session") != "false")
    invoice_paid(call, subscription, done)
    return done


@happening("customer_gone")
def _customer_gone(state: State, account: str, wanted: str) -> None:
    for doc in state.every("subscription", account, customer=wanted):
        if doc["status"] != "canceled":
            end(state, account, doc)
