"""Complaining to us: acknowledged at once, with a day by which somebody answers."""

import pytest
from flask import Flask

from tests.cast import House
from tests.conftest import As
from tests.privacy.test_requests import asked, mails


@pytest.mark.proves("W2G-52", "CWL-49")
@pytest.mark.usefixtures("eight_on_monday")
def test_a_complaint_is_acknowledged_with_its_day_and_answered_by_somebody(app: Flask, bergen: House, browse: As) -> None:
    alice, desk = browse(bergen, bergen.alice), browse(bergen, bergen.mats)
    assert alice.post("/privacy/mine/requests", data={"kind": "complaint", "words": "You wrote to me twice."}).status_code == 303
    complaint = asked(app, bergen)
    assert complaint.kind == "complaint"
    [told] = mails(app, bergen, "alice@kvartal.example")
    assert complaint.reference in told.subject
    assert "30 Dec 2026" in told.text or "30. des. 2026" in told.text
    assert complaint.reference in desk.get("/desk/privacy").text
    answer = desk.post(f"/desk/privacy/requests/{complaint.id}/answer", data={"answer": "It will not happen again."})
    assert answer.status_code == 303
    assert any("It will not happen again." in mail.text for mail in mails(app, bergen, "alice@kvartal.example"))
