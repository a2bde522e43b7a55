"""Changing plan or seats: what it costs is shown before anything is agreed."""

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user

from coworking.core import i18n
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires

from .. import changing, history, plans, saying, words
from ..changing import Change, ChangeRefused
from ..models import Plan, PlanVersion, Subscription
from .blueprint import blueprint, own_subscription

REFUSALS = {
    "state": lazy_gettext("This plan can't be changed now. Once it is running again, it can."),
    "leaving": lazy_gettext("You gave notice. Take that back first, then change the plan."),
    "same": lazy_gettext("This is the plan that you have"),
    "gone": lazy_gettext("This plan is not offered any more"),
    "seats": lazy_gettext("The plan is not for that many people"),
    "minimum": lazy_gettext("Until the end of the minimum term the plan can grow, not shrink"),
}


@blueprint.get("/plan/<uuid:subscription_id>/change")
@requires(Permission.HAVE_ACCOUNT)
def change(subscription_id: UUID) -> Response:
    """Other plans; with ``to`` and ``seats``, what that one would cost now and at renewal."""
    return _page(own_subscription(subscription_id))


@blueprint.post("/plan/<uuid:subscription_id>/changes")
@requires(Permission.HAVE_ACCOUNT)
def change_plan(subscription_id: UUID) -> Response:
    """Change now, or at the next renewal."""
    subscription = own_subscription(subscription_id)
    version, seats = wanted(subscription)
    if version is None:
        abort(404)
    change_it = changing.change_now if request.form.get("when") == "now" else changing.change_at_renewal
    try:
        done = change_it(subscription, version, seats, history.today(), by=current_user.id)
    except ChangeRefused as refusal:
        if refusal.why == "same":
            return go(url_for("memberships.plan"))
        return _page(subscription, str(REFUSALS[refusal.why]), 422)
    flash(_("Agreed: %(plan)s from %(day)s. The mail has all of it.", plan=words.plan_name(version), day=i18n.short_date(done.since)), "success")
    return go(url_for("memberships.plan"))


@blueprint.post("/plan/<uuid:subscription_id>/changes/cancellation")
@requires(Permission.HAVE_ACCOUNT)
def keep_plan(subscription_id: UUID) -> Response:
    """Call off the change that was agreed for the next renewal."""
    changing.keep_plan(own_subscription(subscription_id), history.today(), by=current_user.id)
    flash(_("You keep the plan that you have."), "success")
    return go(url_for("memberships.plan"))


def wanted(subscription: Subscription) -> tuple[PlanVersion | None, int]:
    """The plan's present version and the seats that were asked for, by form or address; None for no plan at all."""
    slug = request.values.get("to", "")[:60]
    here = subscription.version
    plan = next((each for each in plans.offered() if each.slug == slug), None) if slug else None
    version = None if plan is None else here if plan.id == here.plan_id else plan.current
    typed = request.values.get("seats", "")
    seats = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else 0
    return version, max(seats, version.seats if version is not None else 1)


def options_for(subscription: Subscription) -> list[dict[str, Any]]:
    """Plans that it can go to, its own first where seats can be added."""
    present = db.session.get_one(Plan, subscription.version.plan_id)
    rows = []
    for plan in plans.offered(published=True):
        version = subscription.version if plan.id == present.id else plan.current
        if plan.kind != present.kind or version.currency != subscription.version.currency or (plan.id == present.id and not version.seat_amount):
            continue
        price = words.money_for(version, version.price, subscription.account, history.today())
        rows.append(
            {
                "slug": plan.slug,
                "name": words.plan_name(version),
                "price": price,
                "period": saying.period(version.months),
                "seats": bool(version.seat_amount),
                "contents": saying.contents(version),
            }
        )
    return rows


def shown(subscription: Subscription, version: PlanVersion, seats: int) -> dict[str, Any]:
    """Both ways to change, ready to print; ``why`` where one can't be."""
    ways: dict[str, Any] = {"version": version, "name": words.plan_name(version), "seats": seats}
    for way in ("now", "later"):
        try:
            ways[way] = _rows(subscription, _change(subscription, version, seats, at_once=way == "now"))
        except ChangeRefused as refusal:
            ways[f"{way}_why"] = str(REFUSALS[refusal.why])
    return ways


def _change(subscription: Subscription, version: PlanVersion, seats: int, *, at_once: bool) -> Change:
    today = history.today()
    changing.check(subscription, version, seats, today if at_once else subscription.period_end)
    if not at_once:
        return changing.at_renewal(subscription, version, seats)
    if subscription.state not in {"active", "trial"}:
        raise ChangeRefused("state")
    return changing.now(subscription, version, seats, today)


def _rows(subscription: Subscription, change: Change) -> words.Rows:
    payer, version = subscription.account, change.version
    rows = [(_("From"), i18n.short_date(change.since))]
    if change.back:
        rows.append((_("Given back for unused days"), words.money_for(subscription.version, change.back, payer, change.since)))
    if change.due:
        rows.append((_("Charged to the next renewal"), words.money_for(version, change.due, payer, change.since)))
    if change.back and change.due:
        rows.append((_("In all until then"), words.money_for(version, change.difference, payer, change.since)))
    price = words.money_for(version, change.price, payer, change.renews_on)
    return [
        *rows,
        (_("From %(day)s", day=i18n.short_date(change.renews_on)), _("%(amount)s %(period)s", amount=price, period=saying.period(version.months))),
    ]


def _page(subscription: Subscription, refused: str = "", status: int = 200) -> Response:
    version, seats = wanted(subscription)
    return page(
        "memberships/change.html", status=status, subscription=subscription, plan=words.plan_name(subscription.version), refused=refused,
        choices=options_for(subscription), chosen=shown(subscription, version, seats) if version is not None else None,
        to=request.values.get("to", ""), seats=seats, operator=g.operator,
    )  # fmt: skip
