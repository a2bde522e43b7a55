"""The member's pages: order, see the plan, change, pause, leave and withdraw; signed out too."""

from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.memberships.models import Order, Pause, Promotion, Subscription
from coworking.people.company import Company
from tests.cast import House
from tests.conftest import As

from .conftest import Postman
from .helpers import START, a_plan, on_plan

pytestmark = pytest.mark.usefixtures("december")
ORDER = {"buyer": "private", "starts_on": "2026-12-01", "country": "NO", "begin_at_once": "y", "code": ""}


@pytest.fixture
def plans(app: Flask, bergen: House) -> None:
    """Two plans on offer in Bergen."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        a_plan("desk", sign_up_fee=50000)
        a_plan("office", 620000, 20, seats=2, seat_amount=155000)
        db.session.add(Promotion(code="HALF", percent=50, periods=1, currency="NOK"))
        db.session.commit()


@pytest.fixture
def subscription(app: Flask, bergen: House, plans: None, postman: Postman) -> str:
    """Alice's, on the desk plan since today."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        from coworking.memberships.models import Plan

        plan = db.session.scalars(sa.select(Plan).where(Plan.slug == "desk")).one()
        row = on_plan(bergen.alice, plan.current, begin_at_once=True)
        db.session.commit()
        return str(row.id)


def _look(app: Flask, house: House, table: type) -> list[object]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return list(db.session.scalars(sa.select(table)))


@pytest.mark.proves("WPX-15")
def test_a_member_orders_and_sees_the_plan(app: Flask, bergen: House, browse: As, plans: None) -> None:
    client = browse(bergen, bergen.alice)
    page = client.get("/plans/desk/join")
    assert page.status_code == 200
    assert "Order and pay" in page.text and "3,600\u00a0kr" in page.text
    sent = client.post("/plans/desk/join", data={**ORDER, "form_key": "k"})
    again = client.post("/plans/desk/join", data={**ORDER, "form_key": "k"})
    assert (sent.status_code, sent.location) == (303, again.location)
    assert len(_look(app, bergen, Subscription)) == 1
    assert "Desk is yours" in client.get(sent.location).text
    plan = client.get("/plan").text
    assert "10 h in meeting rooms left, of 10 h" in plan
    assert "Withdraw from the contract here" in plan


def test_the_sum_follows_the_answers_without_saying_anything_is_wrong_yet(bergen: House, browse: As, plans: None) -> None:
    shown = browse(bergen, bergen.alice).post("/plans/desk/join", data={**ORDER, "code": "half", "show": "1"})
    assert shown.status_code == 200
    assert "2,050\u00a0kr" in shown.text
    company = browse(bergen).get("/plans/desk/join?as=company")
    assert "2,480\u00a0kr" in company.text and "VAT" in company.text


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"begin_at_once": ""}, "Tick this to begin so soon"), ({"code": "NOPE"}, "This code gives nothing here"), ({"starts_on": "2020-01-01"}, "Choose a day from today"),
        ({"starts_on": "31/12"}, "Enter a date like"), ({"country": "XX"}, "Choose one of the list"), ({"buyer": "company", "street": "x"}, "Enter the company"),
        ({"buyer": "company", "company": "A", "street": "B", "vat_number": "NO1"}, "no VAT number"), ({"code": "\x00"}, "Some characters"),
    ],
)  # fmt: skip
def test_wrong_answers_come_back_with_the_reason_and_order_nothing(
    app: Flask, bergen: House, browse: As, plans: None, answers: dict[str, str], said: str
) -> None:
    sent = browse(bergen, bergen.alice).post("/plans/desk/join", data={**ORDER, **answers})
    assert sent.status_code == 422
    assert said in sent.text
    assert _look(app, bergen, Order) == []


def test_a_visitor_opens_an_account_on_the_way_and_finds_the_order_as_it_was(bergen: House, browse: As, plans: None, postman: Postman) -> None:
    client = browse(bergen)
    visitor = {
        "name": "Nora Lie",
        "email": "nora@example.org",
        "password": "seven green boats",
        "adult": "y",
        "street": "Strandgaten 1",
        "code": "HALF",
        "form_key": "k",
    }
    sent = client.post("/plans/desk/join", data={**ORDER, **visitor})
    assert (sent.status_code, sent.location) == (303, "/check-your-mail/join")
    back = client.post(postman.letters(bergen)[-1].link).location
    page = client.get(back).text
    assert "Strandgaten 1" in page and "HALF" in page and "2,050\u00a0kr" in page and "Order and pay" in page


def test_a_company_of_several_gets_one_plan_and_its_founder_runs_it(app: Flask, bergen: House, browse: As, plans: None) -> None:
    answers = {**ORDER, "buyer": "company", "company": "Fjell AS", "street": "Torget 1", "seats": "4"}
    sent = browse(bergen, bergen.alice).post("/plans/office/join", data=answers)
    assert sent.status_code == 303
    company = _look(app, bergen, Company)[0]
    bought = _look(app, bergen, Subscription)[0]
    assert isinstance(company, Company) and isinstance(bought, Subscription)
    assert (bought.company_id, bought.person_id, bought.seats) == (company.id, None, 4)


def test_a_member_changes_pauses_and_goes_on(app: Flask, bergen: House, browse: As, subscription: str) -> None:
    client = browse(bergen, bergen.alice)
    assert "Given back for unused days" in client.get(f"/plan/{subscription}/change?to=office&seats=3").text
    assert client.post(f"/plan/{subscription}/changes", data={"to": "office", "seats": "2", "when": "later"}).status_code == 303
    assert "Keep Desk instead" in client.get("/plan").text
    assert client.post(f"/plan/{subscription}/changes/cancellation").status_code == 303
    assert client.post(f"/plan/{subscription}/changes", data={"to": "office", "seats": "9999", "when": "now"}).status_code == 422
    assert client.post(f"/plan/{subscription}/changes", data={"to": "nothing"}).status_code == 404
    assert client.get(f"/plan/{subscription}/pause").status_code == 200
    assert client.post(f"/plan/{subscription}/pauses", data={"starts_on": "2026-12-10", "ends_on": "2026-12-11"}).status_code == 422
    assert client.post(f"/plan/{subscription}/pauses", data={"starts_on": "x"}).status_code == 422
    assert client.post(f"/plan/{subscription}/pauses", data={"starts_on": "2026-12-10", "ends_on": "2026-12-24"}).status_code == 303
    pause = _look(app, bergen, Pause)[0]
    assert isinstance(pause, Pause)
    assert client.post(f"/plan/{subscription}/pauses/{pause.id}/end").status_code == 303
    assert _look(app, bergen, Pause) == []


def test_leaving_takes_three_clicks_and_can_be_taken_back(bergen: House, browse: As, subscription: str) -> None:
    client = browse(bergen, bergen.alice)
    assert 'href="/leave"' in client.get("/plan").text
    told = client.get("/leave").text
    assert "Last invoice" in told and "Confirm: end Desk" in told
    assert client.post(f"/plan/{subscription}/notice").status_code == 303
    assert "Stay after all" in client.get("/plan").text
    assert client.post(f"/plan/{subscription}/notice/cancellation").status_code == 303
    assert "Stay after all" not in client.get("/plan").text


@pytest.mark.parametrize("path", ["/", "/plans", "/rooms", "/sign-in", "/join", "/contact", "/leave"])
def test_the_way_out_is_at_the_foot_of_every_page(bergen: House, browse: As, path: str) -> None:
    assert 'href="/leave"' in browse(bergen).get(path).text


def test_who_is_not_signed_in_leaves_by_a_mailed_link_and_the_notice_counts_from_the_wish(
    app: Flask, bergen: House, browse: As, subscription: str, postman: Postman
) -> None:
    client = browse(bergen)
    form = {"name": "Alice", "email": bergen.alice.email.upper(), "contract": "Desk"}
    known, unknown = client.post("/leave", data=form), client.post("/leave", data={**form, "email": "nobody@example.org"})
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location) == (303, "/leave/sent")
    letters = {letter.to: letter for letter in postman.letters(bergen)}
    assert "nobody@example.org" in letters[bergen.operator.email].text
    link = letters[bergen.alice.email].link
    with time_machine.travel("2026-12-05T08:00:00Z", tick=False):
        assert "Confirm the end of the contract" in client.get(link).text
        assert client.post(link).status_code == 200
        assert client.post(link).status_code == 404
    left = _look(app, bergen, Subscription)[0]
    assert isinstance(left, Subscription)
    assert left.ends_on == date(2027, 1, 1), "thirty days from 1 December are within what is paid"
    assert postman.letters(bergen)[-1].to == bergen.alice.email


def test_a_consumer_withdraws_in_two_steps_and_has_it_in_writing(app: Flask, bergen: House, browse: As, subscription: str, postman: Postman) -> None:
    client = browse(bergen, bergen.alice)
    assert "Confirm withdrawal" in client.get(f"/plan/{subscription}/withdrawal").text
    for _ in range(2):
        assert client.post(f"/plan/{subscription}/withdrawal").status_code == 303
    letter = postman.letters(bergen)[-1]
    assert letter.to == bergen.alice.email and "Desk" in letter.text
    row = _look(app, bergen, Subscription)[0]
    assert isinstance(row, Subscription) and (row.state, row.end_reason) == ("ended", "withdrawal")


def test_nobody_reads_or_changes_another_s_plan(bergen: House, nantes: House, browse: As, subscription: str) -> None:
    for client in (browse(bergen, bergen.bob), browse(nantes, nantes.alice)):
        assert client.get(f"/plan/{subscription}/change").status_code == 404
        for path in ("changes", "changes/cancellation", "pauses", "notice", "notice/cancellation", "withdrawal"):
            assert client.post(f"/plan/{subscription}/{path}").status_code == 404


def test_every_mail_about_a_plan_is_written_in_the_readers_language(app: Flask, bergen: House, subscription: str, postman: Postman) -> None:
    assert [letter.to for letter in postman.letters(bergen)] == [bergen.alice.email]
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalars(sa.select(OutboxMail)).one().locale == "nb"
    assert START.isoformat() == "2026-12-01"
