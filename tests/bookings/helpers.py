"""What tests of bookings share."""

from datetime import date, datetime

from coworking.core import clock

TUESDAY = date(2026, 12, 1)


def at(hour: float, day: date = TUESDAY, zone: str = "Europe/Oslo") -> datetime:
    """The moment when the wall of the zone shows ``hour`` on ``day``."""
    return clock.at_wall(day, round(hour * 60), zone)
