"""Day after day: the clock is moved, the recurring jobs are done, and then whatever the story has for that day."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import time_machine
from flask import Flask, g

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.jobs.registry import CRONS, Order
from coworking.core.jobs.running import carry_out

from .houses import House, at

MAILS = frozenset({"memberships.tell", "memberships.ordered", "bookings.tell", "billing.tell_standing", "billing.send_paper", "mail.deliver"})
DAILY = ("memberships.daily", "billing.due", "billing.overdue")
WEEKLY = ("billing.finish_pending", "billing.reconcile")


class Diary:
    """A queue that does its work at once, and remembers what is for later."""

    def __init__(self, app: Flask, mails: bool) -> None:
        self.app, self.mails = app, mails
        self.waiting: list[tuple[datetime, Order]] = []
        self.done: dict[str, int] = {}

    def put(self, order: Order, not_before: datetime | None) -> None:
        """Stand in for the queue. Mails are others' business, and left out where time is short."""
        if self.mails or order.name not in MAILS:
            self.waiting.append((not_before or clock.now(), order))

    def work(self) -> None:
        """Do all that is due, and all that it asks for."""
        while due := [each for each in self.waiting if each[0] <= clock.now()]:
            for each in due:
                self.waiting.remove(each)
                self.done[each[1].name] = self.done.get(each[1].name, 0) + 1
                carry_out(self.app, each[1], lambda: None)

    def ring(self, names: Iterable[str]) -> None:
        """Let recurring jobs be due."""
        for name in names:
            assert name in CRONS
            self.put(Order(name, {}, None, "en"), None)
        self.work()


@contextmanager
def inside(app: Flask, house: House) -> Iterator[None]:
    """One piece of work in a house, kept at its end."""
    with app.app_context(), tenancy.acting_for(house.operator_id):
        g.operator = None
        yield
        db.session.commit()


def live(app: Flask, diary: Diary, houses: list[House], first: date, last: date, each_day: Any) -> None:
    """From the first day to the last; ``each_day`` is called when all else is done."""
    day = first
    with time_machine.travel(at(day, 9, 30), tick=False) as traveller:
        while day <= last:
            traveller.move_to(at(day, 9, 30))
            diary.ring(DAILY)
            if day.toordinal() % 6 == 0:
                diary.ring(WEEKLY)
            traveller.move_to(at(day, 10))
            for house in houses:
                for what in house.plan.pop(day, []):
                    with inside(app, house):
                        what()
                    diary.work()
            traveller.move_to(at(day, 12))
            diary.work()
            each_day(day)
            day += timedelta(days=1)
