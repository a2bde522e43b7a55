"""Leaving in three clicks, signed in or not: the link at the foot of every page, the page that says what it means, and yes."""

from typing import Any
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import clock, i18n
from coworking.core.links import operator_in_force
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people import links, throttle
from coworking.people.forms import typed
from coworking.people.links import Purpose
from coworking.people.models import MailedLink
from coworking.people.views.blueprint import client_address, shown, slow_down
from coworking.people.views.links import dead_link

from .. import ending, history, jobs, words
from ..models import Subscription
from .blueprint import blueprint, own_subscription
from .forms import LeaveForm


@blueprint.get("/leave")
@requires(Permission.PUBLIC)
def leave() -> Response:
    """Signed in: what leaving means, ready to confirm. Signed out: name and address, and the rest by mail."""
    if current_user.is_authenticated:
        return _choose()
    return page("memberships/leave_signed_out.html", form=LeaveForm(formdata=None))


def _choose(status: int = 200) -> Response:
    cards = [_card(each, url_for("memberships.give_notice", subscription_id=each.id)) for each in history.of_person(current_user.id)]
    return page("memberships/leave.html", status=status, cards=cards, is_member=True)


@blueprint.post("/leave")
@requires(Permission.PUBLIC)
def ask_to_leave() -> Any:
    """Ask without signing in. The answer is the same whether the address is known or not."""
    form = LeaveForm()
    if not form.validate():
        return page("memberships/leave_signed_out.html", form=form, status=shown(form) or 422)
    try:
        throttle.count(throttle.MAIL, typed(form.email), client_address())
    except throttle.TooManyTries as refusal:
        return slow_down("memberships/leave_signed_out.html", refusal, form=form)
    jobs.wish_to_leave(typed(form.email), typed(form.name), typed(form.contract))
    return go(url_for("memberships.asked_to_leave"))


@blueprint.get("/leave/sent")
@requires(Permission.PUBLIC)
def asked_to_leave() -> Response:
    """Say that the mail is on its way."""
    return page("memberships/leave_sent.html")


@blueprint.get("/leave/<token>")
@requires(Permission.PUBLIC)
def leave_by_link(token: str) -> Any:
    """What ends, by the mailed link; looking uses nothing up, because mail scanners look."""
    link = links.find(token, Purpose.LEAVE)
    if link is None:
        return dead_link("memberships.leave")
    asked = asked_on(link)
    cards = [_card(each, url_for("memberships.confirm_by_link", token=token), asked) for each in history.of_person(link.person_id)]
    return page("memberships/leave.html", cards=cards, is_member=False)


@blueprint.post("/leave/<token>")
@requires(Permission.PUBLIC)
def confirm_by_link(token: str) -> Any:
    """Confirm: every contract named on the page ends on the day that it said."""
    link = links.find(token, Purpose.LEAVE)
    if link is None:
        return dead_link("memberships.leave")
    asked = asked_on(link)
    left = history.of_person(link.person_id)
    if not links.spend(link):
        return dead_link("memberships.leave")
    for subscription in left:
        if subscription.ends_on is None:
            ending.leave(subscription, history.today(), asked_on=asked, by=link.person_id)
    rows = [(words.plan_name(each.version), i18n.short_date(each.ends_on - words.ONE_DAY)) for each in left if each.ends_on is not None]
    return page("memberships/left.html", rows=rows)


def asked_on(link: MailedLink) -> Any:
    """The day on which somebody asked by the form: notice counts from it."""
    return clock.wall_day(link.created_at, operator_in_force().zone)


@blueprint.post("/plan/<uuid:subscription_id>/notice")
@requires(Permission.HAVE_ACCOUNT)
def give_notice(subscription_id: UUID) -> Response:
    """Confirm."""
    subscription = own_subscription(subscription_id)
    try:
        ends_on = ending.leave(subscription, history.today(), by=current_user.id)
    except ending.TooLate:
        flash(_("This plan has ended already."))
        return go(url_for("memberships.plan"))
    flash(_("We have your notice. The last day is %(day)s, and a mail says the same.", day=i18n.short_date(ends_on - words.ONE_DAY)), "success")
    return go(url_for("memberships.plan"))


@blueprint.post("/plan/<uuid:subscription_id>/notice/cancellation")
@requires(Permission.HAVE_ACCOUNT)
def take_notice_back(subscription_id: UUID) -> Response:
    """Stay after all."""
    try:
        ending.stay(own_subscription(subscription_id), history.today(), by=current_user.id)
    except ending.TooLate:
        flash(_("This plan has ended. You can order it again."), "error")
        return go(url_for("memberships.plan"))
    flash(_("Your plan goes on as before."), "success")
    return go(url_for("memberships.plan"))


def _card(subscription: Subscription, url: str, asked: Any = None) -> dict[str, Any]:
    known = subscription.ends_on is not None
    terms = None if known else ending.terms_of_leaving(subscription, history.today(), asked)
    rows = words.summary(subscription) if terms is None else words.leaving(terms, subscription.version, subscription.account)
    return {"subscription": subscription, "name": words.plan_name(subscription.version), "rows": rows, "known": known, "url": url, "terms": terms}
