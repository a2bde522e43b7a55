"""Retention and holds at the desk."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.privacy import retention_jobs
from coworking.privacy.models import LegalHold
from tests.cast import House
from tests.conftest import As
from tests.privacy.past import booked, people

pytestmark = pytest.mark.usefixtures("eight_on_monday")
TODAY = date(2026, 11, 30)
FORM = {
    "email": "Alice@kvartal.example",
    "reason": "Claim for a window",
    "keys": ["booking.time", "guest.email"],
    "ends_on": "2027-06-01",
    "review_on": "2027-03-01",
}


def _holds(app: Flask, house: House) -> list[LegalHold]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return list(db.session.scalars(sa.select(LegalHold)))


def test_a_manager_places_a_hold_changes_its_end_and_ends_it(app: Flask, bergen: House, browse: As) -> None:
    mats = browse(bergen, bergen.mats)
    assert mats.get("/desk/privacy/holds/new?email=alice@kvartal.example").status_code == 200
    assert mats.post("/desk/privacy/holds", data=FORM).status_code == 303
    (hold,) = _holds(app, bergen)
    assert (hold.person_id, hold.keys, hold.made_by_id) == (bergen.alice.id, ["booking.person", "booking.time", "guest.email"], bergen.mats.id)
    assert hold.told_at is not None
    shown = mats.get("/desk/privacy/keeping").text
    assert "Alice Kvartal" in shown and "What was booked and when" in shown
    page = f"/desk/privacy/holds/{hold.id}"
    assert "Claim for a window" in mats.get(page).text
    assert mats.post(f"{page}/extension", data={"ends_on": "2033-01-01", "review_on": "2027-03-01"}).status_code == 422
    assert mats.post(f"{page}/extension", data={"ends_on": "2028-01-01", "review_on": "2027-03-01"}).status_code == 303
    assert mats.post(f"{page}/end").status_code == 303
    (hold,) = _holds(app, bergen)
    assert hold.ends_on == date(2028, 1, 1) and hold.ended_at is not None
    assert mats.post(f"{page}/extension", data={"ends_on": "2029-01-01", "review_on": "2027-03-01"}).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": "nobody@example.com"}, "Nobody here has this address"),
        ({"email": ""}, "Write whom it is about"),
        ({"keys": []}, "Choose what has to be kept"),
        ({"keys": ["person.password"]}, "Choose"),
        ({"reason": " "}, "Say which dispute"),
        ({"ends_on": "2040-01-01"}, "Five years"),
        ({"ends_on": "2026-11-30"}, "a day to come"),
        ({"ends_on": "soon"}, "date"),
        ({"review_on": "2029-01-01"}, "before the end"),
    ],
)
def test_a_hold_that_makes_no_sense_is_refused_and_what_was_typed_stays(
    app: Flask, bergen: House, browse: As, wrong: dict[str, object], said: str
) -> None:
    answer = browse(bergen, bergen.mats).post("/desk/privacy/holds", data={**FORM, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Claim for a window" in answer.text or wrong.get("reason") == " "
    assert _holds(app, bergen) == []


def test_an_order_may_forbid_telling_the_person(app: Flask, bergen: House, browse: As) -> None:
    browse(bergen, bergen.olga).post("/desk/privacy/holds", data={**FORM, "silent": "y"})
    assert _holds(app, bergen)[0].told_at is None


def test_nobody_else_sees_or_places_holds(app: Flask, bergen: House, browse: As) -> None:
    for person in (bergen.alice, bergen.siri, bergen.arne):
        client = browse(bergen, person)
        assert client.get("/desk/privacy/keeping").status_code == 403
        assert client.post("/desk/privacy/holds", data=FORM).status_code == 403
    assert browse(bergen, bergen.mats).get(f"/desk/privacy/holds/{UUID(int=7)}").status_code == 404


def test_the_page_says_how_long_what_is_kept_what_goes_tonight_and_what_went(app: Flask, bergen: House, browse: As) -> None:
    mats = browse(bergen, bergen.mats)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        for hour, person in enumerate(people(bergen, 5), 9):
            booked(bergen, person, TODAY - timedelta(days=400), hour)
        booked(bergen, db.session.get_one(Person, bergen.alice.id), TODAY - timedelta(days=400), 8)
        db.session.commit()
    before = mats.get("/desk/privacy/keeping").text
    assert "It has not run yet" in before
    assert "bokføringsloven" in before
    assert '<td class="num">6</td>' in before
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        retention_jobs.forget()
    after = mats.get("/desk/privacy/keeping").text
    assert "It has not run yet" not in after and "October 2025" in after
    assert "Who booked, for whom" in after and '<td class="num">6</td>' in after
