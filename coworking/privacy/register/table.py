"""How the rows of a table reach a person, and what becomes of them when the person is erased."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Is:
    """The row belongs to the person whose id stands in ``column``."""

    column: str


@dataclass(frozen=True, slots=True)
class Address:
    """The row belongs to whoever has the mail address in ``column``, with or without an account. Case does not matter."""

    column: str


@dataclass(frozen=True, slots=True)
class Through:
    """The row belongs to whoever the row of ``table`` belongs to, whose id stands in ``column``."""

    column: str
    table: str


Path = Is | Address | Through


class Fate(Enum):
    """What becomes of a row that belongs to the person."""

    DELETE = "delete"
    SEVER = "sever"
    """Nothing that leads to a person stays: a row becomes part of a count, or its ``blank`` columns are emptied."""
    HOLD = "hold"
    """Stays under a law; its ``blank`` columns are emptied at once, the row goes at the end of the hold."""
    STAY = "stay"
    """Belongs to the business or to others. Only mentions of the person are cut out of it."""
    EXPIRE = "expire"
    """Goes by itself within days: counters of tries, jobs."""


@dataclass(frozen=True, slots=True)
class Table:
    """What the register says of one table that holds personal data."""

    name: str
    fate: Fate
    owner: tuple[Path, ...] = ()
    mentions: tuple[str, ...] = ()
    """Columns with the id of somebody who acted on the row: emptied when that person is erased."""
    blank: tuple[str, ...] = ()
    """Columns that are emptied at once although the row stays."""
    clock: str | None = None
    """Column of the moment from which retention counts, where the row has its own."""

    def __post_init__(self) -> None:
        """Only rows that stay have columns to empty."""
        if self.blank and self.fate not in (Fate.SEVER, Fate.HOLD):
            raise ValueError(f"{self.name}: only rows that stay are emptied")
        if not (self.owner or self.mentions) and self.fate is not Fate.EXPIRE:
            raise ValueError(f"{self.name}: no way to a person")
