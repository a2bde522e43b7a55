"""Mails about bookings, written after the answer: nobody waits for them, and none leaves for a booking that was refused."""

from uuid import UUID

from coworking.core.db import db
from coworking.core.jobs import enqueue, job
from coworking.memberships.models import Subscription
from coworking.memberships.renewing import RENEWED

from . import covering_anew, emails
from .booking import TELL
from .models import Booking, BookingGuest


@job(TELL)
def tell(booking_id: str, what: str, before: list[str] | None = None, guest_id: str | None = None) -> None:
    """Mail ``what`` happened to the booking. ``before`` is the start, end (ISO 8601) and name of the space before a move."""
    booking = db.session.get(Booking, UUID(booking_id))
    if booking is None:
        return
    if what == "booked":
        emails.booked(booking)
    elif what == "moved" and before is not None:
        start, end, name = before
        emails.moved(booking, f"{name}, {emails.was(start, end, booking.resource.zone, emails.locale_of(booking))}")
    elif what == "cancelled":
        emails.cancelled(booking)
    elif what == "invited" and guest_id is not None:
        guest = db.session.get(BookingGuest, UUID(guest_id))
        if guest is not None:
            emails.guest_invited(booking, guest)


@job(RENEWED)
def cover_what_was_booked_ahead(subscription_id: str, after: str | None = None) -> None:
    """Let the allowance of a new period cover what was booked into it before, a few bookings at a time."""
    subscription = db.session.get(Subscription, UUID(subscription_id))
    if subscription is None:
        return
    go_on = covering_anew.cover(subscription, UUID(after) if after else None)
    if go_on is not None:
        enqueue(RENEWED, subscription_id=subscription_id, after=str(go_on))
