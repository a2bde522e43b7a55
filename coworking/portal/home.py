"""The member's home: what is next, what they usually book, what is coming."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Response, g
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from coworking.bookings import words
from coworking.bookings.choosing import minutes_of
from coworking.bookings.models import Booking, BookingGuest, BookingKind, State
from coworking.core import clock, i18n
from coworking.core.db import db
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.people.models import Person
from coworking.privacy import restricting
from coworking.spaces import houses, known, names
from coworking.spaces.models import Photo, Resource

from .again import suggestions
from .blueprint import blueprint

COMING = 5
READ = 30
SOON = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Mine:
    """One of the person's bookings with what its row shows."""

    booking: Booking
    times: str
    day: date
    today: bool
    place: str


@dataclass(frozen=True, slots=True)
class DayLine:
    """The person's day as a ribbon and as a sentence."""

    ribbon: list[tuple[str, str, str]]
    """(class, x, width) in quarter hours from the left edge."""
    first: int
    last: int
    """Hours."""
    text: str


@dataclass(frozen=True, slots=True)
class Next:
    """The next booking, written out."""

    booking: Booking
    soon: bool
    ahead: bool
    """Not begun: it can still be moved and cancelled."""
    may_check_in: bool
    tag: str
    title: str
    facts: str
    photo: str | None
    line: DayLine


@blueprint.get("/home")
@requires(Permission.HAVE_ACCOUNT)
def home() -> Response:
    """What the person came for, first."""
    person, now = current_user, clock.now()
    locations = known.houses()
    rows = own(person, now)
    coming = [(booking, guests, photo) for booking, guests, photo in rows if booking.ends_at > now]
    return page(
        "portal/home.html",
        greeting=greeting(now, person),
        today=clock.wall_day(now, g.operator.zone),
        next=_next(coming[0], [booking for booking, _guests, _photo in rows], now) if coming else None,
        coming=[_mine(booking, now) for booking, _guests, _photo in coming[1 : COMING + 1]],
        again=[] if restricting.of(person.id) else suggestions(person, locations, [booking for booking, _guests, _photo in coming], now),
        houses=[houses.described(location) for location in locations],
    )


def greeting(now: datetime, person: Person) -> str:
    """By the clock on the person's own wall, else on the operator's."""
    hour = clock.wall_minutes(now, person.zone or g.operator.zone) // 60
    if 4 <= hour < 12:
        return _("Good morning, %(name)s", name=person.first_name)
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s", name=person.first_name)
    return _("Good evening, %(name)s", name=person.first_name)


def own(person: Person, now: datetime) -> Sequence[tuple[Booking, int, str | None]]:
    """The person's bookings from the start of yesterday's day on, with the number of guests and a photo: one query."""
    guests = select(func.count(BookingGuest.id)).where(BookingGuest.booking_id == Booking.id).correlate(Booking).scalar_subquery()
    photo = (
        select(Photo.small_file)
        .where(Photo.resource_id == Booking.resource_id)
        .order_by(Photo.position)
        .limit(1)
        .correlate(Booking)
        .scalar_subquery()
    )
    wanted = (
        select(Booking, guests, photo)
        .where(
            Booking.person_id == person.id,
            Booking.state == State.CONFIRMED.value,
            Booking.kind == BookingKind.BOOKING.value,
            Booking.starts_at >= now - timedelta(days=2),
        )
        .order_by(Booking.starts_at)
        .limit(READ)
        .options(joinedload(Booking.resource).joinedload(Resource.location))
    )
    return db.session.execute(wanted).all()


def _mine(booking: Booking, now: datetime) -> Mine:
    zone = booking.resource.zone
    day = clock.wall_day(booking.starts_at, zone)
    times = words.times(booking.starts_at, booking.ends_at, zone)
    return Mine(booking, times, day, day == clock.wall_day(now, zone), booking.resource.location.name)


def _next(row: tuple[Booking, int, str | None], mine: Sequence[Booking], now: datetime) -> Next:
    booking, guests, photo = row
    resource = booking.resource
    day = clock.wall_day(booking.starts_at, resource.zone)
    facts = [resource.location.name, names.floor(resource), names.seats(resource)]
    if guests:
        facts.append(ngettext("you and %(num)d guest", "you and %(num)d guests", guests))
    return Next(
        booking=booking,
        soon=booking.starts_at - now < SOON,
        ahead=booking.starts_at > now,
        may_check_in=booking.may_check_in(now),
        tag=_tag(booking, day, now),
        title=_("%(name)s, %(times)s", name=resource.name, times=words.times(booking.starts_at, booking.ends_at, resource.zone)),
        facts=", ".join(filter(None, facts)),
        photo=photo,
        line=_line(mine, day, resource.zone, now),
    )


def _tag(booking: Booking, day: date, now: datetime) -> str:
    """How long it is until then."""
    zone = booking.resource.zone
    if booking.starts_at <= now:
        return _("Now, until %(time)s", time=i18n.wall_clock(booking.ends_at, zone))
    minutes = int((booking.starts_at - now).total_seconds() // 60)
    if booking.starts_at - now < SOON:
        return _("In %(length)s", length=i18n.length(max(minutes, 1)))
    ahead = (day - clock.wall_day(now, zone)).days
    return _("Today") if ahead == 0 else _("Tomorrow") if ahead == 1 else i18n.long_day(day)


def _line(mine: Sequence[Booking], day: date, zone: str, now: datetime) -> DayLine:
    """The person's own time on that day, between 8 and 20 or as far as it reaches."""
    that_day = [booking for booking in mine if clock.wall_day(booking.starts_at, zone) == day]
    spans = [(minutes_of(booking.starts_at, day, zone), min(minutes_of(booking.ends_at, day, zone), 1440)) for booking in that_day]
    first, last = min(8, *(start // 60 for start, _end in spans)), max(20, *(-(-end // 60) for _start, end in spans))
    at = min(max(minutes_of(now, day, zone), first * 60), last * 60)
    ribbon = [("c", 0, at - first * 60)] if at > first * 60 else []
    ribbon += [("y", start - first * 60, end - start) for start, end in spans]
    shown = [(kind, f"{start / 15:g}", f"{length / 15:g}") for kind, start, length in ribbon]
    if first * 60 < at < last * 60:
        shown.append(("n", f"{(at - first * 60) / 15 - 0.15:.2f}", ".3"))
    listed = [
        _("%(name)s, %(times)s", name=booking.resource.name, times=words.times(booking.starts_at, booking.ends_at, booking.resource.zone))
        for booking in that_day
    ]
    return DayLine(shown, first, last, "; ".join(listed))
