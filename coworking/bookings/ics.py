"""Bookings as calendars read them (RFC 5545, RFC 5546)."""

from datetime import UTC, datetime
from enum import Enum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from coworking.core import clock

from .models import Booking

CONTENT_TYPE = "text/calendar; charset=utf-8"


class Method(Enum):
    """What the file asks the reader's calendar to do."""

    PUBLISH = "PUBLISH"
    """Keep a copy: a download."""
    REQUEST = "REQUEST"
    """Put it in, or put the changed time in: a mail."""
    CANCEL = "CANCEL"
    """Take it out."""


def calendar(booking: Booking, method: Method, organizer: tuple[str, str], url: str = "", guest: tuple[str, str] | None = None) -> bytes:
    """The booking as an .ics file with its zone, its lines escaped and folded.

    ``organizer`` and ``guest`` are (name, address). The same booking keeps its UID, and a later SEQUENCE wins.
    """
    file = Calendar()
    file.add("prodid", "-//Coworking//Bookings//EN")
    file.add("version", "2.0")
    file.add("method", method.value)
    file.add_component(_event(booking, method, organizer, url, guest))
    file.add_missing_timezones()
    return file.to_ical()


def content_type(method: Method) -> str:
    """Content type of the file as part of a mail."""
    return f"{CONTENT_TYPE}; method={method.value}"


def _event(booking: Booking, method: Method, organizer: tuple[str, str], url: str, guest: tuple[str, str] | None) -> Event:
    resource, house = booking.resource, booking.resource.location
    zone = ZoneInfo(house.zone)
    event = Event()
    event.add("uid", str(booking.id))
    event.add("dtstamp", clock.now().astimezone(UTC))
    event.add("dtstart", _on_wall(booking.starts_at, zone))
    event.add("dtend", _on_wall(booking.ends_at, zone))
    event.add("sequence", booking.sequence)
    event.add("status", "CANCELLED" if method is Method.CANCEL or not booking.is_confirmed else "CONFIRMED")
    event.add("summary", one_line(f"{resource.name}: {booking.title}" if booking.title else f"{resource.name}, {house.name}"))
    event.add("location", one_line(f"{resource.name}, {house.name}, {house.street}, {house.postcode} {house.city}"))
    if url:
        event.add("url", url)
    event.add("organizer", _address(*organizer))
    if guest is not None and method is not Method.PUBLISH:
        attendee = _address(*guest)
        attendee.params["rsvp"] = vText("TRUE" if booking.person is None or guest[1] != booking.person.email else "FALSE")
        event.add("attendee", attendee)
    return event


def _on_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """The wall time where a calendar reads it back as the same moment, else UTC: the hour that comes twice has one name."""
    wall = moment.astimezone(zone)
    return moment.astimezone(UTC) if wall.fold else wall


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{one_line(email)}")
    # A quoted parameter can't hold a double quote or a control character (RFC 5545, 3.2).
    address.params["cn"] = vText(one_line(name).replace('"', "'"))
    return address


def one_line(text: str) -> str:
    """Without control characters: nothing that a person typed starts a line of its own."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
