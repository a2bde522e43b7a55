"""When which step is taken about an invoice that nobody paid. Days of the operator's wall; no database here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coworking.core import clock

from .models.account import Standing

MORNING = 9 * 60
"""Minutes after midnight: mails about money come when people can answer them."""
WARNING_DAYS = 2


@dataclass(frozen=True, slots=True)
class Terms:
    """How an operator waits. Days after the due date, and after a failed charge for the retries."""

    grace_days: int
    retry_days: Sequence[int]
    end_days: int
    zone: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do about a case, at a moment of UTC."""

    name: str
    what: str
    """reminder, warning, retry, hold or ended."""
    at: datetime


def steps(standing: Standing, due_on: date, since: datetime, terms: Terms, *, saved: bool) -> list[Step]:
    """What is ahead of a case that was opened, or taken up again, at ``since``; in order.

    ``saved`` says whether there is a card or mandate to try again.
    """
    start = clock.wall_day(since, terms.zone)
    base = max(due_on, start - timedelta(days=1))
    hold, end = base + timedelta(days=terms.grace_days), base + timedelta(days=max(terms.end_days, terms.grace_days + 1))

    def at(day: date) -> datetime:
        return max(clock.at_wall(day, MORNING, terms.zone), since)

    found: list[Step] = []
    if standing is Standing.GRACE:
        found += [Step(f"retry-{days}", "retry", at(base + timedelta(days=days))) for days in terms.retry_days if saved and days < terms.end_days]
        found.append(Step("reminder", "reminder", at(start)))
        if hold - timedelta(days=WARNING_DAYS) > start:
            found.append(Step("warning", "warning", at(hold - timedelta(days=WARNING_DAYS))))
        found.append(Step("hold", "hold", at(hold)))
    if standing is Standing.HOLD:
        found.append(Step("last", "last", at(hold + (end - hold) / 2)))
        found.append(Step("ended", "ended", at(end)))
    return sorted(found, key=lambda step: (step.at, step.what == "hold"))


def hold_day(due_on: date, since: datetime, terms: Terms) -> date:
    """From when on nothing new may be booked."""
    return max(due_on, clock.wall_day(since, terms.zone) - timedelta(days=1)) + timedelta(days=terms.grace_days)


def end_day(due_on: date, since: datetime, terms: Terms) -> date:
    """When subscriptions end."""
    return max(due_on, clock.wall_day(since, terms.zone) - timedelta(days=1)) + timedelta(days=max(terms.end_days, terms.grace_days + 1))
