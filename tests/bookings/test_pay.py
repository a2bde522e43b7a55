"""Paying for a booking at once: billed by itself, once, by who may pay it."""

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.billing.models import Invoice
from coworking.core import tenancy
from coworking.core.db import db
from tests.cast import House
from tests.conftest import As

pytestmark = pytest.mark.usefixtures("eight_on_monday")
TIME = {"day": "2026-12-01", "from": "10:00", "to": "11:00"}


def _booked(house: House, browse: As) -> tuple[object, str]:
    alice = browse(house, house.alice)
    answer = alice.post("/rooms/fjord/bookings", data=TIME)
    assert answer.status_code == 303
    return alice, answer.location


def _papers(app: Flask, house: House) -> list[tuple[int, str]]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return [(paper.gross, paper.state) for paper in db.session.scalars(sa.select(Invoice))]


def test_a_booking_is_billed_by_itself_once_and_leads_to_paying(app: Flask, bergen: House, browse: As) -> None:
    alice, page = _booked(bergen, browse)
    assert "Pay 280" in alice.get(page).text  # type: ignore[attr-defined]
    first = alice.post(f"{page}/invoice")  # type: ignore[attr-defined]
    again = alice.post(f"{page}/invoice")  # type: ignore[attr-defined]
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert alice.get(first.location).status_code == 200  # type: ignore[attr-defined]
    assert _papers(app, bergen) == [(28000, "issued")]
    assert "See the invoice" in alice.get(page).text  # type: ignore[attr-defined]


def test_nobody_else_can_have_it_billed(app: Flask, bergen: House, browse: As) -> None:
    _alice, page = _booked(bergen, browse)
    assert browse(bergen, bergen.bob).post(f"{page}/invoice").status_code == 404
    assert browse(bergen).post(f"{page}/invoice").status_code == 302 or _papers(app, bergen) == []
    assert _papers(app, bergen) == []


def test_what_the_company_pays_is_not_billed_to_who_booked(app: Flask, bergen: House, browse: As) -> None:
    siri = browse(bergen, bergen.siri)
    company = siri.post("/desk/companies", data={"name": "Nordlys", "email": "bob@kvartal.example"}).location
    siri.post(f"{company}/people", data={"email": "alice@kvartal.example"})
    alice, page = _booked(bergen, browse)
    assert "Pay 280" not in alice.get(page).text  # type: ignore[attr-defined]
    assert alice.post(f"{page}/invoice").status_code == 404  # type: ignore[attr-defined]
