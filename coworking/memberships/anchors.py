"""Month ends: periods begin on the anchor, and a shorter month lends its last day without moving it."""

from calendar import monthrange
from datetime import date


def on_anchor(year: int, month: int, anchor: int) -> date:
    """The anchor in a month that counts on past December: month 14 is February of the next year."""
    extra, month = divmod(month - 1, 12)
    year, month = year + extra, month + 1
    return date(year, month, min(anchor, monthrange(year, month)[1]))


def next_start(start: date, anchor: int, months: int) -> date:
    """First day of the period that follows one of so many ``months``: 31 January, 28 or 29 February, 31 March."""
    return on_anchor(start.year, start.month + months, anchor)


def months_after(day: date, months: int) -> date:
    """The same day of the month, so many months later; the last day where the month is shorter."""
    return on_anchor(day.year, day.month + months, day.day)
