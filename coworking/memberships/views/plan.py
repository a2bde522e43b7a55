"""One's plan: what is left of the allowance, what renews when at which price, and what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.billing import deposits
from coworking.billing.models import Account
from coworking.core import clock, i18n
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people.company import Seat

from .. import history, ledger, notices, saying, words
from ..models import Grant, PlanKind, PlanVersion, Subscription, VersionNotice
from ..periods import list_price
from .blueprint import blueprint, own_subscription


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of one unit, as a bar and as text."""

    text: str
    remaining: int
    quantity: int
    until: str


@blueprint.get("/plan")
@requires(Permission.HAVE_ACCOUNT)
def plan() -> Response:
    """What the person is subscribed to, and what is left of it."""
    running, over = history.of_person(current_user.id), history.of_person(current_user.id, ended=True)
    # The membership first, then what was added to it.
    running.sort(key=lambda subscription: subscription.version.plan.kind != PlanKind.PLAN.value)
    cards = [_card(subscription) for subscription in running]
    accounts = db.session.scalars(sa.select(Account).where(Account.person_id == current_user.id)).all()
    waiting = [deposit for account in accounts for deposit in deposits.waiting(account)]
    return page("memberships/plan.html", cards=cards, over=over, words=words, left=left_for(current_user.id), deposits=waiting)


@blueprint.post("/plan/<uuid:subscription_id>/notices/<uuid:notice_id>/answer")
@requires(Permission.HAVE_ACCOUNT)
def answer_notice(subscription_id: UUID, notice_id: UUID) -> Response:
    """Say yes or no to a new version."""
    subscription = own_subscription(subscription_id)
    notice = db.session.get(VersionNotice, notice_id)
    if notice is None or notice.subscription_id != subscription.id or request.form.get("answer") not in {"yes", "no"}:
        abort(404)
    notices.answer(subscription, notice, request.form["answer"] == "yes")
    return go(url_for("memberships.plan"))


def _card(subscription: Subscription) -> dict[str, Any]:
    notice = notices.waiting(subscription)
    newer = db.session.get_one(PlanVersion, notice.version_id) if notice is not None else None
    coming = [pause for pause in subscription.pauses if pause.ends_on is None or pause.ends_on > history.today()]
    events = [event for event in reversed(subscription.events) if event.what in words.HISTORY and event.what != "note"][:12]
    return {
        "subscription": subscription, "name": words.plan_name(subscription.version), "rows": words.summary(subscription),
        "state": words.STATES[subscription.state], "kind": words.KINDS[subscription.state], "pauses": coming,
        "withdraw": words.right_to_withdraw(subscription, history.today()), "contents": saying.contents(subscription.version),
        "notice": notice, "then": _then(subscription, newer, notice) if newer is not None and notice is not None else [],
        "next_plan": words.plan_name(db.session.get_one(PlanVersion, subscription.next_version_id)) if subscription.next_version_id else "",
        "history": [(words.HISTORY[event.what], i18n.short_date(clock.wall_day(event.at, g.operator.zone))) for event in events],
    }  # fmt: skip


def _then(subscription: Subscription, version: PlanVersion, notice: VersionNotice) -> words.Rows:
    price = words.money_for(version, list_price(version, max(subscription.seats, version.seats)), subscription.account, notice.effective_on)
    rows = [(_("From"), i18n.short_date(notice.effective_on)), (_("Price now"), words.present_price(subscription)), (_("Price then"), price)]
    return [*rows, (_("It includes then"), ", ".join(saying.contents(version)))]


def left_for(person_id: UUID, at: datetime | None = None) -> list[Left]:
    """What a person may use now, own and their company's, by unit and end; what is used up too, so that it explains itself."""
    now = at or clock.now()
    company = sa.select(Seat.company_id).where(Seat.person_id == person_id, Seat.left_at.is_(None)).scalar_subquery()
    mine = sa.or_(Grant.person_id == person_id, Grant.company_id == company)
    live = (Grant.valid_from <= now, sa.or_(Grant.expires_at.is_(None), Grant.expires_at > now))
    sums = sa.select(Grant.unit, Grant.expires_at, sa.func.sum(Grant.remaining), sa.func.sum(Grant.quantity)).where(mine, *live)
    rows = db.session.execute(sums.group_by(Grant.unit, Grant.expires_at).order_by(Grant.unit, Grant.expires_at))
    return [_left(unit, ends, int(remaining), int(quantity)) for unit, ends, remaining, quantity in rows]


def _left(unit: str, ends: datetime | None, remaining: int, quantity: int) -> Left:
    whole = i18n.length(quantity) if unit.startswith(ledger.MINUTES) else str(quantity)
    text = _("%(left)s left, of %(all)s", left=saying.amount_of(unit, remaining), all=whole)
    until = _("until %(day)s", day=i18n.short_date(clock.wall_day(ends, g.operator.zone) - words.ONE_DAY)) if ends is not None else ""
    return Left(text, remaining, quantity, until)
