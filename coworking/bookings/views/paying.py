"""Paying for one booking at once, instead of with the month's invoice."""

from uuid import UUID

from flask import Response, abort, g, url_for
from flask_login import current_user

from coworking.billing import accounts, invoicing, sending
from coworking.billing.models import Charge
from coworking.core import clock, pages
from coworking.core.db import db
from coworking.core.permissions import Permission, requires

from .. import agreeing
from ..models import Booking
from .blueprint import blueprint, own_booking


def payable(booking: Booking) -> Charge | None:
    """The booking's charge, where whoever is signed in may pay it: their own account, or their company's as its admin."""
    charge = agreeing.charge_of(booking)
    return charge if charge is not None and accounts.may_see(current_user, charge.account) else None


@blueprint.post("/bookings/<uuid:booking_id>/invoice")
@requires(Permission.BOOK)
def pay_now(booking_id: UUID) -> Response:
    """Bill the booking by itself, once, and go on to where it is paid."""
    charge = payable(own_booking(booking_id)) or abort(404)
    if charge.invoice_id is None:
        paper = invoicing.bill(charge.account, [charge], clock.today(g.operator.zone))
        if paper is not None:
            sending.send(paper)
        db.session.refresh(charge)
    return pages.go(url_for("billing.pay", invoice_id=charge.invoice_id))
