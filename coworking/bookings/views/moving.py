"""Moving a booking to another time or space."""

from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import clock, pages
from coworking.core.permissions import Permission, requires

from .. import choosing, panel
from ..booking import move
from ..models import Booking
from ..refusals import RuleBroken, SlotTaken
from .blueprint import blueprint, own_booking, space
from .making import refused, seen_price


@blueprint.get("/bookings/<uuid:booking_id>/move")
@requires(Permission.BOOK)
def change(booking_id: UUID) -> Response:
    """The form with the booking's own time, to choose another."""
    return pages.page("bookings/move.html", fragment="panel", panel=_panel(own_booking(booking_id)))


@blueprint.post("/bookings/<uuid:booking_id>/move")
@requires(Permission.BOOK)
def move_to(booking_id: UUID) -> Response:
    """Move the booking. Refused or too late, it stays where it is and the form comes back as it was."""
    booking = own_booking(booking_id)
    form = _panel(booking)
    try:
        start, end = choosing.times(form.resource, choosing.read(request.form))
        move(booking, form.resource, start, end, by=current_user, seen=seen_price(request.form))
    except (RuleBroken, SlotTaken) as refusal:
        return refused(form, refusal, "bookings/move.html")
    flash(_("Moved. The new time is on its way to %(email)s.", email=current_user.email), "success")
    return pages.go(url_for("bookings.show", booking_id=booking.id))


def _panel(booking: Booking) -> panel.Panel:
    slug = request.values.get("room", "")
    resource = space(slug) if slug else booking.resource
    return panel.of(resource, current_user, request.values, clock.now(), booking)
