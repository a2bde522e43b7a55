"""Mails about a booking: to whoever has it, and to the guests. The subject is the fact."""

from datetime import datetime
from typing import Any

from coworking.core import clock, i18n, mail
from coworking.core.links import absolute_url, operator_in_force

from . import words
from .cancelling import free_until
from .ics import Method, calendar, content_type
from .models import Booking, BookingGuest


def booked(booking: Booking) -> None:
    """Confirm a booking, with the file for the calendar."""
    _to_person(booking, "booked", Method.REQUEST)


def moved(booking: Booking, before: str) -> None:
    """Tell the new time and what it was ``before``."""
    _to_person(booking, "moved", Method.REQUEST, before=before)
    for guest in booking.guests:
        _to_guest(booking, guest, "guest_moved", Method.REQUEST)


def cancelled(booking: Booking) -> None:
    """Confirm that a booking is off, and what is paid all the same; tell the guests."""
    _to_person(booking, "cancelled", Method.CANCEL)
    for guest in booking.guests:
        _to_guest(booking, guest, "guest_cancelled", Method.CANCEL)


def guest_invited(booking: Booking, guest: BookingGuest) -> None:
    """Invite a guest."""
    _to_guest(booking, guest, "guest_invited", Method.REQUEST)


def guest_uninvited(booking: Booking, guest: BookingGuest) -> None:
    """Tell a guest that they are no longer expected."""
    _to_guest(booking, guest, "guest_cancelled", Method.CANCEL)


def was(start: str, end: str, zone: str, locale: str) -> str:
    """An earlier time, given in ISO 8601, in the reader's words."""
    with i18n.speaking(locale):
        return words.when(datetime.fromisoformat(start), datetime.fromisoformat(end), zone)


def locale_of(booking: Booking) -> str:
    """The language of whoever has the booking, else the operator's first."""
    first: str = operator_in_force().default_locale
    return (booking.person.locale if booking.person is not None else None) or first


def _to_person(booking: Booking, template: str, method: Method, **more: Any) -> None:
    person = booking.person
    if person is not None:
        _post(booking, template, method, (person.name, person.email), locale_of(booking), person=person, **more)


def _to_guest(booking: Booking, guest: BookingGuest, template: str, method: Method) -> None:
    # A guest's language is not known: the host's is the best guess.
    _post(booking, template, method, (guest.name or guest.email, guest.email), locale_of(booking), guest=guest, host=booking.person)


def _post(booking: Booking, template: str, method: Method, to: tuple[str, str], locale: str, **more: Any) -> None:
    operator = operator_in_force()
    house, url = booking.resource.location, absolute_url("bookings.show", booking_id=booking.id)
    is_guest = "guest" in more
    with i18n.speaking(locale):
        context = {
            "booking": booking,
            "room": booking.resource,
            "house": house,
            "when": words.when(booking.starts_at, booking.ends_at, house.zone),
            "lines": words.booking_lines(booking),
            "price": i18n.money(booking.price) if booking.currency else "",
            "free_until": words.moment(free_until(booking), house.zone) if free_until(booking) > clock.now() else "",
            "directions": house.directions.in_(locale, operator.default_locale) if house.directions else "",
            "url": url,
        }
    file = calendar(booking, method, (operator.name, operator.email), "" if is_guest else url, to)
    mail.post(
        to=to[1],
        template=f"emails/bookings/{template}",
        locale=locale,
        context={**context, **more},
        attachments=[mail.Attachment("booking.ics", content_type(method), file)],
    )
