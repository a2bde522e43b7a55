"""Removing operators who left, once their time to fetch everything is over."""

from coworking.core import clock
from coworking.core.db import db
from coworking.core.jobs import cron

from . import departing


@cron("privacy.departures", at="03:50")
def remove_departed() -> None:
    """Remove each operator whose time is over, in a transaction of its own."""
    for operator in departing.due(clock.now().date()):
        departing.remove(operator)
        db.session.commit()
