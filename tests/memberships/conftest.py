"""When tests of memberships take place, and who does the work that requests leave behind."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, g

from coworking.core import i18n, tenancy
from coworking.core.db import db
from coworking.core.jobs.registry import JOBS, Order
from coworking.core.outbox import OutboxMail
from tests.cast import House
from tests.people.conftest import Letter


@pytest.fixture
def december() -> Iterator[None]:
    """Time stands still on the morning of Tuesday 1 December 2026."""
    with time_machine.travel("2026-12-01T08:00:00Z", tick=False):
        yield


class Postman:
    """Does the jobs that were asked for, once each, and shows what was mailed."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.orders: list[Order] = []

    def put(self, order: Order, _not_before: datetime | None) -> None:
        """Stand in for the queue."""
        self.orders.append(order)

    def work(self) -> None:
        """Do what is waiting, and what that asks for."""
        while self.orders:
            order = self.orders.pop(0)
            with self.app.app_context(), i18n.speaking(order.locale):
                g.operator = None
                tenancy.enter(order.operator_id)
                JOBS[order.name].run(**order.args)
                db.session.commit()

    def letters(self, house: House) -> list[Letter]:
        """Everything that was mailed in a house, oldest first."""
        self.work()
        with self.app.app_context(), tenancy.acting_for(house.operator.id):
            mails = db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)).all()
            return [Letter(mail.to, mail.subject, mail.text, mail.html) for mail in mails]


@pytest.fixture
def postman(app: Flask) -> Iterator[Postman]:
    """Who does the jobs of this test."""
    queue: Any = app.extensions["coworking.jobs"]
    app.extensions["coworking.jobs"] = standing_in = Postman(app)
    yield standing_in
    app.extensions["coworking.jobs"] = queue
