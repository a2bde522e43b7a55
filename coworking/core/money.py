"""Money: whole minor units and a currency. Every rounding of amounts happens here, under a name."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from babel.numbers import get_currency_precision

BASIS_POINTS = 10_000


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were brought together."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (øre, cent, penny) of an ISO 4217 currency."""

    minor: int
    currency: str

    def __add__(self, other: Self) -> "Money":
        """Sum of two amounts of one currency; raises CurrencyMismatch otherwise."""
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Self) -> "Money":
        """Difference of two amounts of one currency; raises CurrencyMismatch otherwise."""
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        """A whole number of times the amount."""
        return Money(self.minor * count, self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")

    @property
    def decimal(self) -> Decimal:
        """The amount in whole units of its currency, exact."""
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def share(self, part: int, whole: int) -> "Money":
        """``part / whole`` of the amount, rounded half up to a minor unit (EN 16931 rounds so)."""
        return Money(_half_up(Decimal(self.minor) * part / whole), self.currency)

    def vat_within(self, rate: int) -> "Money":
        """The VAT inside a gross amount, at ``rate`` basis points, rounded half up to a minor unit."""
        return Money(_half_up(Decimal(self.minor) * rate / (BASIS_POINTS + rate)), self.currency)

    def vat_on_top(self, rate: int) -> "Money":
        """The VAT on top of a net amount, at ``rate`` basis points, rounded half up to a minor unit."""
        return Money(_half_up(Decimal(self.minor) * rate / BASIS_POINTS), self.currency)


def _half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_decimal(value: Decimal, currency: str) -> Money:
    """Money from whole units as a person types them, rounded half up to a minor unit."""
    return Money(_half_up(value.scaleb(get_currency_precision(currency))), currency)
