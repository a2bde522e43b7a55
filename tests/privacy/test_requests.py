"""Requests about data: the same month for all, put off once and with a reason, answered, refused, and free."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.privacy import requests
from coworking.privacy.models import PrivacyRequest
from coworking.privacy.models.asking import RequestKind
from tests.cast import MONDAY, House
from tests.conftest import As


@pytest.mark.parametrize(
    ("received", "months", "country", "due"),
    [
        (date(2026, 11, 30), 1, "NO", date(2026, 12, 30)),
        (date(2027, 1, 31), 1, "NO", date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2028, 1, 31), 1, "NO", date(2028, 2, 29)),
        (date(2026, 11, 25), 1, "NO", date(2026, 12, 28)),  # Christmas on a Friday, then the weekend
        (date(2026, 11, 26), 1, "GB", date(2026, 12, 29)),  # Boxing Day on a Saturday, its substitute on the Monday
        (date(2026, 6, 14), 1, "FR", date(2026, 7, 15)),  # Bastille day
        (date(2026, 6, 14), 1, "NO", date(2026, 7, 14)),
        (date(2026, 11, 30), 3, "NO", date(2027, 3, 1)),
        (date(2026, 12, 1), 1, "XX", date(2027, 1, 1)),
    ],
)
def test_the_last_day_is_reckoned_as_the_regulation_says(received: date, months: int, country: str, due: date) -> None:
    assert requests.due_on(received, months, country) == due


def asked(app: Flask, house: House) -> PrivacyRequest:
    """The latest request, as the database has it."""
    with app.app_context(), tenancy.acting_for(house.operator.id):
        found = db.session.scalar(sa.select(PrivacyRequest).order_by(PrivacyRequest.id.desc()).limit(1))
        assert found is not None
        db.session.expunge(found)
        return found


def mails(app: Flask, house: House, to: str) -> list[OutboxMail]:
    """Everything mailed to somebody."""
    with app.app_context(), tenancy.acting_for(house.operator.id):
        found = list(db.session.scalars(sa.select(OutboxMail).where(OutboxMail.to == to).order_by(OutboxMail.id)))
        db.session.expunge_all()
        return found


WRITTEN = {"kind": "access", "email": "alice@kvartal.example", "name": "", "words": "What do you have?", "received_on": "2026-11-26"}


@pytest.mark.proves("WPX-80", "W2G-63", "CWL-51", "CLW-71", "CWL-49")
@pytest.mark.parametrize("channel", ["paper", "email", "phone"])
@pytest.mark.usefixtures("eight_on_monday")
def test_what_staff_write_down_has_the_same_clock_as_a_click(app: Flask, bergen: House, browse: As, channel: str) -> None:
    desk, alice = browse(bergen, bergen.mats), browse(bergen, bergen.alice)
    assert desk.post("/desk/privacy/requests", data=WRITTEN | {"channel": channel, "received_on": "2026-11-30"}).status_code == 303
    by_hand = asked(app, bergen)
    assert alice.post("/privacy/mine/requests", data={"kind": "question", "words": "What do you have?"}).status_code == 303
    by_click = asked(app, bergen)
    assert by_hand.due_on == by_click.due_on == date(2026, 12, 30)
    assert by_hand.person_id == by_click.person_id == bergen.alice.id
    assert re.fullmatch(r"R-[0-9A-Z]{8}", by_hand.reference)
    told = mails(app, bergen, "alice@kvartal.example")
    assert [by_hand.reference in mail.subject for mail in told] == [True, False]
    assert "30 Dec 2026" in told[0].text or "30. des. 2026" in told[0].text
    assert by_hand.reference in alice.get("/privacy/mine").text


@pytest.mark.usefixtures("eight_on_monday")
def test_the_month_runs_from_the_day_on_which_it_came(app: Flask, bergen: House, browse: As) -> None:
    desk = browse(bergen, bergen.mats)
    desk.post("/desk/privacy/requests", data=WRITTEN | {"channel": "paper", "received_on": "2026-10-05"})
    found = asked(app, bergen)
    assert found.due_on == date(2026, 11, 5)
    assert "Late since 5 Nov 2026" in desk.get("/desk/privacy").text
    assert "The last day was 5 Nov 2026" in desk.get(f"/desk/privacy/requests/{found.id}").text
    for wrong in ({"received_on": "2026-12-24"}, {"received_on": "soon"}, {"kind": "gift"}, {"channel": "pigeon"}, {"email": "", "name": ""}):
        assert desk.post("/desk/privacy/requests", data=WRITTEN | {"channel": "paper"} | wrong).status_code == 422


@pytest.mark.usefixtures("eight_on_monday")
def test_a_letter_without_an_address_is_answered_by_post(app: Flask, bergen: House, browse: As) -> None:
    desk = browse(bergen, bergen.mats)
    desk.post("/desk/privacy/requests", data=WRITTEN | {"channel": "paper", "email": "", "name": "Kari Nordmann"})
    found = asked(app, bergen)
    page = desk.get(f"/desk/privacy/requests/{found.id}").text
    assert "Print it and send it by post." in page
    assert desk.post(f"/desk/privacy/requests/{found.id}/answer", data={"answer": "Nothing."}).status_code == 303
    assert asked(app, bergen).state == "done"
    assert not mails(app, bergen, "")


def test_it_is_put_off_once_with_a_reason_within_the_first_month(app: Flask, bergen: House, browse: As) -> None:
    with time_machine.travel(MONDAY, tick=False):
        browse(bergen, bergen.alice).post("/privacy/mine/requests", data={"kind": "question", "words": "Why?"})
        found = asked(app, bergen)
        desk = browse(bergen, bergen.mats)
        assert desk.post(f"/desk/privacy/requests/{found.id}/extension", data={"reason": " "}).status_code == 422
    with time_machine.travel(MONDAY + timedelta(days=30), tick=False):
        desk = browse(bergen, bergen.mats)
        assert desk.post(f"/desk/privacy/requests/{found.id}/extension", data={"reason": "Two thousand papers."}).status_code == 303
        assert desk.post(f"/desk/privacy/requests/{found.id}/extension", data={"reason": "Again."}).status_code == 409
    found = asked(app, bergen)
    assert (found.due_on, found.extended_because) == (date(2027, 3, 1), "Two thousand papers.")
    told = mails(app, bergen, "alice@kvartal.example")[-1]
    assert "Two thousand papers." in told.text
    assert "/privacy/complaint" in told.text


def test_after_the_first_month_nothing_is_put_off(app: Flask, bergen: House, browse: As) -> None:
    with time_machine.travel(MONDAY, tick=False):
        browse(bergen, bergen.alice).post("/privacy/mine/requests", data={"kind": "question", "words": "Why?"})
        found = asked(app, bergen)
    with time_machine.travel(MONDAY + timedelta(days=31), tick=False):
        desk = browse(bergen, bergen.mats)
        assert desk.post(f"/desk/privacy/requests/{found.id}/extension", data={"reason": "Late."}).status_code == 409
        assert "Take two months longer" not in desk.get(f"/desk/privacy/requests/{found.id}").text


@pytest.mark.proves("CWL-47")
@pytest.mark.usefixtures("eight_on_monday")
def test_a_refusal_gives_reasons_and_says_where_to_complain(app: Flask, bergen: House, browse: As) -> None:
    alice, desk = browse(bergen, bergen.alice), browse(bergen, bergen.mats)
    alice.post("/privacy/mine/requests", data={"kind": "correct", "words": "I never paid late."})
    found = asked(app, bergen)
    assert desk.post(f"/desk/privacy/requests/{found.id}/refusal", data={"because": ""}).status_code == 422
    assert desk.post(f"/desk/privacy/requests/{found.id}/refusal", data={"because": "The bank says so."}).status_code == 303
    told = mails(app, bergen, "alice@kvartal.example")[-1]
    assert "The bank says so." in told.text
    assert "/privacy/complaint" in told.text
    assert desk.post(f"/desk/privacy/requests/{found.id}/answer", data={"answer": "After all."}).status_code == 409
    assert "The bank says so." in alice.get("/privacy/mine").text


@pytest.mark.usefixtures("eight_on_monday")
def test_an_answer_reaches_the_person_in_their_language(app: Flask, bergen: House, browse: As) -> None:
    alice, desk = browse(bergen, bergen.alice), browse(bergen, bergen.mats)
    alice.post("/profile", data={"name": "Alice Kvartal", "locale": "fr", "zone": ""})
    alice.post("/privacy/mine/requests", data={"kind": "question", "words": "Pourquoi ?"})
    found = asked(app, bergen)
    assert found.locale == "fr"
    desk.post(f"/desk/privacy/requests/{found.id}/answer", data={"answer": "Parce que."})
    told = mails(app, bergen, "alice@kvartal.example")[-1]
    assert (told.locale, "Parce que." in told.html) == ("fr", True)


@pytest.mark.usefixtures("eight_on_monday")
def test_one_takes_back_ones_own_request_and_nobody_elses(app: Flask, bergen: House, browse: As) -> None:
    alice = browse(bergen, bergen.alice)
    alice.post("/privacy/mine/requests", data={"kind": "question", "words": "Why?"})
    found = asked(app, bergen)
    assert browse(bergen, bergen.bob).post(f"/privacy/mine/requests/{found.id}/withdrawal").status_code == 404
    assert alice.post(f"/privacy/mine/requests/{found.id}/withdrawal").status_code == 303
    assert asked(app, bergen).state == "withdrawn"


def test_only_who_looks_after_privacy_reads_requests(bergen: House, browse: As) -> None:
    for person, status in ((bergen.olga, 200), (bergen.mats, 200), (bergen.siri, 403), (bergen.arne, 403), (bergen.alice, 403), (None, 303)):
        assert browse(bergen, person).get("/desk/privacy").status_code == status


@pytest.mark.proves("CWL-46")
def test_asking_costs_nothing_and_needs_neither_reason_nor_papers(app: Flask, bergen: House, browse: As) -> None:
    alice, desk = browse(bergen, bergen.alice), browse(bergen, bergen.mats)
    pages = [
        alice.get("/privacy/mine").text,
        alice.get("/privacy/mine/request").text,
        browse(bergen).get("/privacy/ask").text,
        desk.get("/desk/privacy/requests/new").text,
    ]
    for page in pages:
        assert 'type="file"' not in page
        assert "reason" not in " ".join(re.findall(r'<(?:input|textarea|select)[^>]*name="([^"]+)"', page))
    assert not {column.name for column in PrivacyRequest.__table__.columns} & {"fee", "amount", "price", "id_document"}
    assert {kind.value for kind in RequestKind} == {"access", "export", "correct", "erase", "restrict", "object", "question", "complaint"}
