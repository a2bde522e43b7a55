"""Setup intents: saving a method without paying."""

from .calls import Call, route
from .cards import MESSAGES
from .customers import attach, behaviour, living, use
from .hooks import emit
from .wire import PAGES, Doc, Problem, public

OPEN = {"requires_payment_method", "requires_confirmation", "requires_action"}


@route("POST", "/v1/setup_intents")
def create(call: Call) -> Doc:
    """A setup intent, confirmed at once if asked."""
    customer = call.text("customer") or None
    if customer:
        living(call, customer)
    ident = call.state.new_id("seti")
    doc: Doc = {
        "id": ident,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": f"{ident}_secret_test",
        "created": call.state.now,
        "customer": customer,
        "description": call.text("description") or None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": call.metadata(),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": None,
        "payment_method_types": call.rows("payment_method_types") or ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": call.text("usage") or "off_session",
    }
    if call.text("payment_method"):
        doc |= {"payment_method": use(call.state, call.account, call.text("payment_method"))["id"], "status": "requires_confirmation"}
    call.put(doc)
    emit(call.state, call.account, "setup_intent.created", doc)
    return confirm(call, ident) if call.flag("confirm") else doc


@route("POST", "/v1/setup_intents/<wanted>/confirm")
def confirm(call: Call, wanted: str) -> Doc:
    """Try to save the method."""
    doc = call.get("setup_intent", wanted)
    if doc["status"] not in OPEN:
        raise Problem(f"This SetupIntent's status is {doc['status']}.", code="setup_intent_unexpected_state")
    if call.text("payment_method"):
        doc["payment_method"] = use(call.state, call.account, call.text("payment_method"))["id"]
    if not doc["payment_method"]:
        raise Problem("You cannot confirm this SetupIntent because it's missing a payment method.", code="setup_intent_unexpected_state")
    return attempt(call, doc, return_url=call.text("return_url"))


def attempt(call: Call, doc: Doc, *, return_url: str = "", approved: bool = False) -> Doc:
    """Save the method for its customer; raises Problem when the bank declines."""
    method = use(call.state, call.account, doc["payment_method"])
    rules = behaviour(call.state, method)
    if rules.authenticate and not approved:
        origin = "/".join(return_url.split("/")[:3])
        doc["_return_url"] = return_url
        action = {"url": f"{origin}{PAGES}/approve/{doc['id']}", "return_url": return_url or None}
        doc |= {"status": "requires_action", "next_action": {"type": "redirect_to_url", "redirect_to_url": action}}
        call.put(doc)
        emit(call.state, call.account, "setup_intent.requires_action", doc)
        return doc
    if method["type"] == "sepa_debit":
        method["_mandate"] = doc["mandate"] = call.state.new_id("mandate")
    method["_set_up"] = True
    try:
        if doc["customer"]:
            attach(call, method, doc["customer"])
        elif rules.decline and rules.attach_fails:
            raise Problem(MESSAGES[rules.decline], 402, "card_error", rules.decline, kept=True)
    except Problem as problem:
        if problem.kept:
            _fail(call, doc, problem)
        raise
    call.put(method)
    doc |= {"status": "succeeded", "next_action": None, "last_setup_error": None}
    call.put(doc)
    emit(call.state, call.account, "setup_intent.succeeded", doc)
    return doc


def _fail(call: Call, doc: Doc, problem: Problem) -> None:
    method = public(call.get("payment_method", doc["payment_method"]))
    doc |= {"status": "requires_payment_method", "payment_method": None, "next_action": None}
    doc["last_setup_error"] = problem.body()["error"] | {"payment_method": method}
    call.put(doc)
    emit(call.state, call.account, "setup_intent.setup_failed", doc)
    problem.extra = (problem.extra or {}) | {"payment_method": method, "setup_intent": public(doc)}


@route("GET", "/v1/setup_intents/<wanted>")
def show(call: Call, wanted: str) -> Doc:
    """One setup intent."""
    return call.get("setup_intent", wanted)


@route("POST", "/v1/setup_intents/<wanted>/cancel")
def cancel(call: Call, wanted: str) -> Doc:
    """Give up saving."""
    doc = call.get("setup_intent", wanted)
    if doc["status"] not in OPEN:
        raise Problem(f"This SetupIntent's status is {doc['status']}.", code="setup_intent_unexpected_state")
    doc |= {"status": "canceled", "cancellation_reason": call.text("cancellation_reason") or None, "next_action": None}
    call.put(doc)
    emit(call.state, call.account, "setup_intent.canceled", doc)
    return doc


def answer(call: Call, wanted: str, *, approved: bool) -> Doc:
    """The payer approved at their bank, or did not; a refusal is noted, not raised."""
    doc = call.get("setup_intent", wanted)
    if doc["status"] != "requires_action":
        return doc
    try:
        if approved:
            return attempt(call, doc, approved=True)
        code = "setup_intent_authentication_failure"
        _fail(call, doc, Problem(MESSAGES[code], 402, "card_error", code, kept=True))
    except Problem as problem:
        if not problem.kept:
            raise
    return call.get("setup_intent", wanted)
