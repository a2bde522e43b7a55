"""Ordering a plan or a pass, by a member or by somebody who has no account yet. Nothing typed is lost on the way."""

from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import selectinload
from werkzeug.datastructures import MultiDict

from coworking.billing import gateways
from coworking.billing.accounts import account_of, account_of_company, known_account_of
from coworking.billing.models import Account
from coworking.core import i18n, once
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.core.settings import config
from coworking.core.web import forms_lead_to, signed_in
from coworking.payments.opening import redirect_origins
from coworking.people import accounts, companies, throttle
from coworking.people import jobs as people_jobs
from coworking.people.company import Company
from coworking.people.forms import typed
from coworking.people.sign_in import remember_password
from coworking.people.views.blueprint import client_address, slow_down

from .. import history, orders, quoting, saying, subscribing, withdrawal, words
from ..models import Order, Plan, PlanKind, PlanVersion
from ..orders import Basket
from ..subscribing import Refused, Wish
from .blueprint import blueprint
from .forms import COUNTRIES, INVOICE, OrderForm, VisitorOrderForm
from .ordering import pay

KEPT_IN_LINK = (
    "buyer",
    "company",
    "org_number",
    "vat_number",
    "street",
    "postcode",
    "city",
    "country",
    "starts_on",
    "seats",
    "code",
    "begin_at_once",
    "pays",
)
TEMPLATE = "memberships/join.html"


@blueprint.get("/plans/<slug>/join")
@requires(Permission.PUBLIC)
def join(slug: str) -> Response:
    """The order form, with what is due today line by line."""
    version = _offered(slug)
    form = _form(version, _first_answers(version))
    return _page(version, form)


@blueprint.post("/plans/<slug>/join")
@requires(Permission.PUBLIC)
def order(slug: str) -> Any:
    """Order, or for a visitor: open the account first, and come back here by the mailed link with everything filled in."""
    version = _offered(slug)
    form = _form(version, request.form)
    if request.form.get("show"):
        return _page(version, form, shown=True)
    if (before := _sent_before()) is not None:
        return go(url_for("memberships.order_page", order_id=before.id))
    valid = form.validate() & _consented(form)
    basket = _basket(version, form, explain=True)
    if not valid or basket is None:
        return _page(version, form, status=422)
    if not current_user.is_authenticated:
        return _open_account(version, form)
    payer = _payer(version, form)
    placed = orders.place(current_user, payer, basket, key=_key())
    if placed.amount == 0 or _by_invoice(form):
        orders.accept(placed)
        return go(url_for("memberships.order_page", order_id=placed.id))
    return pay(placed, once.id_of(request.form, current_user.id))


def _key() -> str:
    return str(once.id_of(request.form, current_user.id))


def _sent_before() -> Order | None:
    """The order that this very form made before."""
    return orders.placed_with(_key()) if current_user.is_authenticated and request.form.get("form_key") else None


def _offered(slug: str) -> PlanVersion:
    plan = db.session.scalar(
        sa.select(Plan)
        .where(Plan.slug == slug[:60], Plan.published, Plan.retired_at.is_(None))
        .options(selectinload(Plan.versions).selectinload(PlanVersion.allowances))
    )
    if plan is None or not plan.versions or (plan.kind == PlanKind.PASS.value and not plan.current.allowances):
        abort(404)
    return plan.current


def _first_answers(version: PlanVersion) -> MultiDict[str, str]:
    """What the address says, over what is known of the person, over what is usual."""
    answers = {
        "buyer": "private",
        "country": g.operator.country,
        "starts_on": history.today().isoformat(),
        "seats": str(version.seats),
        "pays": "card",
    }
    if current_user.is_authenticated:
        known = known_account_of(current_user)
        answers |= {"buyer": "company"} if current_user.buys_as_company else {}
        answers |= {"company": current_user.company}
        if known is not None:
            answers |= {name: getattr(known, name) for name in ("street", "postcode", "city", "country", "org_number", "vat_number")}
    if request.args.get("as") in {"private", "company"}:
        answers["buyer"] = request.args["as"]
    return MultiDict(answers | {name: request.args[name] for name in KEPT_IN_LINK if name in request.args})


def _form(version: PlanVersion, answers: MultiDict[str, str]) -> OrderForm:
    # A choice that was not on the page yet when it was sent is the usual one.
    usual = {"pays": "card", "seats": str(version.seats), "country": g.operator.country, "buyer": "private"}
    complete = MultiDict([*answers.items(multi=True), *((name, value) for name, value in usual.items() if name not in answers)])
    form: OrderForm = (OrderForm if current_user.is_authenticated else VisitorOrderForm)(formdata=complete)
    if not version.seat_amount:
        del form.seats
    if not (_offers_cards() and _offers_invoice(form)):
        del form.pays
    if not _may_withdraw(form):
        del form.begin_at_once
    return form


def _offers_cards() -> bool:
    return gateways.takes_cards()


def _offers_invoice(form: OrderForm) -> bool:
    return form.for_company or not _offers_cards()


def _by_invoice(form: OrderForm) -> bool:
    return not _offers_cards() or ("pays" in form and form.pays.data == INVOICE)


def _may_withdraw(form: OrderForm) -> bool:
    return not form.for_company and g.operator.country in withdrawal.COUNTRIES


def _consented(form: OrderForm) -> bool:
    """Within the withdrawal period nothing begins unless the consumer asks for it (directive 2011/83/EU, article 8(8))."""
    soon = form.starts_on.data is not None and (form.starts_on.data - history.today()).days <= withdrawal.DAYS
    if "begin_at_once" in form and soon and not form.begin_at_once.data:
        form.begin_at_once.errors = [_("Tick this to begin so soon, or choose a first day that is more than 14 days away")]
        return False
    return True


def _wish(version: PlanVersion, form: OrderForm) -> Wish:
    seats = form.seats.data or version.seats if "seats" in form else version.seats
    begins = bool(form.begin_at_once.data) if "begin_at_once" in form else False
    return Wish(version, form.starts_on.data or history.today(), seats=seats, code=form.code.data or "", begin_at_once=begins)


def _basket(version: PlanVersion, form: OrderForm, *, explain: bool = False) -> Basket | None:
    """What the order comes to; None when it is refused, with the reason at its field where ``explain``."""
    country = form.country.data if form.country.data in COUNTRIES else g.operator.country
    number = form.vat_number.data or ""
    payer = quoting.buyer(country, is_business=form.for_company, vat_number=number if form.for_company else "", vat_check="format" if number else "")
    try:
        return orders.fill(_wish(version, form), payer, _holder(version, form), history.today())
    except Refused as refusal:
        if explain:
            _explain(form, refusal.why)
        return None


def _holder(version: PlanVersion, form: OrderForm) -> Any:
    """Who would have it: None for somebody new."""
    if not current_user.is_authenticated:
        return None
    return _led() if _for_team(version, form) else signed_in()


def _for_team(version: PlanVersion, form: OrderForm) -> bool:
    """Whether a company of several people has it, not a person in business alone."""
    if not form.for_company:
        return False
    return _led() is not None or (_wish(version, form).seats > 1 and companies.seat_of(current_user) is None)


def _led() -> Company | None:
    seat = companies.seat_of(current_user)
    return seat.company if seat is not None and seat.admin else None


def _explain(form: OrderForm, why: str) -> None:
    said = {
        "code": ("code", _("This code gives nothing here: it is over, used up, or for another plan")),
        "start": ("starts_on", _("Choose a day from today to three months ahead")),
        "seats": ("seats" if "seats" in form else "code", _("Choose a number of people from what the plan includes to %(most)d", most=500)),
        "already": ("starts_on", _("You have a plan already. Change it on the page of your plan.")),
        "hold": ("starts_on", _("An invoice is overdue. Pay it first, then order.")),
        "gone": ("starts_on", _("This plan is not offered any more")),
    }
    field, text = said[why]
    form[field].errors = [*form[field].errors, text]


def _open_account(version: PlanVersion, form: Any) -> Any:
    try:
        throttle.check(throttle.MAIL, typed(form.email), client_address())
        chosen = accounts.join(typed(form.name), typed(form.email), typed(form.password), i18n.language())
        throttle.count(throttle.MAIL, typed(form.email), client_address())
    except throttle.TooManyTries as refusal:
        return slow_down(TEMPLATE, refusal, **_context(version, form))
    remember_password(chosen)
    kept = {name: request.form[name] for name in KEPT_IN_LINK if request.form.get(name)}
    people_jobs.wish(people_jobs.JOINED, typed(form.email), f"{url_for('memberships.join', slug=request.view_args['slug'])}?{urlencode(kept)}"[:1000])  # type: ignore[index]
    return go(url_for("people.mail_sent", kind="join"))


def _payer(version: PlanVersion, form: OrderForm) -> Account:
    """The account that is billed, with what was typed about it."""
    if _for_team(version, form):
        account = account_of_company(_led() or companies.found(typed(form.company), current_user))
    else:
        account = account_of(current_user)
    account.is_business = form.for_company
    account.name = typed(form.company) if form.for_company else current_user.name
    for name in ("street", "postcode", "city", "country"):
        setattr(account, name, typed(form[name]) or getattr(account, name))
    account.org_number, account.vat_number = (typed(form.org_number), typed(form.vat_number)) if form.for_company else ("", "")
    account.vat_check = "format" if account.vat_number else ""
    db.session.flush()
    return account


def _page(version: PlanVersion, form: OrderForm, *, status: int = 200, shown: bool = False) -> Response:
    context = _context(version, form)
    if shown:
        form.form_errors = []
    answer = page(TEMPLATE, fragment="sum", status=status, **context)
    return forms_lead_to(answer, redirect_origins(config()))


def _context(version: PlanVersion, form: OrderForm) -> dict[str, Any]:
    basket, holder = _basket(version, form), _holder(version, form)
    has_one = version.plan.kind == PlanKind.PLAN.value and holder is not None and subscribing.open_plan(holder) is not None
    return {
        "form": form, "version": version, "plan": words.plan_name(version), "quote": basket.quote if basket is not None else None,
        "contents": saying.contents(version), "terms": saying.terms(version), "period": saying.period(version.months),
        "company": form.for_company, "may_withdraw": _may_withdraw(form), "by_invoice": _by_invoice(form), "slug": request.view_args["slug"],  # type: ignore[index]
        "one_day": words.ONE_DAY, "has_one": has_one,
    }  # fmt: skip
