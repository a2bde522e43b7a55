"""Other rooms of the same house that are free at the chosen time, found by the database in one question."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ScalarSelect, case, func, select
from sqlalchemy.orm import aliased

from coworking.bookings.models import Booking, State
from coworking.core import clock
from coworking.core.db import db
from coworking.core.money import Money
from coworking.spaces import names
from coworking.spaces.models import Audience, Photo, Rate, RateUnit, Resource

from .listing import on_wall, price, room_url

SHOWN = 4
BUFFERS = (0, 15, 30, 60)
"""Steps to which a space's own buffer is rounded up, so that what is offered is really free. Minutes."""
MOST_BUFFER = 1440


@dataclass(frozen=True, slots=True)
class Other:
    """Another room as its small card shows it."""

    name: str
    facts: str
    price: str
    photo: str | None
    url: str


def also_free(resource: Resource, start: datetime, end: datetime, now: datetime, member: bool) -> list[Other]:
    """Up to SHOWN rooms of the same house that could be booked from ``start`` to ``end``, nearest in size first."""
    minutes = int((end - start).total_seconds() // 60)
    ahead = int((start - now).total_seconds() // 60)
    days = (clock.wall_day(start, resource.zone) - clock.wall_day(now, resource.zone)).days
    held_until = case(
        *((Resource.buffer <= buffer, end + timedelta(minutes=buffer)) for buffer in BUFFERS), else_=end + timedelta(minutes=MOST_BUFFER)
    )
    # As no two overlap, only the last to start before then can be in the way: looking at one is quick however many there were.
    last_held = (
        select(Booking.held_until)
        .where(Booking.resource_id == Resource.id, Booking.unit == 0, Booking.state == State.CONFIRMED.value, Booking.starts_at < held_until)
        .order_by(Booking.starts_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = (
        select(Resource, _first_photo(), *_hourly(member))
        .where(
            Resource.location_id == resource.location_id,
            Resource.id != resource.id,
            ~Resource.retired,
            Resource.units == 1,
            Resource.who_may_book != Audience.STAFF.value,
            Resource.shortest <= minutes,
            Resource.longest >= minutes,
            Resource.notice <= ahead + Resource.granularity,
            Resource.horizon >= days,
            clock.wall_minutes(start, resource.zone) % Resource.granularity == 0,
            minutes % Resource.granularity == 0,
            func.coalesce(last_held, start) <= start,
        )
        .order_by(func.abs(Resource.capacity - resource.capacity), Resource.position, Resource.name)
        .limit(SHOWN)
    )
    day, starts, ends = on_wall((start, end), resource.zone)
    return [_other(row[0], row[1], _money(row[2], row[3]), room_url(row[0].slug, day, starts, ends)) for row in db.session.execute(wanted)]


def _other(resource: Resource, photo: str | None, hour: Money | None, url: str) -> Other:
    rates = {(Audience.PUBLIC.value, RateUnit.HOUR.value): hour} if hour else {}
    facts = ", ".join(filter(None, (names.seats(resource), names.floor(resource))))
    return Other(resource.name, facts, price(rates, member=False), photo, url)


def _money(amount: int | None, currency: str | None) -> Money | None:
    return Money(amount, currency) if amount is not None and currency else None


def _first_photo() -> ScalarSelect[str]:
    photo = aliased(Photo)
    return select(photo.small_file).where(photo.resource_id == Resource.id).order_by(photo.position).limit(1).scalar_subquery()


def _hourly(member: bool) -> list[ScalarSelect[Any]]:
    audiences = [Audience.MEMBER.value, Audience.PUBLIC.value] if member else [Audience.PUBLIC.value]
    columns: list[ScalarSelect[Any]] = []
    for column in ("amount", "currency"):
        rate = aliased(Rate)
        found = select(getattr(rate, column)).where(rate.resource_id == Resource.id, rate.unit == RateUnit.HOUR.value, rate.audience.in_(audiences))
        # "member" comes before "public" in the alphabet.
        columns.append(found.order_by(rate.audience).limit(1).scalar_subquery())
    return columns
