"""What a paper comes to: VAT by category and rate, and each line's part of it, so that nothing is lost or found on the way.

Follows EN 16931: VAT is computed on the sum of a category and rate, not line by line. Prices given with VAT keep their
gross sum to the minor unit, prices given without keep their net sum; both may stand on one paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coworking.core.money import BASIS_POINTS, CurrencyMismatch, Money

from .rates import Category

# Standard rates first, what is not taxed last.
ORDER = tuple(Category)


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a supply is taxed: category, rate in basis points, and why where there is no VAT (a key of reasons.py)."""

    category: Category
    rate: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Priced:
    """A line as agreed: an amount with VAT inside it or without, negative for what is taken off."""

    amount: Money
    tax_included: bool
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class Share:
    """What one line contributes, without and with VAT."""

    net: Money
    gross: Money

    @property
    def vat(self) -> Money:
        """The line's part of its group's VAT."""
        return self.gross - self.net


@dataclass(frozen=True, slots=True)
class Group:
    """VAT of one category and rate (EN 16931 BG-23)."""

    category: Category
    rate: int
    net: Money
    vat: Money
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """A paper's lines, in the order they came, its groups and its totals."""

    lines: tuple[Share, ...]
    groups: tuple[Group, ...]
    net: Money
    vat: Money
    gross: Money


def compute(lines: Sequence[Priced], currency: str) -> Sums:
    """The sums of a paper in ``currency``; raises CurrencyMismatch where a line is in another."""
    if any(line.amount.currency != currency for line in lines):
        raise CurrencyMismatch(f"a line that is not in {currency}")
    shares: list[Share | None] = [None] * len(lines)
    for places in _grouped(lines):
        vats = _spread([lines[place] for place in places])
        for place, vat in zip(places, vats, strict=True):
            shares[place] = _share(lines[place], Money(vat, currency))
    done = [share for share in shares if share is not None]
    return total(done, [line.treatment for line in lines], currency)


def total(shares: Sequence[Share], treatments: Sequence[Treatment], currency: str) -> Sums:
    """Groups and totals of lines whose parts are known already, as on a credit note, which mirrors its invoice's."""
    nets: dict[tuple[int, int], int] = {}
    vats: dict[tuple[int, int], int] = {}
    reasons: dict[tuple[int, int], str] = {}
    for share, treatment in zip(shares, treatments, strict=True):
        key = (ORDER.index(treatment.category), -treatment.rate)
        nets[key] = nets.get(key, 0) + share.net.minor
        vats[key] = vats.get(key, 0) + share.vat.minor
        reasons[key] = reasons.get(key) or treatment.reason
    groups = tuple(Group(ORDER[key[0]], -key[1], Money(nets[key], currency), Money(vats[key], currency), reasons[key]) for key in sorted(nets))
    net, vat = sum(nets.values()), sum(vats.values())
    return Sums(tuple(shares), groups, Money(net, currency), Money(vat, currency), Money(net + vat, currency))


def part(of: Share, gross: Money, before: Share) -> Share:
    """The part of a line that ``gross`` is, after ``before`` was taken from it already: all parts together are the line."""
    taken = before.gross + gross
    net = of.net if taken == of.gross else of.net.share(taken.minor, of.gross.minor)
    return Share(net - before.net, gross)


def _grouped(lines: Sequence[Priced]) -> Iterable[list[int]]:
    groups: dict[tuple[Category, int, bool], list[int]] = {}
    for place, line in enumerate(lines):
        groups.setdefault((line.treatment.category, line.treatment.rate, line.tax_included), []).append(place)
    return groups.values()


def _spread(lines: Sequence[Priced]) -> list[int]:
    """VAT of the lines' sum, rounded once, and shared out by largest remainder; lines before others where they tie."""
    rate, included = lines[0].treatment.rate, lines[0].tax_included
    amounts = [line.amount.minor for line in lines]
    whole = Money(sum(amounts), lines[0].amount.currency)
    vat = (whole.vat_within(rate) if included else whole.vat_on_top(rate)).minor
    divisor = BASIS_POINTS + rate if included else BASIS_POINTS
    floors = [amount * rate // divisor for amount in amounts]
    rests = [amount * rate % divisor for amount in amounts]
    first = sorted(range(len(lines)), key=lambda place: (-rests[place], place))
    for place in first[: vat - sum(floors)]:
        floors[place] += 1
    return floors


def _share(line: Priced, vat: Money) -> Share:
    return Share(line.amount - vat, line.amount) if line.tax_included else Share(line.amount, line.amount + vat)
