"""Spaces as cards: what they cost, how their day looks, and whether they are free when somebody needs them.

Everything is read for all spaces at once; nothing here asks the database for one space at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from coworking.bookings.availability import Outlook, taken, units_free
from coworking.bookings.choosing import minutes_of, wall_text
from coworking.core import clock, i18n, kept
from coworking.core.money import Money
from coworking.spaces import names
from coworking.spaces.hours import Stretch, open_stretches
from coworking.spaces.known import houses as known_houses
from coworking.spaces.known import spaces as known_spaces
from coworking.spaces.models import Audience, Kind, Location, RateUnit, Resource

from .finding import Offer, Wanted, fitting
from .ribbons import Rectangle, Wall, hours, ribbon

Days = dict[UUID, date]
"""By location."""
Rates = dict[tuple[str, str], Money]
"""By audience and unit."""
MOMENT = timedelta(microseconds=1)
DESKS = {Kind.DESK.value, Kind.HOT_DESKS.value}
PRICES = (RateUnit.HOUR, RateUnit.HALF_DAY, RateUnit.DAY)


@dataclass(slots=True)
class Card:
    """A space as its card shows it: every text ready to print."""

    name: str
    what: str
    seats: str
    where: str
    photo: str | None
    price: str
    members_only: bool
    is_desk: bool
    url: str = ""
    free: bool = False
    left: int = 0
    """Units free now."""
    status: str = ""
    ribbon: Sequence[Rectangle] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """Cards, and how many quarter hours their ribbons span."""

    cards: list[Card]
    quarters: int

    @property
    def free(self) -> int:
        """How many are free at the wanted time."""
        return sum(card.free for card in self.cards)


@dataclass(slots=True)
class Catalogue:
    """What is known of an operator's spaces before any time is asked about."""

    locations: list[Location]
    resources: list[Resource]
    rates: dict[UUID, Rates]
    photos: dict[UUID, str]

    def only(self, resources: list[Resource]) -> "Catalogue":
        """The same with some of its spaces."""
        return replace(self, resources=resources)


def catalogue() -> Catalogue:
    """Spaces that may be shown in public, with their houses, first photos and prices. For reading alone."""
    return kept.under_edition("catalogue", make=_catalogue)


def _catalogue() -> Catalogue:
    spaces = list(known_spaces().values())
    rates = {space.id: {(rate.audience, rate.unit): rate.price for rate in space.rates} for space in spaces}
    return Catalogue(list(known_houses()), spaces, rates, {space.id: space.photos[0].small_file for space in spaces if space.photos})


def look(known: Catalogue, wanted: Wanted, *, member: bool) -> Look:
    """A card for each space: those free at the wanted time first, then the others with their nearest free time."""
    now = clock.now()
    days = {location.id: wanted.day or open_day(location, clock.wall_day(now, location.zone), now) for location in known.locations}
    seen = _outlook(known.locations, known.resources, days, now)
    first, last = _bounds(known, seen)
    offers = _offers(known, wanted, days, seen, now)
    cards = []
    for resource in known.resources:
        wall = Wall(days[resource.location_id], resource.zone, first, last)
        opens, held, offer = seen.open(resource), seen.held(resource), offers[resource.id]
        chosen = offer.time if offer.matches and wanted.day else None
        is_open = any(start <= now < end for start, end in opens)
        left = units_free(resource, held, now, now + MOMENT) if is_open else 0
        card = _card(known, resource, member)
        card.free, card.left = offer.matches and (wanted.day is not None or left > 0), left
        card.status, card.url = _status(resource, wanted, offer, card, now, is_open), _url(resource, wanted, offer)
        card.ribbon = ribbon(resource, wall, now, opens, held, chosen)
        cards.append(card)
    cards.sort(key=lambda card: not card.free)
    return Look(cards, (last - first) * 4)


def _offers(known: Catalogue, wanted: Wanted, days: Days, seen: Outlook, now: datetime) -> dict[UUID, Offer]:
    """What each space has on its day, or else on the next day that its house is open."""
    offers = {resource.id: fitting(resource, wanted, now, seen.open(resource), seen.held(resource)) for resource in known.resources}
    without = [resource for resource in known.resources if offers[resource.id].time is None]
    if without:
        after = {location.id: open_day(location, days[location.id] + timedelta(days=1), now) for location in known.locations}
        seen = _outlook(known.locations, without, after, now)
        for resource in without:
            later = Wanted(after[resource.location_id], wanted.minute, wanted.length)
            offer = fitting(resource, later, now, seen.open(resource), seen.held(resource))
            offers[resource.id] = Offer(offer.time, False, offer.until)
    return offers


def _card(known: Catalogue, resource: Resource, member: bool) -> Card:
    place = [names.floor(resource)] if len(known.locations) == 1 else [names.floor(resource), resource.location.name]
    return Card(
        name=resource.name,
        what=names.kind_name(resource.kind),
        seats=names.seats(resource),
        where=", ".join(filter(None, place)),
        photo=known.photos.get(resource.id),
        price=price(known.rates.get(resource.id, {}), member),
        members_only=resource.who_may_book == Audience.MEMBER.value,
        is_desk=resource.kind in DESKS,
    )


def price(rates: Rates, member: bool) -> str:
    """The price for the shortest unit that has one, VAT included: the member's own where there is one."""
    for unit in PRICES:
        amount = (rates.get((Audience.MEMBER.value, unit.value)) if member else None) or rates.get((Audience.PUBLIC.value, unit.value))
        if amount is not None:
            return _price(amount, unit, i18n.language())
    return ""


@lru_cache(maxsize=4096)
def _price(amount: Money, unit: RateUnit, _language: str) -> str:
    # Formatting money is the dearest part of a card, and houses have few prices.
    money = i18n.money(amount)
    if unit is RateUnit.HOUR:
        return _("%(price)s an hour", price=money)
    return _("%(price)s for half a day", price=money) if unit is RateUnit.HALF_DAY else _("%(price)s a day", price=money)


def _url(resource: Resource, wanted: Wanted, offer: Offer) -> str:
    if wanted.day is None or offer.time is None:
        return url_for("site.room", slug=resource.slug)
    day, start, end = on_wall(offer.time, resource.zone)
    return room_url(resource.slug, day, start, end)


def on_wall(time: Stretch, zone: str) -> tuple[date, str, str]:
    """Day, start and end as the wall of ``zone`` shows them; the midnight that ends the day is 24:00."""
    day = clock.wall_day(time[0], zone)
    return day, wall_text(minutes_of(time[0], day, zone)), wall_text(minutes_of(time[1], day, zone))


def room_url(slug: str, day: date, start: str, end: str) -> str:
    """The page of a space with a time chosen."""
    times: dict[str, Any] = {"from": start, "to": end}
    return url_for("site.room", slug=slug, day=day.isoformat(), **times)


def _status(resource: Resource, wanted: Wanted, offer: Offer, card: Card, now: datetime, is_open: bool) -> str:
    if offer.time is None:
        return _("Nothing free on these days")
    if wanted.day is None:
        return _status_now(resource, offer.time, offer.until or now, card, now, is_open)
    day, start, end = on_wall(offer.time, resource.zone)
    if day != wanted.day:
        return _("Free %(day)s %(start)s–%(end)s instead", day=i18n.brief_day(day), start=start, end=end)
    return _("Free %(start)s–%(end)s", start=start, end=end) if offer.matches else _("Free %(start)s–%(end)s instead", start=start, end=end)


def _status_now(resource: Resource, time: Stretch, until: datetime, card: Card, now: datetime, is_open: bool) -> str:
    today = clock.wall_day(now, resource.zone)
    if card.free and resource.is_area:
        return _("%(left)d of %(all)d free now", left=card.left, all=resource.units)
    if card.free:
        return _("Free until %(time)s", time=wall_text(minutes_of(until, today, resource.zone)))
    day, start, _end = on_wall(time, resource.zone)
    if day != today:
        return _("Free %(day)s from %(time)s", day=i18n.brief_day(day), time=start)
    return _("Taken, free from %(time)s", time=start) if is_open else _("Free from %(time)s", time=start)


def _outlook(locations: Sequence[Location], resources: Sequence[Resource], days: Days, now: datetime) -> Outlook:
    """Hours and holds of one day of each house."""
    opens = {location.id: open_stretches(location, days[location.id], days[location.id]) for location in locations}
    edges = [clock.at_wall(days[location.id], minute, location.zone) for location in locations for minute in (0, 1440)]
    return Outlook(opens, taken(resources, min(edges, default=now), max(edges, default=now)))


def open_day(location: Location, day: date, now: datetime) -> date:
    """The first day from ``day`` on with open time ahead; ``day`` itself when there is none within two weeks."""
    for each, stretches in open_stretches(location, day, day + timedelta(days=14)).items():
        if any(now < end for _start, end in stretches):
            return each
    return day


def _bounds(known: Catalogue, seen: Outlook) -> tuple[int, int]:
    """The hours of the ribbons: the same for all, so that they compare."""
    spans = [hours(stretches, location.zone) for location in known.locations for stretches in seen.opens[location.id].values() if stretches]
    return min((first for first, _last in spans), default=8), max((last for _first, last in spans), default=20)
