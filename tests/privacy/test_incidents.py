"""From a report of a problem to everybody told: the clocks, whom it concerns, the letters in three languages."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.bookings.models import Booking
from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.desk.privacy_incidents import drafts
from coworking.enquiries.models import Enquiry
from coworking.people.models import Person
from coworking.privacy.incidents import cases, telling
from coworking.privacy.incidents.affected import affected
from coworking.privacy.models import Incident, IncidentNotice, ProblemReport
from coworking.spaces.models import Location, Resource
from tests.cast import MONDAY, House
from tests.conftest import As

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def booked(house: House, person: Person, start: datetime, room: Resource | None = None) -> Booking:
    room = room or house.fjord
    made = Booking(
        operator_id=house.operator.id, resource_id=room.id, person_id=person.id, starts_at=start, ends_at=start + HOUR, held_until=start + HOUR, currency="NOK", amount=100
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def mails(app: Flask, to: str) -> list[OutboxMail]:
    with app.app_context(), tenancy.across_operators():
        return list(db.session.scalars(sa.select(OutboxMail).where(OutboxMail.to == to).order_by(OutboxMail.created_at)))


@pytest.mark.proves("CLW-61", "CLW-71")
def test_anybody_reports_a_problem_and_a_late_look_shows_and_is_never_refused(app: Flask, bergen: House, browse: As) -> None:
    visitor, mats = browse(bergen), browse(bergen, bergen.mats)
    with time_machine.travel(MONDAY, tick=False):
        assert visitor.get("/privacy/report").status_code == 200
        sent = visitor.post(
            "/privacy/report", data={"kind": "data", "words": "I got a bill for Bob", "email": "eve@example.org", "page": "/rooms?q=bob"}
        )
        assert sent.status_code == 303
        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            report = db.session.scalars(sa.select(ProblemReport)).one()
        assert report.due_at == MONDAY + DAY
        assert report.page == "/rooms"
        assert "Late" not in mats.get("/desk/privacy/incidents").text
        assert report.reference in mails(app, "eve@example.org")[0].text
        assert report.words in mails(app, bergen.operator.email)[0].text
    with time_machine.travel(MONDAY + DAY + HOUR, tick=False):
        mats = browse(bergen, bergen.mats)
        assert "Late" in mats.get("/desk/privacy/incidents").text
        assert mats.post(f"/desk/privacy/reports/{report.id}/closing", data={"outcome": "mended"}).status_code == 303
        assert "Late" in mats.get("/desk/privacy/incidents").text


def test_a_report_without_words_or_by_a_program_is_not_kept(app: Flask, bergen: House, browse: As) -> None:
    visitor = browse(bergen)
    assert visitor.post("/privacy/report", data={"kind": "data", "words": " "}).status_code == 422
    assert visitor.post("/privacy/report", data={"kind": "data", "words": "Buy", "website": "https://x"}).status_code == 422
    assert visitor.post("/privacy/report", data={"kind": "nonsense", "words": "Hello"}).status_code == 422
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalars(sa.select(ProblemReport)).all() == []


@pytest.mark.proves("CLW-42", "W2G-50")
def test_the_drill_from_knowing_to_everybody_told(app: Flask, bergen: House, browse: As) -> None:
    """T0: the list of one morning's guests at one house was left in the lobby."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        other = Location(slug="other", name="Other house", street="Street 1", postcode="5003", city="Bergen", country="NO", zone="Europe/Oslo")
        db.session.add(other)
        db.session.flush()
        elsewhere = Resource(location_id=other.id, kind="meeting_room", slug="elsewhere", name="Elsewhere", capacity=4, units=1)
        db.session.add(elsewhere)
        db.session.flush()
        booked(bergen, bergen.alice, MONDAY)
        booked(bergen, bergen.arne, MONDAY + HOUR)
        booked(bergen, bergen.bob, MONDAY + DAY * 3)
        booked(bergen, bergen.mats, MONDAY, elsewhere)
        for person, locale in ((bergen.alice, "nb"), (bergen.arne, "fr")):
            db.session.get_one(Person, person.id).locale = locale
        db.session.commit()
    with time_machine.travel(MONDAY + 5 * HOUR, tick=False):
        mats = browse(bergen, bergen.mats)
        opened = mats.post("/desk/privacy/incidents", data={
            "title": "A list was left in the lobby", "aware_at": "2026-11-30T12:00", "keys": ["booking.time"], "location": str(bergen.location.id),
            "began_at": "2026-11-30T00:00", "ended_at": "2026-11-30T23:00", "happened": "It lay there for an hour.", "measures": "We took it away.",
        })  # fmt: skip
        assert opened.status_code == 303, opened.text
        page = mats.get(opened.location).text
        assert "2 people" in page and bergen.alice.name in page and bergen.arne.name in page and bergen.bob.email not in page
        assert mats.post(f"{opened.location}/judgement", data={"risk": "high", "why": "Names and times were open"}).status_code == 303
    with app.test_request_context(base_url=f"http://{bergen.host}"), tenancy.acting_for(bergen.operator.id), time_machine.travel(MONDAY + DAY):
        app.preprocess_request()
        incident = db.session.scalars(sa.select(Incident)).one()
        assert affected(incident).people == {bergen.alice.id, bergen.arne.id} and affected(incident).addresses == set()
        assert incident.affected == 2
        assert cases.due_at(incident, "NO") - incident.aware_at == timedelta(hours=72)
        for language in ("en", "fr", "nb"):
            for name, heading, text in drafts(incident, language, 2):
                assert heading and incident.happened in text, name
        authority = drafts(incident, "en", 2)[0][2]
        for said in (
            "Datatilsynet",
            "About 2 people",
            "We took it away.",
            bergen.operator.legal_name,
            bergen.operator.email,
            "Names and times were open",
        ):
            assert said in authority
        telling.send(incident)
        telling.tell(str(incident.id))
        telling.tell(str(incident.id))
        db.session.commit()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(IncidentNotice)) == 2
    (norwegian,), (french,) = mails(app, bergen.alice.email), mails(app, bergen.arne.email)
    assert (norwegian.locale, french.locale) == ("nb", "fr")
    assert "It lay there for an hour." in norwegian.text and "It lay there for an hour." in french.text
    assert mails(app, bergen.bob.email) == []


def test_telling_the_authority_late_needs_a_reason_and_nothing_closes_before_it_is_done(app: Flask, bergen: House, browse: As) -> None:
    with time_machine.travel(MONDAY, tick=False):
        opened = browse(bergen, bergen.mats).post("/desk/privacy/incidents", data={"title": "A laptop is gone", "aware_at": "2026-11-30T07:00"})
    with time_machine.travel(MONDAY + 4 * DAY, tick=False):
        mats = browse(bergen, bergen.mats)
        told = {"told_at": "2026-12-04T07:00"}
        assert "72 hours" in mats.get(opened.location).text
        assert mats.post(f"{opened.location}/closing").status_code == 422
        mats.post(f"{opened.location}/judgement", data={"risk": "risk", "why": "The disk was encrypted"})
        assert mats.post(f"{opened.location}/authority", data=told).status_code == 422
        assert mats.post(f"{opened.location}/authority", data=told | {"late_because": "Found out whose it was only today"}).status_code == 303
        assert mats.post(f"{opened.location}/closing").status_code == 303


def test_addresses_without_an_account_count_and_are_written_to_once(app: Flask, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        for email in ("Eve@example.org", "eve@example.org", bergen.alice.email):
            db.session.add(Enquiry(name="E", email=email, message="Hello", locale="en"))
        incident = cases.open_incident("The contact page leaked", MONDAY, bergen.mats.id)
        incident.keys = ["enquiry.email"]
        db.session.flush()
        found = affected(incident)
        assert found.addresses == {"eve@example.org"} and found.people == {bergen.alice.id}
        telling.send(incident)
        telling.tell(str(incident.id))
        db.session.commit()
    assert len(mails(app, "eve@example.org")) == 1 and len(mails(app, bergen.alice.email)) == 1


def test_another_house_is_never_among_them(app: Flask, bergen: House, nantes: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        incident = cases.open_incident("Everything", MONDAY, bergen.mats.id)
        incident.keys = ["person.name", "person.email"]
        assert affected(incident).people == {each.id for each in (bergen.olga, bergen.mats, bergen.siri, bergen.arne, bergen.alice, bergen.bob)}
        db.session.rollback()


@pytest.mark.proves("WPX-72")
def test_an_account_of_a_child_that_somebody_reports_is_set_aside_by_staff(app: Flask, bergen: House, browse: As) -> None:
    browse(bergen).post("/privacy/report", data={"kind": "child", "words": "Bob is twelve"})
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        report = db.session.scalars(sa.select(ProblemReport)).one()
    bob, mats = browse(bergen, bergen.bob), browse(bergen, bergen.mats)
    address = f"/desk/privacy/reports/{report.id}/freezing"
    assert "Set the account aside" in mats.get("/desk/privacy/incidents").text
    assert "Nothing was changed" in mats.post(address, data={"email": bergen.olga.email}, follow_redirects=True).text
    assert bob.get("/profile").status_code == 200
    assert mats.post(address, data={"email": bergen.bob.email}).status_code == 303
    assert bob.get("/profile").status_code == 303
