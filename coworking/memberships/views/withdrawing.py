"""The withdrawal function of directive (EU) 2023/2673, article 11a: a statement, a confirmation, an acknowledgement by mail."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.billing.models import Account
from coworking.core import clock, i18n
from coworking.core.db import db
from coworking.core.links import operator_in_force
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires

from .. import history, withdrawal, withdrawal_of_passes, words
from ..models import PlanVersion
from .blueprint import blueprint, own_order, own_subscription


@blueprint.get("/plan/<uuid:subscription_id>/withdrawal")
@requires(Permission.HAVE_ACCOUNT)
def withdrawal_page(subscription_id: UUID) -> Response:
    """The statement, filled in: who, which contract, where the acknowledgement goes."""
    subscription, today = own_subscription(subscription_id), history.today()
    if not withdrawal.is_open(subscription, today):
        return page("memberships/withdrawal.html", plan=words.plan_name(subscription.version), rows=[], open=False)
    terms, payer = withdrawal.terms(subscription, today), subscription.account
    agreed = i18n.short_date(clock.wall_day(subscription.agreed_at, operator_in_force().zone))
    rows = [(_("Name"), current_user.name), (_("Contract"), words.plan_name(subscription.version)), (_("Agreed on"), agreed)]
    rows.append((_("Acknowledgement goes to"), current_user.email))
    rows.append((_("You get back"), words.money_for(subscription.version, terms.back, payer, today)))
    if terms.kept:
        rows.append((_("You pay for the days used, as you asked to begin at once"), words.money_for(subscription.version, terms.kept, payer, today)))
    url = url_for("memberships.withdraw", subscription_id=subscription.id)
    return page("memberships/withdrawal.html", plan=words.plan_name(subscription.version), rows=rows, open=True, url=url)


@blueprint.post("/plan/<uuid:subscription_id>/withdrawal")
@requires(Permission.HAVE_ACCOUNT)
def withdraw(subscription_id: UUID) -> Response:
    """Confirm the withdrawal."""
    try:
        withdrawal.withdraw(own_subscription(subscription_id), history.today())
    except withdrawal.NotOpen:
        flash(_("The time to withdraw is over. You can still leave the plan with its notice."), "error")
        return go(url_for("memberships.plan"))
    flash(_("You have withdrawn from the contract. The acknowledgement is in your mail."), "success")
    return go(url_for("memberships.plan"))


@blueprint.get("/orders/<uuid:order_id>/withdrawal")
@requires(Permission.HAVE_ACCOUNT)
def withdraw_order_page(order_id: UUID) -> Response:
    """The statement for a pass."""
    order = own_order(order_id)
    version, account = db.session.get_one(PlanVersion, order.version_id), db.session.get_one(Account, order.account_id)
    if not withdrawal_of_passes.is_open(order, history.today()):
        return page("memberships/withdrawal.html", plan=words.plan_name(version), rows=[], open=False)
    terms = withdrawal_of_passes.terms(order)
    rows = [(_("Name"), current_user.name), (_("Contract"), words.plan_name(version)), (_("Acknowledgement goes to"), current_user.email)]
    for label, amount in ((_("You get back"), terms.back), (_("You pay for what is used"), terms.kept)):
        rows += [(label, words.money_for(version, amount, account, order.starts_on))] if amount else []
    url = url_for("memberships.withdraw_order", order_id=order.id)
    return page("memberships/withdrawal.html", plan=words.plan_name(version), rows=rows, open=True, url=url)


@blueprint.post("/orders/<uuid:order_id>/withdrawal")
@requires(Permission.HAVE_ACCOUNT)
def withdraw_order(order_id: UUID) -> Response:
    """Confirm the withdrawal from a pass."""
    order = own_order(order_id)
    try:
        withdrawal_of_passes.withdraw(order, history.today())
    except withdrawal.NotOpen:
        flash(_("The time to withdraw is over, or all of it is used."), "error")
        return go(url_for("memberships.order_page", order_id=order.id))
    flash(_("You have withdrawn from the contract. The acknowledgement is in your mail."), "success")
    return go(url_for("memberships.order_page", order_id=order.id))
