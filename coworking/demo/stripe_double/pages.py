"""The pages that Stripe would show: paying, the bank's question, the customer portal. In the demo they are ours.

They share their state with the API through one file, and answer on the host that the visit came from.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, abort, current_app, request, url_for
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import RadioField

from coworking.core.forms import options
from coworking.core.money import Money
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.operators.hosts import on_host_site
from coworking.payments.failures import Failure
from coworking.payments.stripe_reading import failure_of

from . import checkout as visits
from . import intents, setups
from .accounts import onboard
from .calls import Call
from .customers import account_method, attach, card_method, release
from .hooks import emit
from .store import FILE, Store
from .subscriptions import change
from .wire import Doc, Problem

HOUR = 3600
CARDS = (
    ("4242424242424242", _("Card ending 4242: it pays")),
    ("4000002500003155", _("Card ending 3155: the bank asks you to approve")),
    ("4000000000000002", _("Card ending 0002: the bank declines")),
    ("4000000000009995", _("Card ending 9995: not enough money")),
    ("4000000000000341", _("Card ending 0341: it is saved now, and declined when it is charged later")),
)
ACCOUNTS = (
    ("DE89370400440532013000", _("Bank account ending 3000: the direct debit arrives after some seconds")),
    ("DE62370400440532013001", _("Bank account ending 3001: the direct debit is returned after some seconds")),
)

T = TypeVar("T")
blueprint = Blueprint("stripe", __name__, url_prefix="/demo/stripe")


class MethodForm(FlaskForm):
    """Which test card or account."""

    method = RadioField(_("Test card"), choices=options(CARDS), default=CARDS[0][0])

    def __init__(self, *, debits: bool) -> None:
        super().__init__()
        if debits:
            self.method.choices = options(CARDS + ACCOUNTS)


def store() -> Store:
    """The file behind the pages and the API."""
    extensions = current_app.extensions
    if "coworking.stripe_double" not in extensions:
        extensions["coworking.stripe_double"] = Store(extensions["coworking.config"].data_dir / FILE)
    return extensions["coworking.stripe_double"]


@contextmanager
def _about(kind: str, ref: str) -> Iterator[tuple[Call, Doc]]:
    """The call of the account that owns it, and the object; a 404 where it is none of this host's."""
    with store().change() as state:
        state.run_due()
        call = Call(state, state.account_of(ref), "")
        try:
            doc = call.get(kind, ref)
        except Problem:
            abort(404)
        yield call, doc


def _on_this_host(address: str | None) -> None:
    if urlsplit(address or "").netloc != request.host:
        abort(404)


def _kept(work: Callable[[], T]) -> T | Problem:
    """What ``work`` returns, or the bank's refusal, which is noted; any other refusal undoes it all."""
    try:
        return work()
    except Problem as problem:
        if problem.kept:
            return problem
        raise


@blueprint.get("/checkout/<visit_ref>")
@on_host_site
@requires(Permission.PUBLIC)
def checkout(visit_ref: str) -> Response:
    """The page to pay on, save a card or subscribe; one that is finished leads on."""
    with _about("checkout.session", visit_ref) as (call, visit):
        _on_this_host(visit["success_url"])
        if visit["status"] == "complete":
            return go(visit["success_url"])
        intent = call.state.peek(visit.get("_intent") or "") or {}
        error = intent.get("last_payment_error") or intent.get("last_setup_error")
    return _checkout(visit, MethodForm(debits=_takes_debits(visit)), failure_of(error) if error else None)


def _takes_debits(visit: Doc) -> bool:
    return "sepa_debit" in visit["payment_method_types"] and visit["mode"] != "subscription"


def _checkout(visit: Doc, form: MethodForm, failure: Failure | None, status: int = 200) -> Response:
    amount = Money(visit["amount_total"] or 0, (visit["currency"] or "").upper())
    return page("demo/stripe/checkout.html", visit=visit, form=form, amount=amount, failure=failure, form_errors=bool(failure), status=status)


@blueprint.post("/checkout/<visit_ref>")
@on_host_site
@requires(Permission.PUBLIC)
def pay(visit_ref: str) -> Response:
    """Pay with the chosen test card: on to the shop, or to the bank when it asks."""
    with _about("checkout.session", visit_ref) as (call, visit):
        _on_this_host(visit["success_url"])
        form = MethodForm(debits=_takes_debits(visit))
        if visit["status"] != "open":
            return go(url_for("stripe.checkout", visit_ref=visit_ref))
        if not form.validate_on_submit():
            return _checkout(visit, form, None, 422)
        method = _method(call, form)
        done = _kept(lambda: visits.finish(call, visit, method))
        if isinstance(done, Problem):
            return _checkout(call.get("checkout.session", visit_ref), form, failure_of(done.body()["error"]), 422)
        asked = call.state.peek(done["_intent"]) or {}
    if done["status"] == "open":
        return go(url_for("stripe.approval", intent_ref=asked["id"]))
    return go(done["success_url"])


def _method(call: Call, form: MethodForm) -> Doc:
    chosen = form.method.data
    made = account_method(call.state, chosen) if chosen in dict(ACCOUNTS) else card_method(call.state, chosen)
    return call.put(made)


@blueprint.get("/approve/<intent_ref>")
@on_host_site
@requires(Permission.PUBLIC)
def approval(intent_ref: str) -> Response:
    """The bank asks whether this payment is meant (3-D Secure)."""
    with _about(_kind(intent_ref), intent_ref) as (_call, intent):
        back = intent.get("_return_url")
        _on_this_host(back)
    if intent["status"] != "requires_action":
        return go(_returning(intent))
    amount = Money(intent.get("amount", 0), intent.get("currency", "").upper())
    return page("demo/stripe/approve.html", intent=intent, amount=amount)


def _kind(ref: str) -> str:
    return "setup_intent" if ref.startswith("seti_") else "payment_intent"


def _returning(intent: Doc) -> str:
    done = "succeeded" if intent["status"] in {"succeeded", "processing"} else "failed"
    address = str(intent["_return_url"])
    told = urlencode({intent["object"]: intent["id"], "redirect_status": done})
    return f"{address}{'&' if '?' in address else '?'}{told}"


@blueprint.post("/approve/<intent_ref>")
@on_host_site
@requires(Permission.PUBLIC)
def approve(intent_ref: str) -> Response:
    """Approve or refuse, and go back to where the question came from."""
    answer = setups.answer if _kind(intent_ref) == "setup_intent" else intents.answer
    with _about(_kind(intent_ref), intent_ref) as (call, intent):
        _on_this_host(intent.get("_return_url"))
        answered = answer(call, intent_ref, approved=request.form.get("answer") == "approve")
        visit = visits.answered(call, answered)
    if visit is None:
        return go(_returning(answered))
    return go(visit["success_url"] if visit["status"] == "complete" else url_for("stripe.checkout", visit_ref=visit["id"]))


@contextmanager
def _portal(ref: str) -> Iterator[tuple[Call, Doc, Doc]]:
    with _about("billing_portal.session", ref) as (call, link):
        _on_this_host(link["return_url"])
        customer = call.get("customer", link["customer"])
        if customer.get("deleted") or call.state.now - link["created"] > HOUR:
            abort(404)
        yield call, link, customer


@blueprint.get("/portal/<portal_ref>")
@on_host_site
@requires(Permission.PUBLIC)
def portal(portal_ref: str) -> Response:
    """A customer's methods, bills and subscriptions."""
    with _portal(portal_ref) as (call, link, customer):
        shown = _shown(call, customer)
    return page("demo/stripe/portal.html", link=link, form=MethodForm(debits=True), failure=None, **shown)


def _shown(call: Call, customer: Doc) -> dict[str, Any]:
    def owned(kind: str) -> list[Doc]:
        return list(call.state.every(kind, call.account, customer=customer["id"]))

    invoices = [(doc, Money(doc["total"], doc["currency"].upper())) for doc in owned("invoice")]
    return {
        "customer": customer,
        "methods": owned("payment_method"),
        "default": customer["invoice_settings"]["default_payment_method"],
        "invoices": invoices,
        "subscriptions": [doc for doc in owned("subscription") if doc["status"] != "canceled"],
    }


@blueprint.post("/portal/<portal_ref>/methods")
@on_host_site
@requires(Permission.PUBLIC)
def add_method(portal_ref: str) -> Response:
    """Save another test card."""
    form = MethodForm(debits=True)
    with _portal(portal_ref) as (call, link, customer):
        if form.validate_on_submit():
            made = _method(call, form) | {"_set_up": True}
            done = _kept(lambda: attach(call, made, customer["id"]))
            failure = failure_of(done.body()["error"]) if isinstance(done, Problem) else None
            if failure is None:
                return go(url_for("stripe.portal", portal_ref=portal_ref))
        else:
            failure = None
        shown = _shown(call, customer)
    return page("demo/stripe/portal.html", link=link, form=form, failure=failure, form_errors=True, status=422, **shown)


@blueprint.post("/portal/<portal_ref>/default")
@on_host_site
@requires(Permission.PUBLIC)
def choose_default(portal_ref: str) -> Response:
    """Charge this method from now on."""
    with _portal(portal_ref) as (call, _link, customer):
        method = _own_method(call, customer)
        customer["invoice_settings"]["default_payment_method"] = method["id"]
        call.put(customer)
        emit(call.state, call.account, "customer.updated", customer, {})
    return go(url_for("stripe.portal", portal_ref=portal_ref))


@blueprint.post("/portal/<portal_ref>/removal")
@on_host_site
@requires(Permission.PUBLIC)
def remove_method(portal_ref: str) -> Response:
    """Forget this method."""
    with _portal(portal_ref) as (call, _link, customer):
        release(call.state, call.account, _own_method(call, customer))
    return go(url_for("stripe.portal", portal_ref=portal_ref))


def _own_method(call: Call, customer: Doc) -> Doc:
    wanted = request.form.get("method", "")
    for method in call.state.every("payment_method", call.account, customer=customer["id"]):
        if method["id"] == wanted:
            return method
    return abort(404)


@blueprint.post("/portal/<portal_ref>/ending")
@on_host_site
@requires(Permission.PUBLIC)
def end_subscription(portal_ref: str) -> Response:
    """End a subscription with its period, or keep it after all."""
    with _portal(portal_ref) as (call, _link, customer):
        wanted = request.form.get("subscription", "")
        if not any(doc["id"] == wanted for doc in call.state.every("subscription", call.account, customer=customer["id"])):
            abort(404)
        call.params = {"cancel_at_period_end": "true" if request.form.get("end") else "false"}
        try:
            change(call, wanted)
        except Problem:
            abort(409)
    return go(url_for("stripe.portal", portal_ref=portal_ref))


@blueprint.get("/onboarding/<account_ref>")
@on_host_site
@requires(Permission.PUBLIC)
def onboarding(account_ref: str) -> Response:
    """Where the owner of an account under the host's tells who they are."""
    with _about("account", account_ref) as (_call, account):
        _on_this_host(account.get("_return_url"))
    return page("demo/stripe/onboarding.html", account=account)


@blueprint.post("/onboarding/<account_ref>")
@on_host_site
@requires(Permission.PUBLIC)
def finish_onboarding(account_ref: str) -> Response:
    """Told: the account takes money from now on."""
    with _about("account", account_ref) as (call, account):
        _on_this_host(account.get("_return_url"))
        onboard(call.state, account)
    return go(account["_return_url"])
