"""An order after it was placed: paying it, and what came of it."""

from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _

from coworking.billing import deposits, hooks, paying
from coworking.billing.models import Account, Payment
from coworking.core import once
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.core.settings import config
from coworking.core.web import forms_lead_to
from coworking.payments.failures import PaymentError
from coworking.payments.opening import redirect_origins

from .. import history, orders, saying, withdrawal_of_passes, words
from ..models import Order, PlanVersion, Subscription
from .blueprint import blueprint, own_order


@blueprint.get("/orders/<uuid:order_id>")
@requires(Permission.HAVE_ACCOUNT)
def order_page(order_id: UUID) -> Response:
    """How an order stands."""
    return _page(own_order(order_id))


@blueprint.post("/orders/<uuid:order_id>/payment")
@requires(Permission.HAVE_ACCOUNT)
def pay_order(order_id: UUID) -> Response:
    """On to the provider's page, again where the first try came to nothing."""
    order = own_order(order_id)
    if order.state != orders.OPEN:
        return go(url_for("memberships.order_page", order_id=order.id))
    return pay(order, once.id_of(request.form, order.person_id))


@blueprint.post("/orders/<uuid:order_id>/cancellation")
@requires(Permission.HAVE_ACCOUNT)
def cancel_order(order_id: UUID) -> Response:
    """Forget an order that is not paid."""
    order = own_order(order_id)
    orders.cancel(order)
    return go(url_for("memberships.order_page", order_id=order.id))


@hooks.lands("order")
def after_paying(payment: Payment) -> str:
    """Where a payer goes on to once the order is paid."""
    return url_for("memberships.order_page", order_id=UUID(payment.purpose.partition(":")[2]))


def pay(order: Order, payment_id: UUID) -> Response:
    """Send the buyer to the provider's page; the order page says it where that can't be."""
    version = db.session.get_one(PlanVersion, order.version_id)
    back = url_for("billing.payment", payment_id=payment_id, _external=True)
    asked = paying.Wish(
        orders.purpose_of(order), orders.total(order), paying.described(words.plan_name(version)), back,
        url_for("memberships.order_page", order_id=order.id, _external=True), save_method=bool(version.months),
    )  # fmt: skip
    order_id = order.id
    try:
        return go(paying.start_checkout(db.session.get_one(Account, order.account_id), asked, payment_id).redirect.url)
    except paying.InTheWay as other:
        return go(url_for("billing.payment", payment_id=other.payment.id))
    except PaymentError as error:
        return _page(db.session.get_one(Order, order_id), str(error.failure.sentence), 422)


def _page(order: Order, refused: str = "", status: int = 200) -> Response:
    version = db.session.get_one(PlanVersion, order.version_id)
    subscription = db.session.get(Subscription, order.subscription_id) if order.subscription_id else None
    account = db.session.get_one(Account, order.account_id)
    answer = page(
        "memberships/order.html", status=status, order=order, refused=refused, plan=words.plan_name(version), total=orders.total(order),
        rows=words.contract(subscription) if subscription is not None else [(_("What"), words.plan_name(version))],
        deposits=deposits.waiting(account), withdraw=withdrawal_of_passes.is_open(order, history.today()), contents=saying.contents(version),
    )  # fmt: skip
    return forms_lead_to(answer, redirect_origins(config()))
