"""What a booking costs. The one function that previews a price is the one that bills it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coworking.core import clock
from coworking.core.money import BASIS_POINTS, Money
from coworking.people.models import Person
from coworking.spaces.models import Audience, RateUnit, Resource

from .covering import NOTHING, Benefits, Cover

COVERED = "allowance"
"""Unit of the line that says what an allowance covers."""
MINUTES = {RateUnit.HOUR: 60, RateUnit.HALF_DAY: 240, RateUnit.DAY: 480}


@dataclass(frozen=True, slots=True)
class Line:
    """A part of the price: minutes at an hourly price, or a number of half days or days. VAT included."""

    unit: RateUnit
    minutes: int
    count: int
    price: Money
    amount: Money

    def stored(self) -> dict[str, Any]:
        """As it is kept with the booking."""
        return {"unit": self.unit.value, "minutes": self.minutes, "count": self.count, "price": self.price.minor, "amount": self.amount.minor}


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody pays for a time, and why."""

    lines: tuple[Line, ...]
    total: Money
    """What is paid, VAT included."""
    vat: Money
    vat_rate: int
    """Basis points."""
    shows_net: bool
    """A company reads prices without VAT; a private person with it (directive 98/6/EC, article 2)."""
    audience: Audience
    member_total: Money | None = None
    """What a member would pay, where that is less."""
    cover: Cover | None = None
    """What an allowance pays for, so that it isn't in the lines."""
    discount: int = 0
    """Basis points that a plan takes off; the lines have it already."""

    @property
    def net(self) -> Money:
        """The total without VAT."""
        return self.total - self.vat

    @property
    def to_pay(self) -> Money:
        """What is paid, VAT included."""
        return self.total

    def stored(self) -> list[dict[str, Any]]:
        """Its lines as they are kept with a booking: first what an allowance covers, then what is paid for."""
        covered = [] if self.cover is None else [{"unit": COVERED, "minutes": self.cover.minutes, "count": self.cover.days, "price": 0, "amount": 0}]
        return covered + [line.stored() for line in self.lines]


def audience_of(person: Person | None) -> Audience:
    """Whose prices apply: everybody with a confirmed account pays as a member."""
    return Audience.MEMBER if person is not None and person.email_confirmed_at is not None else Audience.PUBLIC


def quote(resource: Resource, start: datetime, end: datetime, person: Person | None = None, benefits: Benefits = NOTHING) -> Quote:
    """The price of ``[start, end)`` for ``person``: the cheapest combination of hours, half days and days.

    Time that an allowance covers costs nothing; a plan's discount is in the prices of the rest. Minutes are those that
    pass, so a night in which the clock changes is charged as long as it is.
    """
    minutes = int((end - start).total_seconds() // 60)
    audience = audience_of(person)
    # An allowance is not spent on what costs nothing anyway.
    cover = benefits.cover(resource, start, end) if benefits.left and _cheapest(resource, minutes, audience) else None
    discount = benefits.discount if audience is Audience.MEMBER else 0
    lines = _cheapest(resource, minutes - (cover.minutes if cover else 0), audience, discount)
    currency = _currency(resource)
    total = sum((line.amount for line in lines), Money(0, currency))
    member_total = None
    if audience is Audience.PUBLIC:
        as_member = sum((line.amount for line in _cheapest(resource, minutes, Audience.MEMBER)), Money(0, currency))
        member_total = as_member if as_member.minor < total.minor else None
    as_company = person is not None and person.buys_as_company
    rate = resource.vat_rate(clock.wall_day(start, resource.zone))
    return Quote(lines, total, total.vat_within(rate), rate, as_company, audience, member_total, cover, discount if lines else 0)


def price_from(resource: Resource, person: Person | None = None) -> tuple[RateUnit, Money] | None:
    """The price of the shortest unit that is sold, VAT included: what a list shows. None where nothing is charged."""
    for unit in RateUnit:
        price = resource.rate(audience_of(person), unit)
        if price is not None:
            return unit, price
    return None


def _currency(resource: Resource) -> str:
    return next((rate.currency for rate in resource.rates), "XXX")


def _cheapest(resource: Resource, minutes: int, audience: Audience, discount: int = 0) -> tuple[Line, ...]:
    prices = {unit: price.share(BASIS_POINTS - discount, BASIS_POINTS) for unit in RateUnit if (price := resource.rate(audience, unit)) is not None}
    if not prices or minutes <= 0:
        return ()
    return min(_combinations(prices, minutes), key=lambda lines: (sum(line.amount.minor for line in lines), len(lines)))


def _combinations(prices: dict[RateUnit, Money], minutes: int) -> Iterator[tuple[Line, ...]]:
    """Every sensible way to cover the minutes: some days, then some half days, then hours to the minute."""
    for days in _counts(prices, RateUnit.DAY, minutes):
        left = minutes - days * MINUTES[RateUnit.DAY]
        for halves in _counts(prices, RateUnit.HALF_DAY, left):
            rest = max(0, left - halves * MINUTES[RateUnit.HALF_DAY])
            if rest and RateUnit.HOUR not in prices:
                continue
            lines = [_whole(unit, count, prices[unit]) for unit, count in ((RateUnit.DAY, days), (RateUnit.HALF_DAY, halves)) if count]
            if rest:
                hour = prices[RateUnit.HOUR]
                lines.append(Line(RateUnit.HOUR, rest, 1, hour, hour.share(rest, 60)))
            yield tuple(lines)


def _counts(prices: dict[RateUnit, Money], unit: RateUnit, minutes: int) -> range:
    return range(-(-max(0, minutes) // MINUTES[unit]) + 1) if unit in prices else range(1)


def _whole(unit: RateUnit, count: int, price: Money) -> Line:
    return Line(unit, count * MINUTES[unit], count, price, price * count)
