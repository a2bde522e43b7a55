"""Guests of a booking."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from coworking.core import clock, pages
from coworking.core.permissions import Permission, requires

from .. import guests
from ..booking import invite, uninvite
from ..emails import guest_uninvited
from ..refusals import RuleBroken
from .blueprint import blueprint, own_booking
from .own import shown


@blueprint.post("/bookings/<uuid:booking_id>/guests")
@requires(Permission.BOOK)
def add_guests(booking_id: UUID) -> Response:
    """Invite guests by their addresses."""
    booking = own_booking(booking_id)
    if not booking.is_confirmed or booking.ends_at <= clock.now():
        abort(404)
    typed = request.form.get("guests", "")
    try:
        new = invite(booking, guests.read(typed))
    except RuleBroken as refusal:
        return shown(booking, status=422, guests_error=refusal.message, guests_typed=typed, form_errors=True)
    if new:
        flash(ngettext("One guest invited.", "%(num)d guests invited.", len(new)), "success")
    return pages.go(url_for("bookings.show", booking_id=booking.id))


@blueprint.post("/bookings/<uuid:booking_id>/guests/<uuid:guest_id>/removal")
@requires(Permission.BOOK)
def remove_guest(booking_id: UUID, guest_id: UUID) -> Response:
    """Take a guest off the list, and tell them."""
    booking = own_booking(booking_id)
    guest = next((guest for guest in booking.guests if guest.id == guest_id), None) or abort(404)
    if booking.is_confirmed and booking.starts_at > clock.now():
        guest_uninvited(booking, guest)
    uninvite(booking, guest)
    flash(_("%(email)s is off the list.", email=guest.email), "success")
    return pages.go(url_for("bookings.show", booking_id=booking.id))
