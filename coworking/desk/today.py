"""The day on one page: what needs somebody, and the timeline of every room."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask import Response, render_template, request
from markupsafe import Markup
from sqlalchemy import func, select

from coworking.bookings.choosing import a_day
from coworking.bookings.models import Booking, BookingKind
from coworking.core import clock, i18n, kept
from coworking.core.db import db
from coworking.core.money import Money
from coworking.core.pages import page, wants_fragment
from coworking.core.permissions import Permission, can, requires
from coworking.enquiries.models import Enquiry
from coworking.spaces import known
from coworking.spaces.models import Location

from .blueprint import blueprint
from .timeline import Day, board, is_late

MOST_NEEDS = 3


@dataclass(frozen=True, slots=True)
class Late:
    """Somebody who should be here by now."""

    id: UUID
    name: str
    room: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Sight:
    """A day of a house as the desk's page shows it, its timeline drawn already."""

    late: list[Late]
    count: int
    expected: int
    sold: int
    booked: Money | None
    has_rooms: bool
    version: str
    timeline: Markup


@blueprint.get("/")
@requires(Permission.SEE_DAY)
def today() -> Response:
    """A day of a house, by ``day`` and ``location``; what can't be read is today in the first house."""
    houses = all_houses()
    if not houses:
        return page("desk/today_empty.html")
    house, day, here = chosen(houses)
    may_book = can(Permission.BOOK_FOR_OTHERS)
    seen = kept.for_this_minute("desk", house.slug, day, may_book, make=lambda: look(house, day, here, may_book))
    unread = _unread()
    version = f"{seen.version}{unread}"
    if wants_fragment() and request.args.get("v") == version:
        return Response(status=204)
    shown = MOST_NEEDS - 1 if unread and len(seen.late) >= MOST_NEEDS else MOST_NEEDS
    return page(
        "desk/today.html",
        fragment="board",
        seen=seen, house=house, day=day, houses=houses, version=version, today=here, late=seen.late[:shown], unread=unread,
        more_late=max(0, len(seen.late) - shown), before=day - timedelta(days=1), after=day + timedelta(days=1),
    )  # fmt: skip


def look(house: Location, day: date, here: date, may_book: bool) -> Sight:
    """The day as everybody at the desk sees it: drawn once, and kept until something is booked or the minute is over."""
    now = clock.now()
    seen = board(house, day, now)
    people = [each for each in seen.bookings if each.kind == BookingKind.BOOKING.value]
    late = [each for each in people if is_late(each, now)] if day == here else []
    return Sight(
        late=[_late(each, house.zone) for each in late],
        count=len(people),
        expected=sum(is_expected(each, now) for each in people),
        sold=_sold(seen),
        booked=_sum(people),
        has_rooms=bool(seen.groups),
        version=_version(seen),
        timeline=Markup(render_template("desk/_timeline.html", seen=seen, now=now, may_book=may_book)),  # noqa: S704 - our own template escapes
    )


def _late(booking: Booking, zone: str) -> Late:
    name = booking.person.name if booking.person else ""
    return Late(booking.id, name, booking.resource.name, i18n.wall_clock(booking.starts_at, zone), i18n.wall_clock(booking.ends_at, zone))


def all_houses() -> Sequence[Location]:
    """Every house with its hours, in the operator's order, for reading alone."""
    return known.houses()


def chosen(houses: Sequence[Location]) -> tuple[Location, date, date]:
    """The house and day of the address, and the date on the wall of that house; what can't be read is the first house, today."""
    house = next((each for each in houses if each.slug == request.args.get("location")), houses[0])
    here = clock.today(house.zone)
    return house, a_day(request.args.get("day", "")) or here, here


def is_expected(booking: Booking, now: datetime) -> bool:
    """Not over, and nobody has checked in."""
    return booking.kind == BookingKind.BOOKING.value and booking.checked_in_at is None and booking.ends_at > now


def _unread() -> int:
    if not can(Permission.ANSWER_ENQUIRIES):
        return 0
    return db.session.scalar(select(func.count()).select_from(Enquiry).where(Enquiry.closed_at.is_(None))) or 0


def _sold(seen: Day) -> int:
    rows = [row for _name, rows in seen.groups for row in rows if not row.resource.is_area]
    return round(sum(row.sold for row in rows) / len(rows)) if rows else 0


def _sum(bookings: list[Booking]) -> Money | None:
    currencies = {each.currency for each in bookings if each.amount}
    return Money(sum(each.amount for each in bookings), currencies.pop()) if len(currencies) == 1 else None


def _version(seen: Day) -> str:
    """Changes when the board does: a booking, a check-in, or five minutes gone by on the line for now."""
    parts = [f"{each.id}{each.sequence}{each.checked_in_at}{each.resource_id}" for each in seen.bookings]
    return hashlib.sha256(f"{seen.day}{seen.house.id}{int((seen.now_quarter or -1) * 3)}|{''.join(parts)}".encode()).hexdigest()[:16]
