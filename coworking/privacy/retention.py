"""How long things are kept: the register's time, or the operator's choice once the policy that says so is in force.

Days are counted on the operator's wall. What is kept for n days after its moment is there on the n-th day and gone on the next.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from coworking.core import clock
from coworking.operators.models import Operator

from .models import PolicyVersion
from .policy import versions
from .policy.choices import kept_days
from .register import ENTRIES
from .register.entry import Clock, Held
from .register.laws import Law, law


def days(key: str, operator_id: UUID, on: date) -> int | None:
    """For how many days ``key`` is kept at an operator on a day of its wall; None where a law says how long."""
    return _days(key, versions.in_force(operator_id, on))


def _days(key: str, version: PolicyVersion | None) -> int | None:
    return kept_days(key, versions.days_in(version, key) if version is not None else None)


@dataclass(slots=True)
class Times:
    """What is due at one operator on one day of its wall. Reads the policy once."""

    operator_id: UUID
    country: str
    zone: str
    on: date
    version: PolicyVersion | None
    seen: dict[str, int | None] = field(default_factory=dict)

    @classmethod
    def of(cls, operator: Operator, on: date | None = None) -> "Times":
        """The times of ``operator``, which is in force, on a day; today where none is given."""
        day = on or clock.today(operator.zone)
        return cls(operator.id, operator.country, operator.zone, day, versions.in_force(operator.id, day))

    def days(self, key: str) -> int | None:
        """Days that ``key`` is kept; None where a law says how long."""
        if key not in self.seen:
            self.seen[key] = _days(key, self.version)
        return self.seen[key]

    def last_day(self, key: str) -> date | None:
        """The last day whose things have had their time: they and older ones go. None for what stays until the account ends."""
        retention = ENTRIES[key].retention
        if isinstance(retention, Held):
            return last_day_of(law(retention.law, self.country, self.on), self.on)
        if retention.clock is Clock.ACCOUNT_END:
            return None
        kept = self.days(key)
        return self.on - timedelta(days=(kept or 0) + 1)

    def before(self, key: str) -> datetime | None:
        """The moment before which things have had their time; None as for ``last_day``."""
        last = self.last_day(key)
        return None if last is None else self.midnight_after(last)

    def midnight_after(self, day: date) -> datetime:
        """When the day ends on the wall."""
        return clock.at_wall(day + timedelta(days=1), 0, self.zone)

    def ends(self, key: str, moment: date | datetime) -> date | None:
        """First day on which something of ``moment`` is gone; None for what stays until the account ends."""
        day = clock.wall_day(moment, self.zone) if isinstance(moment, datetime) else moment
        retention = ENTRIES[key].retention
        if isinstance(retention, Held):
            return law(retention.law, self.country, self.on).ends(day)
        if retention.clock is Clock.ACCOUNT_END:
            return None
        return day + timedelta(days=(self.days(key) or 0) + 1)


def last_day_of(row: Law, on: date) -> date:
    """The last day whose things need no longer be kept on the day ``on`` under a law."""
    year = 366
    low, high = on - timedelta(days=row.months * 31 + 2 * year), on
    while low < high:
        middle = low + (high - low + timedelta(days=1)) // 2
        low, high = (middle, high) if row.ends(middle) <= on else (low, middle - timedelta(days=1))
    return low


def until(key: str, moment: date | datetime) -> date | None:
    """First day on which ``key`` of ``moment`` is gone at the operator in force, as things stand; None where the account decides."""
    from coworking.core.links import operator_in_force

    return Times.of(operator_in_force()).ends(key, moment)


__all__ = ["Times", "days", "last_day_of", "until"]
