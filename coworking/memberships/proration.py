"""Parts of a period, by days. Each part is rounded once, half up, and differences are taken between rounded parts.

So whatever happens within a period, what was charged for a price in all is that price times its days, to the cent:
a change that is undone the same day costs nothing, and many small changes never add up to a drift.
"""

from dataclasses import dataclass
from datetime import date

from coworking.core.money import Money


@dataclass(frozen=True, slots=True)
class Span:
    """Days, ``[start, end)``."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many; none where it ends before it starts."""
        return max(0, (self.end - self.start).days)

    def within(self, other: "Span") -> "Span":
        """The days that both have."""
        return Span(max(self.start, other.start), min(self.end, other.end))


def running_days(span: Span, rests: list[Span], ends_on: date | None = None) -> int:
    """Days of ``span`` that are to be paid: those of pauses, which never overlap, and those after the end are not."""
    open_span = span if ends_on is None else span.within(Span(span.start, ends_on))
    return open_span.days - sum(rest.within(open_span).days for rest in rests)


def part(price: Money, days: int, of_days: int) -> Money:
    """What so many days of a period cost, half up to a minor unit."""
    return price.share(days, of_days)


def difference(price: Money, before: int, after: int, of_days: int) -> Money:
    """What going from ``before`` to ``after`` charged days costs; negative when days are given up."""
    return part(price, after, of_days) - part(price, before, of_days)


def quantity(whole: int, days: int, of_days: int) -> int:
    """So many days' part of an allowance, half up."""
    return (2 * whole * days + of_days) // (2 * of_days)
