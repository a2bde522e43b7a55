"""What only tests may ask: move the clock, break things, be the payer. No such thing exists at Stripe."""

from .accounts import onboard
from .calls import Call, route
from .checkout import answered, finish
from .customers import account_method, card_method
from .disputes import decide, dispute, return_debit
from .intents import answer as answer_payment
from .setups import answer as answer_setup
from .wire import Doc, Problem


@route("POST", "/_test/clock")
def move_clock(call: Call) -> Doc:
    """Move the clock ahead by ``seconds``, and let what falls due happen."""
    call.state.set("ahead", call.state.setting("ahead", 0) + call.integer("seconds"))
    call.state.run_due()
    return {"now": call.state.now}


@route("POST", "/_test/faults")
def set_fault(call: Call) -> Doc:
    """Break the next ``times`` calls to ``path`` (a regular expression): ``kind`` refuse, busy, cut or sleep ``seconds``.

    After ``cut`` and ``sleep`` the work is done, and only its answer is lost or late.
    """
    fault = {"path": call.text("path"), "kind": call.text("kind"), "times": call.integer("times", 1), "seconds": call.text("seconds", "0")}
    call.state.set("faults", [fault])
    return fault


@route("POST", "/_test/mischief")
def set_mischief(call: Call) -> Doc:
    """How deliveries go wrong from now on: ``delay`` seconds, ``duplicates``, ``drop`` the next so many, ``shuffle`` their order."""
    mischief = {
        "delay": call.text("delay", "0"),
        "duplicates": call.integer("duplicates"),
        "drop": call.integer("drop"),
        "shuffle": call.flag("shuffle"),
    }
    call.state.set("mischief", mischief)
    return mischief


@route("POST", "/_test/checkout/<wanted>")
def pay(call: Call, wanted: str) -> Doc:
    """Be the payer on a page: pay with test ``card`` or ``iban``; ``approve`` answers the bank when it asks."""
    call.account = call.state.account_of(wanted)
    visit = call.get("checkout.session", wanted)
    state = call.state
    method = call.put(account_method(state, call.text("iban")) if call.text("iban") else card_method(state, call.text("card", "4242424242424242")))
    visit = finish(call, visit, method, email=call.text("email"))
    if visit["status"] == "open" and call.text("approve"):
        return approve(call, str(visit["_intent"]))
    return visit


@route("POST", "/_test/approve/<wanted>")
def approve(call: Call, wanted: str) -> Doc:
    """Be the payer at the bank: ``approve`` true or false. Returns the visit that this was for, else the intent."""
    call.account = call.state.account_of(wanted)
    answer = answer_setup if wanted.startswith("seti_") else answer_payment
    intent = answer(call, wanted, approved=call.flag("approve"))
    return answered(call, intent) or intent


@route("POST", "/_test/dispute/<wanted>")
def complain(call: Call, wanted: str) -> Doc:
    """Be the payer who complains at the bank about a payment; ``decide`` won or lost ends it at once."""
    call.account = call.state.account_of(wanted)
    intent = call.get("payment_intent", wanted)
    case = dispute(call.state, call.account, call.get("charge", intent["latest_charge"]), call.text("reason", "fraudulent"))
    return decide(call.state, call.account, case, won=call.text("decide") == "won") if call.text("decide") else case


@route("POST", "/_test/returns/<wanted>")
def take_back(call: Call, wanted: str) -> Doc:
    """Be the bank that takes a paid direct debit back."""
    call.account = call.state.account_of(wanted)
    intent = call.get("payment_intent", wanted)
    if intent["status"] != "succeeded":
        raise Problem("Only a paid debit can be returned.")
    return return_debit(call.state, call.account, intent)


@route("POST", "/_test/cards/<wanted>/expiry")
def expire_card(call: Call, wanted: str) -> Doc:
    """Let a saved card be past its month."""
    call.account = call.state.account_of(wanted)
    method = call.get("payment_method", wanted)
    method["card"] |= {"exp_month": 1, "exp_year": 2020}
    return call.put(method)


@route("POST", "/_test/cards/<wanted>/number")
def renumber_card(call: Call, wanted: str) -> Doc:
    """Let a saved card behave as another test ``card`` from now on: one that was good and now is not."""
    call.account = call.state.account_of(wanted)
    method = call.get("payment_method", wanted)
    method["_number"] = card_method(call.state, call.text("card"))["_number"]
    return call.put(method)


@route("POST", "/_test/onboarding/<wanted>")
def tell_who(call: Call, wanted: str) -> Doc:
    """Be the owner of an account under another, who tells who they are."""
    return onboard(call.state, call.state.get("account", wanted, wanted))


@route("POST", "/_test/events/<wanted>/forged")
def forge(call: Call, wanted: str) -> Doc:
    """Deliver an event to every endpoint that had it, wrongly signed: ``how`` is other_secret, no_secret, unsigned, stale or changed."""
    return _again(call, wanted, call.text("how", "other_secret"))


@route("POST", "/_test/events/<wanted>/again")
def send_again(call: Call, wanted: str) -> Doc:
    """Deliver an event once more to every endpoint that had it."""
    return _again(call, wanted, "")


def _again(call: Call, wanted: str, how: str) -> Doc:
    rows = call.state.sql.execute("SELECT DISTINCT endpoint FROM delivery WHERE event = ? AND forged = ''", (wanted,)).fetchall()
    for (endpoint,) in rows:
        call.state.sql.execute("INSERT INTO delivery (event, endpoint, due, forged) VALUES (?, ?, 0, ?)", (wanted, endpoint, how))
    return {"queued": len(rows)}


@route("GET", "/_test/deliveries")
def deliveries(call: Call) -> Doc:
    """Every delivery so far: event, type, attempts, last status, whether it is over."""
    rows = call.state.sql.execute("SELECT event, attempts, status, done, forged FROM delivery ORDER BY seq").fetchall()
    told = []
    for event, attempts, status, done, forged in rows:
        found = call.state.peek(event) or {}
        told.append({"event": event, "type": found.get("type"), "attempts": attempts, "status": status, "done": bool(done), "forged": forged})
    return {"deliveries": told}
