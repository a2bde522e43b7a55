"""Somebody's own books beside the app's: what was agreed, used and paid, and what that comes to.

Plain Python on purpose. Nothing of the app is imported here, and nothing is computed step by step as the app does it:
each sum is worked out anew from all that is known, so that an error on the way can't be made twice.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise


def half_up(numerator: int, denominator: int) -> int:
    """A fraction to the nearest whole, halves away from zero."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size


def month_later(day: date, months: int, anchor: int) -> date:
    """The anchor's day so many months later; the last one where the month is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(anchor, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Offer:
    """A plan as it stands on the price list."""

    slug: str
    price: int
    minutes: int = 0
    seats: int = 1
    seat_price: int = 0
    months: int = 1
    trial_days: int = 0
    deposit: int = 0
    fee: int = 0
    notice_days: int = 30
    with_vat: bool = True
    kind: str = "plan"
    vat_class: str = "space"
    days: int = 0
    """Days at a desk that a pass brings."""


@dataclass
class Contract:
    """Somebody on a plan, as they and the house agreed."""

    offer: Offer
    start: date
    seats: int = 1
    percent: int = 0
    """Off each of the first ``percent_periods`` periods."""
    percent_periods: int = 0
    changes: list[tuple[date, Offer, int]] = field(default_factory=list)
    agreed: list[tuple[date, date, int]] = field(default_factory=list)
    """Other prices: for periods that begin on days from, until, at."""
    pauses: list[tuple[date, date]] = field(default_factory=list)
    ends_on: date | None = None
    withdrawn: bool = False
    spent: dict[date, int] = field(default_factory=dict)
    """Minutes of bookings by their day."""

    @property
    def first(self) -> date:
        """First day that costs anything."""
        return self.start + timedelta(days=self.offer.trial_days)

    def periods(self, today: date) -> Iterator[tuple[date, date]]:
        """Those that began by today, or were paid when ordering, and are not after the end."""
        start = self.first
        while start <= today and (self.ends_on is None or start < self.ends_on or start == self.start):
            end = month_later(start, self.offer.months, self.first.day)
            yield start, end
            start = end

    def charged(self, today: date) -> int:
        """All that the contract has cost so far, VAT as the price list says."""
        total, discounted = 0 if self.withdrawn else self.offer.fee, self.percent_periods
        for start, end in self.periods(today):
            for since, until in self._pieces(start, end):
                price = self._price(start, since)
                off = half_up(price * self.percent, 100) if discounted else 0
                total += half_up((price - off) * self._running(since, until), (end - start).days)
            discounted -= bool(discounted and self._running(start, end))
        return total

    def left(self, today: date) -> int:
        """Minutes of the plan's allowance that can be used today."""
        if self._rests(today) or today < self.start or (self.ends_on is not None and today >= self.ends_on):
            return 0
        if today < self.first:
            return self._left_of_trial()
        start, end = list(self.periods(today))[-1]
        whole = (end - start).days
        granted = sum(half_up(self._minutes(since) * self._running(since, until), whole) for since, until in self._pieces(start, end))
        return granted - sum(minutes for day, minutes in self.spent.items() if start <= day < end)

    def _left_of_trial(self) -> int:
        """A trial brings its days' part of what the first whole month will."""
        whole = (month_later(self.first, self.offer.months, self.first.day) - self.first).days
        granted = half_up(self._minutes(self.start) * min(whole, self.offer.trial_days), whole)
        return granted - sum(minutes for day, minutes in self.spent.items() if self.start <= day < self.first)

    def _pieces(self, start: date, end: date) -> Iterator[tuple[date, date]]:
        cuts = [start, *sorted({day for day, _offer, _seats in self.changes if start < day < end}), end]
        return pairwise(cuts)

    def _terms(self, day: date) -> tuple[Offer, int]:
        offer, seats = self.offer, self.seats
        for since, changed, number in self.changes:
            if since <= day:
                offer, seats = changed, number
        return offer, seats

    def _price(self, period: date, day: date) -> int:
        if self._terms(day) == self._terms(period):
            for since, until, price in self.agreed:
                if since <= period < until:
                    return price
        offer, seats = self._terms(day)
        return offer.price + offer.seat_price * max(0, seats - offer.seats)

    def _minutes(self, day: date) -> int:
        offer, seats = self._terms(day)
        return half_up(offer.minutes * max(seats, offer.seats), offer.seats)

    def _rests(self, day: date) -> bool:
        return any(since <= day < until for since, until in self.pauses)

    def _running(self, since: date, until: date) -> int:
        days = (since + timedelta(days=number) for number in range((until - since).days))
        return sum(not self._rests(day) and (self.ends_on is None or day < self.ends_on) for day in days)


@dataclass
class Payer:
    """All that the house and one payer have with each other."""

    name: str
    contracts: list[Contract] = field(default_factory=list)
    uses: list[int] = field(default_factory=list)
    """What bookings and passes cost, VAT included."""
    notes: list[int] = field(default_factory=list)
    """What was credited on paper."""
    came: list[int] = field(default_factory=list)
    """What reached the bank or the till, less what went back; cards are in the provider's book."""
    held: list[int] = field(default_factory=list)
    """Deposits: paid, then returned."""
    days: int = 0
    """Days at a desk that are left of passes."""

    def charged(self, today: date) -> int:
        """All that was used and agreed so far."""
        return sum(contract.charged(today) for contract in self.contracts) + sum(self.uses)


@dataclass(frozen=True)
class Sold:
    """A billed fact as an invoice has it: amount, whether VAT is inside, and its rate."""

    amount: int
    with_vat: bool
    rate: int
    category: str


def sums_of(sold: list[Sold]) -> tuple[int, int, dict[tuple[str, int], tuple[int, int]]]:
    """Net, VAT, and both by category and rate, of what stands on one invoice: VAT is rounded once for each way of pricing."""
    groups: dict[tuple[str, int, bool], int] = {}
    for each in sold:
        key = (each.category, each.rate, each.with_vat)
        groups[key] = groups.get(key, 0) + each.amount
    by_rate: dict[tuple[str, int], tuple[int, int]] = {}
    for (category, rate, with_vat), amount in groups.items():
        vat = half_up(amount * rate, 10_000 + rate) if with_vat else half_up(amount * rate, 10_000)
        net = amount - vat if with_vat else amount
        before = by_rate.get((category, rate), (0, 0))
        by_rate[category, rate] = (before[0] + net, before[1] + vat)
    return sum(net for net, _vat in by_rate.values()), sum(vat for _net, vat in by_rate.values()), by_rate
