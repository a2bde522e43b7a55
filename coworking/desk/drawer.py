"""One booking as the desk sees it: who, when, price, guests; check in, move, cancel."""

from uuid import UUID

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as AnyResponse

from coworking.bookings import booking as verbs
from coworking.bookings import choosing
from coworking.bookings.models import Booking, BookingKind
from coworking.bookings.refusals import Alternative, RuleBroken, SlotTaken
from coworking.bookings.words import booking_lines, when
from coworking.core import clock
from coworking.core.db import db
from coworking.core.forms import one_line
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.privacy.register.terms import Purpose
from coworking.spaces.models import Location, Resource

from .blueprint import blueprint
from .looking import looked
from .timeline import is_late


@blueprint.get("/bookings/<uuid:booking_id>")
@requires(Permission.SEE_DAY)
def booking(booking_id: UUID) -> Response:
    """Everything about one booking, as a page or in the drawer."""
    found = _load(booking_id)
    if found.person_id is not None:
        looked(found.person_id, Purpose.BOOKING)
    return _shown(found)


@blueprint.post("/bookings/<uuid:booking_id>/check-in")
@requires(Permission.BOOK_FOR_OTHERS)
def check_in(booking_id: UUID) -> AnyResponse:
    """Note that they are here."""
    found = _load(booking_id)
    try:
        verbs.check_in(found, by_staff=True)
    except RuleBroken as refusal:
        return _shown(found, 422, refused=refusal.message)
    flash(_("%(name)s is checked in.", name=_name(found)))
    return _to_day(found)


@blueprint.post("/bookings/<uuid:booking_id>/cancellation")
@requires(Permission.BOOK_FOR_OTHERS)
def cancel(booking_id: UUID) -> AnyResponse:
    """Cancel free of charge, and tell whose booking it was."""
    found = _load(booking_id)
    try:
        verbs.cancel(found, by=current_user, by_staff=True)
    except RuleBroken as refusal:
        return _shown(found, 422, refused=refusal.message)
    flash(_("Cancelled. %(name)s has been told by e-mail.", name=_name(found)))
    return _to_day(found)


@blueprint.post("/bookings/<uuid:booking_id>/move")
@requires(Permission.BOOK_FOR_OTHERS)
def move(booking_id: UUID) -> AnyResponse:
    """Move to another time or room; a clash says what else is free."""
    found = _load(booking_id)
    room = db.session.scalar(select(Resource).where(Resource.slug == one_line(request.form.get("room")), Resource.retired.is_(False)))
    if room is None:
        return _shown(found, 422, refused=_("Choose a room"))
    try:
        start, end = choosing.times(room, choosing.read(request.form))
        verbs.move(found, room, start, end, by=current_user, by_staff=True)
    except RuleBroken as refusal:
        return _shown(found, 422, refused=refusal.message)
    except SlotTaken as clash:
        return _shown(found, 409, refused=_("%(room)s is taken then.", room=room.name), alternatives=[free_time(each) for each in clash.alternatives])
    flash(_("Moved. %(name)s has been told by e-mail.", name=_name(found)))
    return _to_day(found)


@blueprint.post("/bookings/<uuid:booking_id>/unblocking")
@requires(Permission.BLOCK_SPACE)
def unblock(booking_id: UUID) -> AnyResponse:
    """Put the room back in use."""
    found = _load(booking_id)
    if found.kind != BookingKind.BLOCK.value:
        abort(404)
    verbs.unblock(found, by=current_user)
    flash(_("%(room)s can be booked again.", room=found.resource.name))
    return _to_day(found)


def _load(booking_id: UUID) -> Booking:
    query = (
        select(Booking)
        .where(Booking.id == booking_id)
        .options(joinedload(Booking.person), joinedload(Booking.resource).joinedload(Resource.location), selectinload(Booking.guests))
    )
    return db.session.scalar(query) or abort(404)


def _name(found: Booking) -> str:
    return found.person.name if found.person else found.title


def free_time(free: Alternative) -> tuple[str, dict[str, str]]:
    """A free time in words, and as the fields of the form that moves there."""
    zone = free.resource.zone
    day = clock.wall_day(free.start, zone)
    start, end = (choosing.wall_text(choosing.minutes_of(moment, day, zone)) for moment in (free.start, free.end))
    words = f"{free.resource.name}, {when(free.start, free.end, zone)}"
    return words, {"room": free.resource.slug, "day": day.isoformat(), "from": start, "to": end}


def _to_day(found: Booking) -> AnyResponse:
    house = found.resource.location
    day = clock.wall_day(found.starts_at, house.zone).isoformat()
    return redirect(url_for("desk.today", day=day, location=house.slug), code=303)


def _shown(found: Booking, status: int = 200, refused: str = "", alternatives: object = ()) -> Response:
    now, zone = clock.now(), found.resource.zone
    day = clock.wall_day(found.starts_at, zone)
    typed = {
        "room": request.form.get("room", found.resource.slug),
        "day": request.form.get("day", day.isoformat()),
        "from": request.form.get("from", choosing.wall_text(choosing.minutes_of(found.starts_at, day, zone))),
        "to": request.form.get("to", choosing.wall_text(choosing.minutes_of(found.ends_at, day, zone))),
    }
    rooms = db.session.execute(
        select(Resource.slug, Resource.name, Location.name.label("house"))
        .join(Location, Resource.location_id == Location.id)
        .where(Resource.retired.is_(False))
        .order_by(Location.position, Resource.position)
    ).all()
    return page(
        "desk/booking.html", fragment="in_drawer", status=status, booking=found, when=when(found.starts_at, found.ends_at, zone), late=is_late(found, now),
        ended=found.ends_at <= now, lines=booking_lines(found), refused=refused, alternatives=alternatives, form_errors=bool(refused), typed=typed,
        rooms=rooms, is_block=found.kind == BookingKind.BLOCK.value, day=day,
    )  # fmt: skip
