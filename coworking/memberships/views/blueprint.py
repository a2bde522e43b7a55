"""Where the pages of plans hang, and whose they are."""

from uuid import UUID

from flask import Blueprint, abort
from flask_login import current_user

from coworking.core.db import db

from .. import history
from ..models import Order, Subscription

blueprint = Blueprint("memberships", __name__)


def own_subscription(subscription_id: UUID) -> Subscription:
    """One of the person's own, or of the company that they run; 404 for anybody else's, the same as for none."""
    mine = history.of_person(current_user.id) + history.of_person(current_user.id, ended=True)
    return next((each for each in mine if each.id == subscription_id), None) or abort(404)


def own_order(order_id: UUID) -> Order:
    """An order that the person made; 404 for anybody else's."""
    order = db.session.get(Order, order_id)
    if order is None or order.person_id != current_user.id:
        abort(404)
    return order
