"""Who is on which plan: the list, and its file for a spreadsheet."""

import csv
import io
from datetime import date
from uuid import UUID

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as AnyResponse

from coworking.billing.models import Account
from coworking.core.db import db
from coworking.core.forms import one_line
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.memberships import orders, plans, words
from coworking.memberships.models import Order, Plan, PlanVersion, Subscription, SubscriptionState
from coworking.people.models import Person
from coworking.privacy.register.terms import Purpose

from .blueprint import blueprint
from .looking import looked
from .people import A_PAGE, harmless

ENDING = "ending"


@blueprint.get("/subscriptions")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def subscriptions() -> Response:
    """The list, narrowed by name, state and plan, a page at a time."""
    number = request.args.get("page", 1, type=int)
    number = number if 1 <= number <= 10_000 else 1
    rows = list(db.session.execute(_query().offset((number - 1) * A_PAGE).limit(A_PAGE + 1)))
    return page(
        "desk/subscriptions/index.html", fragment="results", rows=[_row(*row) for row in rows[:A_PAGE]], more=len(rows) > A_PAGE, number=number,
        words=words, plans=plans.offered(), stuck=[(order, _buyer(order)) for order in orders.stuck()], chosen={name: request.args.get(name, "") for name in ("q", "state", "plan")}, ending=ENDING,
    )  # fmt: skip


@blueprint.post("/orders/<uuid:order_id>/start")
@requires(Permission.MANAGE_SUBSCRIPTIONS)
def start_order(order_id: UUID) -> AnyResponse:
    """Try a paid order again."""
    order = db.session.get(Order, order_id)
    if order is None or order.state != orders.PAID:
        abort(404)
    if orders.settle_by_hand(order).state == orders.PAID:
        flash(_("It still can't be started. Make room for it first, or give the money back."), "error")
    else:
        flash(_("The order is done."), "success")
    return redirect(url_for("desk.subscriptions"), code=303)


@blueprint.get("/subscriptions.csv")
@requires(Permission.SAVE_LISTS)
def subscriptions_file() -> Response:
    """The same list, whole, as CSV (RFC 4180) that no spreadsheet runs."""
    looked(None, Purpose.MEMBERSHIP)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["customer", "name", "plan", "state", "seats", "started", "period_start", "period_end", "ends", "price", "discount", "currency"])
    for row, account in db.session.execute(_query()):
        price = [f"{row.rate_amount / 100:.2f}", f"{row.rate_discount / 100:.2f}", row.version.currency]
        days = [str(day or "") for day in (row.started_on, row.period_start, row.period_end, row.ends_on)]
        writer.writerow(harmless([str(account.number), account.label, words.plan_name(row.version), row.state, str(row.seats), *days, *price]))
    headers = {"Content-Disposition": "attachment; filename=subscriptions.csv"}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _query() -> Select[Subscription, Account]:
    """The list that the address asks for."""
    q, state, slug = one_line(request.args.get("q"))[:120], request.args.get("state", ""), request.args.get("plan", "")[:60]
    query = (
        select(Subscription, Account)
        .join(Account, Account.id == Subscription.account_id)
        .join(PlanVersion, PlanVersion.id == Subscription.version_id)
    )
    query = query.options(selectinload(Subscription.version).selectinload(PlanVersion.allowances))
    if state == ENDING:
        query = query.where(Subscription.ends_on.is_not(None), Subscription.state != SubscriptionState.ENDED.value)
    elif state in words.STATES:
        query = query.where(Subscription.state == state)
    else:
        query = query.where(Subscription.state != SubscriptionState.ENDED.value)
    if slug:
        query = query.where(PlanVersion.plan_id.in_(select(Plan.id).where(Plan.slug == slug)))
    for word in q.split()[:5]:
        query = query.where(Account.name.icontains(word, autoescape=True) | Account.email.icontains(word, autoescape=True))
    return query.order_by(Account.name, Subscription.id)


def _buyer(order: Order) -> str:
    return _(
        "%(plan)s for %(name)s",
        plan=words.plan_name(db.session.get_one(PlanVersion, order.version_id)),
        name=db.session.get_one(Person, order.person_id).name,
    )


def _row(row: Subscription, account: Account) -> dict[str, object]:
    return {"it": row, "name": account.label, "plan": words.plan_name(row.version), "price": words.present_price(row), "last": _last(row)}


def _last(row: Subscription) -> date | None:
    return row.ends_on - words.ONE_DAY if row.ends_on is not None else None
