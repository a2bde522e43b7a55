"""Counts as they may be shown: no cell under five, none that subtraction would give away, all in steps of five.

Cells that hide fewer than five together would follow from the total: the smallest of the others is hidden with them. Rounding
keeps what is left of the differences from being exact. Only whole weeks are shown, so that nobody watches a day grow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from coworking.core.db import db

from .counting import PAGES, Family, Screen
from .models import PageCount

LEAST = 5
WEEKS = 12


@dataclass(frozen=True, slots=True)
class Table:
    """Cells by name, with None for what is hidden, and their total, None where it is too small as well."""

    cells: dict[str, int | None]
    total: int | None

    @property
    def largest(self) -> int:
        """The largest cell that is shown."""
        return max((cell for cell in self.cells.values() if cell is not None), default=0)


@dataclass(frozen=True, slots=True)
class Shown:
    """The last twelve whole weeks, from four sides."""

    first: date
    last: date
    weeks: Table
    pages: Table
    came_from: Table
    families: Table
    screens: Table


def table(counts: Mapping[str, int]) -> Table:
    """The counts as they may be shown."""
    hidden = {name for name, count in counts.items() if count < LEAST}
    shown = sorted((name for name in counts if name not in hidden), key=lambda name: counts[name])
    if shown and hidden and sum(counts[name] for name in hidden) < LEAST:
        hidden.add(shown[0])
    total = sum(counts.values())
    return Table({name: None if name in hidden else rounded(count) for name, count in counts.items()}, rounded(total) if total >= LEAST else None)


def rounded(count: int) -> int:
    """To the nearest five."""
    return (count + LEAST // 2) // LEAST * LEAST


def shown(today: date) -> Shown:
    """What the operator in force sees on a day of its wall."""
    last = today - timedelta(days=today.isoweekday())
    first = last - timedelta(days=7 * WEEKS - 1)
    hosts = {host: number for host, number in _counted(PageCount.came_from, first, last).items() if host}
    often = {host: number for host, number in sorted(hosts.items(), key=lambda pair: (-pair[1], pair[0]))[:20] if number >= LEAST}
    rare = {"": sum(hosts.values()) - sum(often.values())} if hosts else {}
    return Shown(
        first, last,
        weeks=table(_by_week(first, last)),
        pages=table(dict.fromkeys(PAGES, 0) | _counted(PageCount.page, first, last)),
        came_from=table(often | rare),
        families=table({family.value: 0 for family in Family} | _counted(PageCount.family, first, last)),
        screens=table({screen.value: 0 for screen in Screen} | _counted(PageCount.screen, first, last)),
    )  # fmt: skip


def _by_week(first: date, last: date) -> dict[str, int]:
    weeks = {(first + timedelta(days=7 * each)).isoformat(): 0 for each in range(WEEKS)}
    found = sa.select(PageCount.day, sa.func.sum(PageCount.count)).where(PageCount.day.between(first, last)).group_by(PageCount.day)
    for day, number in db.session.execute(found):
        weeks[(day - timedelta(days=day.isoweekday() - 1)).isoformat()] += number
    return weeks


def _counted(column: InstrumentedAttribute[str], first: date, last: date) -> dict[str, int]:
    found = sa.select(column, sa.func.sum(PageCount.count)).where(PageCount.day.between(first, last)).group_by(column)
    return {name: int(number) for name, number in db.session.execute(found)}
