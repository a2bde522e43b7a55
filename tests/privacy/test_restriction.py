"""Data that is set aside: kept, and not used (GDPR Art. 18)."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.bookings.models import Booking
from coworking.core import clock, mail, tenancy
from coworking.core.db import db
from coworking.core.mail_classes import MailClass
from coworking.core.outbox import OutboxMail
from coworking.memberships import revenue
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.privacy import inactivity, mail_choices, restricting, retention_jobs
from coworking.privacy.models import InactivityNotice, PrivacyRequest, Restriction
from tests.cast import MONDAY, House
from tests.conftest import As
from tests.memberships.helpers import a_plan, on_plan
from tests.privacy.past import booked

pytestmark = [pytest.mark.usefixtures("eight_on_monday"), pytest.mark.proves("WPX-45")]
TODAY = date(2026, 11, 30)


def _aside(app: Flask, house: House, person: Person | None = None) -> Restriction:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        found = db.session.get_one(Person, (person or house.alice).id)
        row = restricting.ask(db.session.get_one(Operator, house.operator.id), found, restricting.ACCURACY, "signed_in")
        db.session.commit()
        return row


def _row(app: Flask, house: House) -> Restriction:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return db.session.scalars(sa.select(Restriction)).one()


def test_a_member_sets_their_data_aside_at_once_and_ends_it_as_easily(app: Flask, bergen: House, browse: As) -> None:
    alice = browse(bergen, bergen.alice)
    assert "Set your data aside" in alice.get("/privacy/mine/limits").text
    assert alice.post("/privacy/mine/restriction", data={"reason": "claims", "words": "The window"}).status_code == 303
    assert "Set aside since" in alice.get("/privacy/mine/limits").text
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        request = db.session.scalars(sa.select(PrivacyRequest)).one()
        assert (request.kind, request.state, request.words) == ("restrict", "done", "The window")
    assert alice.post("/privacy/mine/restriction/end").status_code == 303
    assert _row(app, bergen).lifted_at is not None


@pytest.mark.parametrize("reason", ["", "because"])
def test_it_needs_one_of_the_four_reasons(app: Flask, bergen: House, browse: As, reason: str) -> None:
    answer = browse(bergen, bergen.alice).post("/privacy/mine/restriction", data={"reason": reason, "words": "The window"})
    assert answer.status_code == 422
    assert "Choose one of these" in answer.text and "The window" in answer.text


def test_a_stranger_is_asked_who_they_are(bergen: House, browse: As) -> None:
    assert browse(bergen).get("/privacy/mine/limits").status_code == 303
    assert browse(bergen).post("/privacy/mine/restriction", data={"reason": "claims"}).status_code == 303


def test_asking_twice_is_asking_once(app: Flask, bergen: House) -> None:
    assert _aside(app, bergen).id == _aside(app, bergen).id


def test_no_letter_but_what_is_needed_reaches_them(app: Flask, bergen: House) -> None:
    _aside(app, bergen)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        for each in MailClass:
            assert mail_choices.wants("alice@kvartal.example", each) is (not each.can_be_stopped)
        with pytest.raises(mail.NotWanted):
            mail.post(to="alice@kvartal.example", template="emails/privacy/message_activity", locale="en")


def test_they_stand_in_no_list_and_are_found_by_whoever_knows_them(app: Flask, bergen: House, browse: As) -> None:
    _aside(app, bergen)
    siri, olga = browse(bergen, bergen.siri), browse(bergen, bergen.olga)
    for path in ("/desk/people", "/desk/people?q=alice", "/desk/people?q=kvartal", "/desk/people?role=member"):
        assert "alice@kvartal.example" not in siri.get(path).text, path
        assert "bob@kvartal.example" in siri.get("/desk/people?q=bob").text
    for exact in ("Alice Kvartal", "alice%20kvartal", "alice@kvartal.example"):
        found = siri.get(f"/desk/people?q={exact}").text
        assert "alice@kvartal.example" in found and "Set aside" in found
    for path in ("/desk/people.csv", "/desk/people.csv?q=alice@kvartal.example"):
        assert "alice@kvartal.example" not in olga.get(path).text


def test_their_page_at_the_desk_says_only_that_until_it_is_needed_for_a_claim(app: Flask, bergen: House, browse: As) -> None:
    _aside(app, bergen)
    page = f"/desk/people/{bergen.alice.id}"
    shown = browse(bergen, bergen.siri).get(page).text
    assert "It is kept and not used" in shown and "alice@kvartal.example" not in shown
    assert "alice@kvartal.example" not in browse(bergen, bergen.siri).get(f"{page}?because=claims").text
    assert "alice@kvartal.example" in browse(bergen, bergen.mats).get(f"{page}?because=claims").text


def test_they_are_in_no_statistic_and_the_books_stay_whole(app: Flask, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        on_plan(bergen.alice, a_plan(), TODAY)
        db.session.commit()
        operator = db.session.get_one(Operator, bergen.operator.id)
        without = restricting.people()
        assert revenue.months(operator, TODAY, 1, without)[0].started == 1
        assert [share.subscriptions for share in revenue.recurring(operator, TODAY, without)] == [1]
    _aside(app, bergen)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        operator = db.session.get_one(Operator, bergen.operator.id)
        assert revenue.months(operator, TODAY, 1, without)[0].started == 0
        assert revenue.recurring(operator, TODAY, without) == []
        assert revenue.months(operator, TODAY, 1)[0].invoiced == revenue.months(operator, TODAY, 1, without)[0].invoiced


def test_nothing_is_suggested_from_what_they_did(app: Flask, bergen: House, browse: As) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        for week in range(1, 6):
            booked(bergen, db.session.get_one(Person, bergen.alice.id), TODAY - timedelta(days=7 * week), room=bergen.fjord)
        db.session.commit()
    alice = browse(bergen, bergen.alice)
    assert "Book again" in alice.get("/home").text or "/rooms/fjord" in alice.get("/home").text
    before = alice.get("/home").text.count("fjord")
    _aside(app, bergen)
    assert alice.get("/home").text.count("fjord") < before


def test_no_job_erases_or_warns_them(app: Flask, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        alice = db.session.get_one(Person, bergen.alice.id)
        alice.joined_at = MONDAY - timedelta(days=800)
        alice.last_used_on = TODAY - timedelta(days=720)
        booked(bergen, alice, TODAY - timedelta(days=400))
        booked(bergen, db.session.get_one(Person, bergen.bob.id), TODAY - timedelta(days=400), 12)
        db.session.commit()
    _aside(app, bergen)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert retention_jobs.forget()
        inactivity.look()
        assert db.session.scalars(sa.select(Booking.person_id)).all() == [bergen.alice.id]
        assert not db.session.scalars(sa.select(InactivityNotice)).all()


def test_they_are_told_first_and_it_ends_no_sooner_than_a_day_later(app: Flask, bergen: House, browse: As) -> None:
    row = _aside(app, bergen)
    mats = browse(bergen, bergen.mats)
    assert "Tell them that it ends" in mats.get("/desk/privacy/keeping").text
    assert browse(bergen, bergen.siri).post(f"/desk/privacy/restrictions/{row.id}/announcement").status_code == 403
    with time_machine.travel(clock.at_wall(TODAY, 600, "Europe/Oslo"), tick=False):
        assert mats.post(f"/desk/privacy/restrictions/{row.id}/announcement").status_code == 303
    assert _row(app, bergen).lifted_at is None
    told: list[str] = []
    for hours, lifted in ((23, False), (25, True)):
        with (
            time_machine.travel(clock.at_wall(TODAY, 600, "Europe/Oslo") + timedelta(hours=hours), tick=False),
            app.app_context(),
            tenancy.acting_for(bergen.operator.id),
        ):
            retention_jobs.forget()
            told = list(db.session.scalars(sa.select(OutboxMail.subject).where(OutboxMail.to == "alice@kvartal.example")))
        assert (_row(app, bergen).lifted_at is not None) is lifted
    assert len(told) == 4, told


def test_contracts_and_what_they_do_themselves_go_on(app: Flask, bergen: House, browse: As) -> None:
    _aside(app, bergen)
    answer = browse(bergen, bergen.alice).post("/rooms/fjord/bookings", data={"day": "2026-12-01", "from": "10:00", "to": "11:00"})
    assert answer.status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalars(sa.select(Booking)).one().person_id == bergen.alice.id


def test_what_comes_on_paper_is_entered_by_staff(app: Flask, bergen: House, browse: As) -> None:
    mats = browse(bergen, bergen.mats)
    paper = {"channel": "paper", "received_on": "2026-11-27", "words": "Do not use it", "kind": "restrict", "email": "alice@kvartal.example"}
    page = mats.post("/desk/privacy/requests", data=paper).location
    assert "It counts at once" in mats.get(page).text
    assert mats.post(f"{page}/restriction", data={"reason": "none"}).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert not db.session.scalars(sa.select(Restriction)).all()
    assert mats.post(f"{page}/restriction", data={"reason": "claims"}).status_code == 303
    assert _row(app, bergen).reason == "claims"
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalars(sa.select(PrivacyRequest)).one().state == "done"
    assert browse(bergen, bergen.siri).post(f"{page}/restriction", data={"reason": "claims"}).status_code == 403
