"""Where the pages of bookings hang, and how a booking or space in an address is found."""

from uuid import UUID

import sqlalchemy as sa
from flask import Blueprint, abort
from flask_login import current_user
from sqlalchemy.orm import joinedload, selectinload

from coworking.core.db import db
from coworking.people.models import Person
from coworking.spaces.models import Audience, Location, Resource

from ..models import Booking, BookingKind

blueprint = Blueprint("bookings", __name__)


def person_or_none() -> Person | None:
    """Who is signed in, if anybody."""
    return current_user if current_user.is_authenticated else None


def space(slug: str) -> Resource:
    """The space of an address; 404 when there is none, it is no longer let, or only staff may see it."""
    house = joinedload(Resource.location)
    hours = (house.selectinload(Location.opening_hours), house.selectinload(Location.exceptions))
    query = sa.select(Resource).where(Resource.slug == slug, Resource.retired.is_(False)).options(*hours, selectinload(Resource.rates))
    found = db.session.scalar(query) or abort(404)
    if found.who_may_book == Audience.STAFF.value and not (current_user.is_authenticated and current_user.is_staff):
        abort(404)
    return found


def own_booking(booking_id: UUID) -> Booking:
    """A booking of whoever is signed in; 404 for anybody else's, the same as for none."""
    query = (
        sa.select(Booking)
        .where(Booking.id == booking_id, Booking.person_id == current_user.id, Booking.kind == BookingKind.BOOKING.value)
        .options(joinedload(Booking.resource).joinedload(Resource.location), selectinload(Booking.guests))
    )
    return db.session.scalar(query) or abort(404)
