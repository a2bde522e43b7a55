"""A person's bookings: the list, one of them, its calendar file, and cancelling it."""

from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import joinedload

from coworking.core import clock, pages
from coworking.core.db import db
from coworking.core.links import absolute_url
from coworking.core.permissions import Permission, requires
from coworking.people.next_url import safe_next
from coworking.spaces.models import Resource

from .. import booking as verbs
from .. import ics, words
from ..cancelling import free_until, refund
from ..models import Booking, BookingKind, State
from ..refusals import RuleBroken
from .blueprint import blueprint, own_booking
from .paying import payable

A_PAGE = 30


@blueprint.get("/bookings")
@requires(Permission.HAVE_ACCOUNT)
def mine() -> Response:
    """What is coming, or what was, by day."""
    past, page = request.args.get("past") == "1", min(request.args.get("page", 1, type=int), 1000)
    rows = _bookings(past, max(page, 1))
    days = [(day, list(group)) for day, group in groupby(rows[:A_PAGE], key=lambda row: clock.wall_day(row.starts_at, row.resource.zone))]
    today = clock.today(g.operator.zone)
    return pages.page("bookings/mine.html", days=days, past=past, page=max(page, 1), has_more=len(rows) > A_PAGE, today=today, words=words)


@blueprint.get("/bookings/<uuid:booking_id>")
@requires(Permission.HAVE_ACCOUNT)
def show(booking_id: UUID) -> Response:
    """One booking: when, where, what it costs, who comes."""
    return shown(own_booking(booking_id))


@blueprint.get("/bookings/<uuid:booking_id>.ics")
@requires(Permission.HAVE_ACCOUNT)
def file(booking_id: UUID) -> Response:
    """The booking for a calendar."""
    booking = own_booking(booking_id)
    link = absolute_url("bookings.show", booking_id=booking.id)
    data = ics.calendar(booking, ics.Method.PUBLISH, (g.operator.name, g.operator.email), link)
    headers = {"Content-Disposition": 'attachment; filename="booking.ics"'}
    return Response(data, headers=headers, content_type=ics.content_type(ics.Method.PUBLISH))


@blueprint.get("/bookings/<uuid:booking_id>/cancellation")
@requires(Permission.BOOK)
def cancel_page(booking_id: UUID) -> Response:
    """What cancelling means, before it is done."""
    booking = own_booking(booking_id)
    return pages.page("bookings/cancel.html", **_about(booking), refund=refund(booking, clock.now()))


@blueprint.post("/bookings/<uuid:booking_id>/cancellation")
@requires(Permission.BOOK)
def cancel_it(booking_id: UUID) -> Response:
    """Cancel, and say so by mail."""
    booking = own_booking(booking_id)
    try:
        verbs.cancel(booking, by=current_user)
    except RuleBroken as refusal:
        return pages.page("bookings/cancel.html", status=422, **_about(booking), refund=refund(booking, clock.now()), refusal=refusal.message)
    flash(_("Cancelled. A confirmation is on its way to %(email)s.", email=current_user.email), "success")
    return pages.go(url_for("bookings.show", booking_id=booking.id))


@blueprint.post("/bookings/<uuid:booking_id>/check-in")
@requires(Permission.BOOK)
def check_in(booking_id: UUID) -> Response:
    """Say that one is here. Nobody takes that back."""
    booking = own_booking(booking_id)
    try:
        verbs.check_in(booking)
    except RuleBroken as refusal:
        return shown(booking, status=422, refusal=refusal.message, form_errors=True)
    flash(_("You are checked in to %(room)s.", room=booking.resource.name), "success")
    return pages.go(safe_next(request.form.get("next")) or url_for("bookings.show", booking_id=booking.id))


def shown(booking: Booking, status: int = 200, **more: Any) -> Response:
    """The page of one booking."""
    return pages.page("bookings/show.html", status=status, **_about(booking), **more)


def _about(booking: Booking) -> dict[str, Any]:
    zone, own_zone = booking.resource.zone, current_user.zone
    when = words.when(booking.starts_at, booking.ends_at, zone)
    own_when = words.when(booking.starts_at, booking.ends_at, own_zone) if own_zone else when
    return {
        "booking": booking,
        "when": when,
        "own_when": own_when if own_when != when else "",
        "own_zone": own_zone,
        "lines": words.booking_lines(booking),
        "free_until": words.moment(free_until(booking), zone),
        "is_free": clock.now() <= free_until(booking),
        "is_ahead": booking.is_confirmed and booking.starts_at > clock.now(),
        "may_check_in": booking.may_check_in(clock.now()),
        "charge": payable(booking),
        "is_running": booking.is_confirmed and booking.starts_at <= clock.now() < booking.ends_at,
    }


def _bookings(past: bool, page: int) -> list[Booking]:
    """One page of the person's bookings and one more, to know whether there is a next page."""
    coming = sa.and_(Booking.ends_at > clock.now(), Booking.state == State.CONFIRMED.value)
    query = (
        sa.select(Booking)
        .where(Booking.person_id == current_user.id, Booking.kind == BookingKind.BOOKING.value, sa.not_(coming) if past else coming)
        .order_by(Booking.starts_at.desc() if past else Booking.starts_at, Booking.id)
        .options(joinedload(Booking.resource).joinedload(Resource.location))
        .limit(A_PAGE + 1)
        .offset((page - 1) * A_PAGE)
    )
    return list(db.session.scalars(query))
