"""The day on one page: what needs somebody, and the timeline of every room."""

import hashlib
from datetime import date, timedelta
from typing import Any

from flask import Response, request
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from coworking.bookings.choosing import a_day
from coworking.bookings.models import Booking, BookingKind
from coworking.core import clock
from coworking.core.db import db
from coworking.core.money import Money
from coworking.core.pages import page, wants_fragment
from coworking.core.permissions import Permission, requires
from coworking.enquiries.models import Enquiry
from coworking.spaces.models import Location

from .blueprint import blueprint
from .timeline import Day, board, is_late

MOST_NEEDS = 3


@blueprint.get("/")
@requires(Permission.SEE_DAY)
def today() -> Response:
    """A day of a house, by ``day`` and ``location``; what can't be read is today in the first house."""
    houses = db.session.scalars(
        select(Location).options(selectinload(Location.opening_hours), selectinload(Location.exceptions)).order_by(Location.position, Location.name)
    ).all()
    if not houses:
        return page("desk/today_empty.html")
    house = next((each for each in houses if each.slug == request.args.get("location")), houses[0])
    now = clock.now()
    here = clock.today(house.zone)
    day = a_day(request.args.get("day", "")) or here
    seen = board(house, day, now)
    version = _version(seen)
    if wants_fragment() and request.args.get("v") == version:
        return Response(status=204)
    context: dict[str, Any] = {
        "seen": seen,
        "houses": houses,
        "version": version,
        "today": here,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
    }
    return page("desk/today.html", fragment="board", **context, **_needs(seen, here))


def _needs(seen: Day, here: date) -> dict[str, Any]:
    """What wants somebody's attention today, and the day in figures."""
    now = clock.now()
    people = [each for each in seen.bookings if each.kind == BookingKind.BOOKING.value]
    late = [each for each in people if is_late(each, now)] if seen.day == here else []
    expected = [each for each in people if each.checked_in_at is None and each.ends_at > now]
    unread = db.session.scalar(select(func.count()).select_from(Enquiry).where(Enquiry.closed_at.is_(None))) or 0
    return {
        "late": late[:MOST_NEEDS], "more_late": max(0, len(late) - MOST_NEEDS), "unread": unread, "count": len(people),
        "expected": len(expected), "sold": _sold(seen), "booked": _sum(people), "now": now,
    }  # fmt: skip


def _sold(seen: Day) -> int:
    rows = [row for _name, rows in seen.groups for row in rows if not row.resource.is_area]
    return round(sum(row.sold for row in rows) / len(rows)) if rows else 0


def _sum(bookings: list[Booking]) -> Money | None:
    currencies = {each.currency for each in bookings if each.amount}
    return Money(sum(each.amount for each in bookings), currencies.pop()) if len(currencies) == 1 else None


def _version(seen: Day) -> str:
    """Changes when the board does: a booking, a check-in, or the quarter hour."""
    parts = [f"{each.id}{each.sequence}{each.checked_in_at}{each.resource_id}" for each in seen.bookings]
    return hashlib.sha256(f"{seen.day}{seen.house.id}{int(seen.now_quarter or -1)}{''.join(parts)}".encode()).hexdigest()[:16]
