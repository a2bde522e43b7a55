"""Guests who come to a booking, by e-mail address."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _

from coworking.core.db import db

from .models import Booking, BookingGuest
from .refusals import Broken, RuleBroken

MOST = 50
LONGEST_TEXT = 4000

Uninvited = Callable[[Collection[str]], set[str]]
"""From addresses to those, in lower case, that nobody may invite."""
_UNINVITED: list[Uninvited] = []


def uninvited(find: Uninvited) -> Uninvited:
    """Register who says which addresses do not want to be invited."""
    _UNINVITED.append(find)
    return find


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to invite."""

    email: str
    name: str = ""


def read(text: str) -> list[Guest]:
    """The addresses in what somebody typed, separated by commas, semicolons, spaces or lines.

    Raises RuleBroken naming the first that can't be an address.
    """
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(Broken("guests", _("Invite at most %(most)d guests", most=MOST)))
    found: dict[str, Guest] = {}
    for part in text.replace(",", " ").replace(";", " ").split():
        try:
            email = validate_email(part, check_deliverability=False).normalized
        except EmailNotValidError:
            raise RuleBroken(Broken("guests", _("“%(part)s” is not an e-mail address", part=part[:60]))) from None
        found.setdefault(email.lower(), Guest(email))
    if len(found) > MOST:
        raise RuleBroken(Broken("guests", _("Invite at most %(most)d guests", most=MOST)))
    return list(found.values())


def write(booking: Booking, guests: Sequence[Guest]) -> list[BookingGuest]:
    """Add those who are not on the list yet, and return them. Raises RuleBroken for too many, and for whoever does not want it."""
    known = {guest.email.lower() for guest in booking.guests}
    if len(known | {guest.email.lower() for guest in guests}) > MOST:
        raise RuleBroken(Broken("guests", _("Invite at most %(most)d guests", most=MOST)))
    emails = [guest.email.lower() for guest in guests if guest.email.lower() not in known]
    for refused in sorted(set().union(*(find(emails) for find in _UNINVITED)) if emails else ()):
        raise RuleBroken(Broken("guests", _("%(email)s does not want to be invited through us. Ask them yourself.", email=refused)))
    new = [BookingGuest(email=guest.email, name=guest.name) for guest in guests if guest.email.lower() not in known]
    booking.guests.extend(new)
    db.session.flush()
    return new
