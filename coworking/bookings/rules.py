"""What the house allows. Every wish to book or move passes here; the database alone decides who was first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from coworking.core import clock, i18n
from coworking.people.models import Person
from coworking.spaces.hours import is_open
from coworking.spaces.models import Audience, Resource

from .availability import LONGEST_BOOKING, earliest_start, last_day
from .refusals import Broken, RuleBroken

STAFF_STEP = 5
"""Minutes. Staff may book outside the space's own steps, but not to the minute."""
STAFF_LOOK_BACK = timedelta(days=1)
"""Staff may write down who already sits there."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants. ``by_staff`` lifts the rules that are there for people who book for themselves."""

    resource: Resource
    start: datetime
    end: datetime
    person: Person
    attendees: int = 1
    by_staff: bool = False


def check(wish: Wish, now: datetime) -> None:
    """Raises RuleBroken with every rule that the wish breaks."""
    broken = list(broken_by(wish, now))
    if broken:
        raise RuleBroken(*broken)


def broken_by(wish: Wish, now: datetime) -> Iterator[Broken]:
    """The rules that the wish breaks, those about the start first."""
    if wish.resource.retired:
        yield Broken("", _("%(name)s can no longer be booked", name=wish.resource.name))
    elif wish.start >= wish.end:
        yield Broken("to", _("Choose an end that is later than the start"))
    else:
        yield from _who(wish)
        yield from _start(wish, now)
        yield from _length(wish)
        yield from _steps(wish)
        if not wish.by_staff and not is_open(wish.resource.location, wish.start, wish.end):
            yield Broken("from", _("%(house)s is not open all of that time", house=wish.resource.location.name))
        yield from _attendees(wish)


def _who(wish: Wish) -> Iterator[Broken]:
    if wish.by_staff:
        return
    if wish.person.email_confirmed_at is None:
        yield Broken("", _("Confirm your e-mail address first: the link is in the mail that we sent you"))
    if wish.resource.who_may_book == Audience.STAFF.value and not wish.person.is_staff:
        yield Broken("", _("Only the front desk books %(name)s. Ask there and they will do it for you", name=wish.resource.name))


def _start(wish: Wish, now: datetime) -> Iterator[Broken]:
    resource = wish.resource
    if wish.by_staff:
        if wish.start < now - STAFF_LOOK_BACK:
            yield Broken("day", _("Choose a time that is not more than a day ago"))
        return
    if wish.start < now - timedelta(minutes=resource.granularity):
        yield Broken("from", _("That time has passed. Choose a later start"))
    elif wish.start < earliest_start(resource, now):
        if resource.notice:
            yield Broken("from", _("%(name)s needs to be booked at least %(length)s ahead", name=resource.name, length=i18n.length(resource.notice)))
        else:
            yield Broken("from", _("That time has passed. Choose a later start"))
    if clock.wall_day(wish.start, resource.zone) > last_day(resource, now):
        latest = i18n.long_day(last_day(resource, now))
        yield Broken("day", _("%(name)s can be booked until %(day)s for now", name=resource.name, day=latest))


def _length(wish: Wish) -> Iterator[Broken]:
    minutes = (wish.end - wish.start).total_seconds() / 60
    shortest = STAFF_STEP if wish.by_staff else wish.resource.shortest
    longest = LONGEST_BOOKING if wish.by_staff else min(wish.resource.longest, LONGEST_BOOKING)
    if minutes < shortest:
        yield Broken("to", _("The shortest booking is %(length)s", length=i18n.length(shortest)))
    if minutes > longest:
        yield Broken("to", _("The longest booking is %(length)s", length=i18n.length(longest)))


def _steps(wish: Wish) -> Iterator[Broken]:
    step = STAFF_STEP if wish.by_staff else wish.resource.granularity
    for field, moment in (("from", wish.start), ("to", wish.end)):
        wall = clock.wall_minutes(moment, wish.resource.zone)
        if wall % step or moment.second or moment.microsecond:
            yield Broken(field, _("Choose a time in steps of %(length)s", length=i18n.length(step)))


def most_attendees(resource: Resource) -> int:
    """How many may come to one booking: one to a desk, else as many as there are seats."""
    return 1 if resource.is_area else resource.capacity


def _attendees(wish: Wish) -> Iterator[Broken]:
    most = most_attendees(wish.resource)
    if not 1 <= wish.attendees <= most:
        yield Broken("attendees", _("%(name)s has room for 1 to %(most)d people", name=wish.resource.name, most=most))


def on_wall(resource: Resource, day: date, minutes: int, field: str) -> datetime:
    """The moment at which the wall of the house shows that time on that day.

    Where clocks go back the first of the two is meant; a time that they skip raises RuleBroken.
    """
    if not clock.exists_on_wall(day, minutes, resource.zone):
        hour, minute = divmod(minutes % 1440, 60)
        raise RuleBroken(
            Broken(field, _("Clocks go forward that night, so %(time)s does not exist. Choose another time", time=f"{hour:02d}:{minute:02d}"))
        )
    return clock.at_wall(day, minutes, resource.zone)
