"""The day on one page: what needs somebody, and the timeline of every room."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
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
from coworking.core.permissions import Permission, can, requires
from coworking.enquiries.models import Enquiry
from coworking.spaces.models import Location

from .blueprint import blueprint
from .timeline import Day, board, is_late

MOST_NEEDS = 3


@blueprint.get("/")
@requires(Permission.SEE_DAY)
def today() -> Response:
    """A day of a house, by ``day`` and ``location``; what can't be read is today in the first house."""
    houses = all_houses()
    if not houses:
        return page("desk/today_empty.html")
    house, day, here = chosen(houses)
    seen = board(house, day, clock.now())
    needs = _needs(seen, here)
    version = _version(seen, needs["unread"])
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
    return page("desk/today.html", fragment="board", **context, **needs)


def all_houses() -> Sequence[Location]:
    """Every house with its hours, in the operator's order."""
    query = select(Location).options(selectinload(Location.opening_hours), selectinload(Location.exceptions))
    return db.session.scalars(query.order_by(Location.position, Location.name)).all()


def chosen(houses: Sequence[Location]) -> tuple[Location, date, date]:
    """The house and day of the address, and the date on the wall of that house; what can't be read is the first house, today."""
    house = next((each for each in houses if each.slug == request.args.get("location")), houses[0])
    here = clock.today(house.zone)
    return house, a_day(request.args.get("day", "")) or here, here


def is_expected(booking: Booking, now: datetime) -> bool:
    """Not over, and nobody has checked in."""
    return booking.kind == BookingKind.BOOKING.value and booking.checked_in_at is None and booking.ends_at > now


def _needs(seen: Day, here: date) -> dict[str, Any]:
    """What wants somebody's attention today, and the day in figures."""
    now = clock.now()
    people = [each for each in seen.bookings if each.kind == BookingKind.BOOKING.value]
    late = [each for each in people if is_late(each, now)] if seen.day == here else []
    expected = [each for each in people if is_expected(each, now)]
    unread = db.session.scalar(select(func.count()).select_from(Enquiry).where(Enquiry.closed_at.is_(None))) or 0
    unread = unread if can(Permission.ANSWER_ENQUIRIES) else 0
    shown = MOST_NEEDS - 1 if unread and len(late) >= MOST_NEEDS else MOST_NEEDS
    return {
        "late": late[:shown], "more_late": max(0, len(late) - shown), "unread": unread, "count": len(people),
        "expected": len(expected), "sold": _sold(seen), "booked": _sum(people), "now": now,
    }  # fmt: skip


def _sold(seen: Day) -> int:
    rows = [row for _name, rows in seen.groups for row in rows if not row.resource.is_area]
    return round(sum(row.sold for row in rows) / len(rows)) if rows else 0


def _sum(bookings: list[Booking]) -> Money | None:
    currencies = {each.currency for each in bookings if each.amount}
    return Money(sum(each.amount for each in bookings), currencies.pop()) if len(currencies) == 1 else None


def _version(seen: Day, unread: int) -> str:
    """Changes when the board does: a booking, a check-in, an enquiry, or five minutes gone by on the line for now."""
    parts = [f"{each.id}{each.sequence}{each.checked_in_at}{each.resource_id}" for each in seen.bookings]
    return hashlib.sha256(f"{seen.day}{seen.house.id}{int((seen.now_quarter or -1) * 3)}|{unread}{''.join(parts)}".encode()).hexdigest()[:16]
