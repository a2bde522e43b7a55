"""Choosing a time and booking it."""

from collections.abc import Mapping

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import clock, pages
from coworking.core.forms import one_line
from coworking.core.permissions import Permission, requires
from coworking.spaces.models import Resource

from .. import choosing, guests, panel
from ..booking import book
from ..models import Booking
from ..refusals import Broken, RuleBroken, SlotTaken
from .blueprint import blueprint, person_or_none, space

LONGEST_TITLE = 120


@blueprint.get("/rooms/<slug>/book")
@requires(Permission.PUBLIC)
def new(slug: str) -> Response:
    """The form for a time, with its price. Whoever is not signed in is asked to be, and comes back to it."""
    resource = space(slug)
    form = panel.of(resource, person_or_none(), request.args, clock.now())
    return pages.page("bookings/new.html", fragment="panel", panel=form, resource=resource)


@blueprint.post("/rooms/<slug>/bookings")
@requires(Permission.BOOK)
def make(slug: str) -> Response:
    """Book the chosen time. Refused or too late, the form comes back as it was."""
    resource, now = space(slug), clock.now()
    try:
        booking = _book(resource, request.form)
    except (RuleBroken, SlotTaken) as refusal:
        return refused(panel.of(resource, current_user, request.form, now), refusal, "bookings/new.html")
    flash(_("Booked. A confirmation is on its way to %(email)s.", email=current_user.email), "success")
    return pages.go(url_for("bookings.show", booking_id=booking.id))


def refused(form: panel.Panel, refusal: RuleBroken | SlotTaken, template: str) -> Response:
    """The form again with what was typed: 422 for a rule, 409 when somebody else was faster."""
    clash = refusal if isinstance(refusal, SlotTaken) else None
    broken = refusal.broken if isinstance(refusal, RuleBroken) else ()
    form = panel.kept(form, request.form, broken, clash, current_user, clock.now())
    return pages.page(template, fragment="panel", status=409 if clash else 422, panel=form, resource=form.resource, form_errors=True)


def _book(resource: Resource, values: Mapping[str, str]) -> Booking:
    start, end = choosing.times(resource, choosing.read(values))
    title = one_line(values.get("title"))
    if len(title) > LONGEST_TITLE:
        raise RuleBroken(Broken("title", _("Use at most %(most)d characters", most=LONGEST_TITLE)))
    return book(
        resource,
        current_user,
        start,
        end,
        by=current_user,
        title=title,
        attendees=_attendees(values.get("attendees", "")),
        guests=guests.read(values.get("guests", "")),
        idempotency_key=values.get("form_key"),
        seen=seen_price(values),
    )


def seen_price(values: Mapping[str, str]) -> int | None:
    """What the page said it costs, in minor units; None where it said nothing that can be read."""
    text = values.get("price", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None


def _attendees(text: str) -> int:
    if not text.strip():
        return 1
    if not (text.strip().isascii() and text.strip().isdigit()) or len(text.strip()) > 4:
        raise RuleBroken(Broken("attendees", _("Write the number of people in digits")))
    return int(text)
