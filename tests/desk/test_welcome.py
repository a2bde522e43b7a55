"""Whoever the desk makes an account for hears of it once, from whom, with a link that opens it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.people.models import Person
from tests.cast import MONDAY, House
from tests.conftest import As
from tests.core.work import until, worker
from tests.desk.test_day import form
from tests.desk.work import Look


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    """Eight o'clock on a Monday, and time goes on: a worker waits for it."""
    with time_machine.travel(MONDAY) as traveller:
        yield traveller


def mails(app: Flask, house: House, to: str) -> list[OutboxMail]:
    """Mails to an address, once all that was asked for is done."""
    with app.app_context(), tenancy.acting_for(house.operator.id):
        found = list(db.session.scalars(sa.select(OutboxMail).where(OutboxMail.to == to).order_by(OutboxMail.id)))
        db.session.expunge_all()
        return found


def welcome(app: Flask, house: House, count: int = 2) -> OutboxMail:
    """The mail about the account; the other is about the booking."""
    with worker(app):
        until(lambda: len(mails(app, house, "nora@example.org")) >= count)
    [mail] = [each for each in mails(app, house, "nora@example.org") if "/sign-in/link/" in each.text]
    return mail


def link(mail: OutboxMail) -> str:
    """Path of its link."""
    return urlsplit(re.findall(r"https?://\S+", mail.text)[0]).path


@pytest.mark.proves("W2G-12")
def test_a_new_person_gets_one_mail_and_opens_the_account_with_it(app: Flask, bergen: House, browse: As, look: Look) -> None:
    siri, nora = browse(bergen, bergen.siri), browse(bergen)
    assert siri.post("/desk/bookings", data=form()).status_code == 303
    mail = welcome(app, bergen)
    assert "Siri Kvartal" in mail.text
    assert mail.locale == "nb"
    assert nora.get(link(mail)).status_code == 200
    assert look(sa.select(Person).where(Person.email == "nora@example.org")).email_confirmed_at is None, "looking confirms nothing"
    assert nora.post(link(mail)).location == "/home"
    assert nora.get("/bookings").status_code == 200
    assert look(sa.select(Person).where(Person.email == "nora@example.org")).email_confirmed_at is not None
    assert browse(bergen).post(link(mail)).status_code == 404, "once"
    assert siri.post("/desk/bookings", data=form(**{"from": "13:00", "to": "14:00"})).status_code == 303
    welcome(app, bergen, 3)


def test_the_link_lasts_a_week(app: Flask, bergen: House, browse: As) -> None:
    browse(bergen, bergen.siri).post("/desk/bookings", data=form())
    path = link(welcome(app, bergen))
    with time_machine.travel(MONDAY + timedelta(days=6, hours=23)):
        assert browse(bergen).get(path).status_code == 200
    with time_machine.travel(MONDAY + timedelta(days=7, hours=1)):
        assert browse(bergen).get(path).status_code == 404


def test_a_refused_booking_makes_no_account_and_mails_nobody(app: Flask, bergen: House, browse: As, look: Look) -> None:
    assert browse(bergen, bergen.siri).post("/desk/bookings", data=form(to="10:00")).status_code == 422
    assert look(sa.select(sa.func.count()).select_from(Person).where(Person.email == "nora@example.org")) == 0
    assert not mails(app, bergen, "nora@example.org")
