"""What tests of bookings share: moments on the wall, and the walls of odd zones."""

from datetime import date, datetime

from coworking.core import clock
from coworking.spaces.models import Resource

TUESDAY = date(2026, 12, 1)


def at(resource: Resource, hour: float, day: date = TUESDAY) -> datetime:
    """The moment when the wall of the space's house shows ``hour`` on ``day``."""
    return clock.at_wall(day, round(hour * 60), resource.zone)
