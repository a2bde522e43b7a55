"""Asking to be erased: what one reads before, what stands in the way, the receipt, and what the desk still sees."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask_babel import gettext

from coworking.billing.accounts import account_of
from coworking.billing.models import Account, Invoice
from coworking.core import clock, i18n, tenancy
from coworking.core.db import db
from coworking.people import companies
from coworking.people.company import Seat
from coworking.people.models import Person, SignInSession
from coworking.privacy import holds
from coworking.privacy.erasing import asking, blockers, doing, jobs, planning, receipts, running
from coworking.privacy.erasing.planning import Outcome
from coworking.privacy.finding import Subject
from coworking.privacy.models import ErasureReceipt, PrivacyRequest
from tests.billing.helpers import charged, issued
from tests.cast import House
from tests.memberships.helpers import a_plan, on_plan

from . import life, past


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What was asked of the database."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


def _browser(browse: Any, house: House, person: Person | None = None, language: str = "en") -> Any:
    """A client of its own: nobody that this context asked about before is taken for its person."""
    db.session.commit()
    client = browse(house, person, language)
    for known in ("_login_user", "sign_in_session", "_flask_babel"):
        g.pop(known, None)
    db.session.rollback()
    return client


def _own(person: Person) -> Person:
    return db.session.get_one(Person, person.id)


def _keys(person: Person) -> list[str]:
    return [each.key for each in blockers.blockers(_own(person))]


@pytest.mark.proves("CWL-44", "WPX-44")
def test_a_member_reads_confirms_and_gets_a_receipt(app: Flask, bergen: House, browse: Any) -> None:
    client = browse(bergen, bergen.alice)
    page = client.get("/privacy/mine/erasure")
    assert page.status_code == 200 and "E-mail address" in page.text and 'name="sure"' in page.text
    # What she never gave is not said to be erased.
    assert "Phone number" not in page.text
    assert client.post("/privacy/mine/erasure").status_code == 422
    answer = client.post("/privacy/mine/erasure", data={"sure": "yes"})
    assert answer.status_code == 303 and "/privacy/receipt/" in answer.location
    receipt = browse(bergen).get(answer.location)
    assert receipt.status_code == 200 and "Your data is erased" in receipt.text
    assert bergen.alice.email not in receipt.text and bergen.alice.name not in receipt.text
    assert client.get("/home").status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.get(Person, bergen.alice.id) is None
        asked = db.session.scalars(sa.select(PrivacyRequest)).one()
        assert (asked.state, asked.person_id, asked.email, asked.name) == ("done", None, "", "")


def test_a_receipt_needs_its_number(bergen: House, browse: Any) -> None:
    assert browse(bergen).get("/privacy/receipt/AAAA-BBBB-CCCC").status_code == 404


def test_a_stranger_is_asked_for_an_address(bergen: House, browse: Any) -> None:
    assert browse(bergen).get("/privacy/mine/erasure").status_code == 303


@pytest.mark.proves("WPX-44")
def test_what_still_runs_stands_in_the_way_and_says_how_to_end_it(inside: House) -> None:
    assert _keys(inside.alice) == []
    on_plan(inside.alice, a_plan())
    assert "plan" in _keys(inside.alice)
    past.booked(inside, _own(inside.bob), clock.now().date() + timedelta(days=3))
    assert _keys(inside.bob) == ["bookings"]
    charged(account_of(_own(inside.siri)))
    assert "charges" in _keys(inside.siri)
    issued(account_of(_own(inside.arne)))
    assert "invoices" in _keys(inside.arne)
    assert _keys(inside.olga) == ["owner"]
    company = companies.found("Fjord AS", _own(inside.mats))
    assert _keys(inside.mats) == []
    db.session.add(Seat(company_id=company.id, person_id=inside.siri.id, admin=False, joined_at=clock.now()))
    db.session.flush()
    assert _keys(inside.mats) == ["admin"]


@pytest.mark.proves("WPX-44")
def test_a_wish_waits_and_is_done_by_itself(app: Flask, inside: House, browse: Any) -> None:
    made = past.booked(inside, _own(inside.bob), clock.now().date() + timedelta(days=2))
    ends = made.ends_at
    db.session.commit()
    client = _browser(browse, inside, inside.bob)
    answer = client.post("/privacy/mine/erasure", data={"sure": "yes"})
    assert answer.location.endswith("/privacy/mine/erasure")
    assert "You asked for this" in client.get("/privacy/mine/erasure").text
    with clock.standing_at(ends - timedelta(hours=1)):
        jobs.erase_due()
        db.session.commit()
        life.work_off(app, inside)
        assert db.session.get(Person, inside.bob.id) is not None
    with clock.standing_at(ends + timedelta(days=1)):
        jobs.erase_due()
        db.session.commit()
        life.work_off(app, inside)
    assert db.session.get(Person, inside.bob.id) is None
    assert db.session.scalars(sa.select(ErasureReceipt.why)).all() == ["asked"]


def test_a_wish_that_waits_can_be_taken_back(app: Flask, inside: House, browse: Any) -> None:
    past.booked(inside, _own(inside.bob), clock.now().date() + timedelta(days=2))
    db.session.commit()
    client = _browser(browse, inside, inside.bob)
    client.post("/privacy/mine/erasure", data={"sure": "yes"})
    client.post("/privacy/mine/erasure/withdrawal")
    assert "You asked for this" not in client.get("/privacy/mine/erasure").text


def test_much_is_erased_in_a_job_and_the_account_is_closed_meanwhile(app: Flask, inside: House, browse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doing, "AT_ONCE", 3)
    client = _browser(browse, inside, inside.alice)
    answer = client.post("/privacy/mine/erasure", data={"sure": "yes"})
    assert "We are erasing your data" in _browser(browse, inside).get(answer.location).text
    assert client.get("/home").status_code == 303
    life.work_off(app, inside)
    assert "Your data is erased" in _browser(browse, inside).get(answer.location).text


@pytest.mark.proves("CWL-42")
def test_a_childs_account_is_closed_at_once_and_gone_within_a_week(app: Flask, inside: House) -> None:
    on_plan(inside.alice, a_plan())
    asking.freeze(_own(inside.alice))
    assert db.session.get_one(Person, inside.alice.id).closed_at is not None
    open_sessions = sa.select(SignInSession.id).where(SignInSession.person_id == inside.alice.id, SignInSession.ended_at.is_(None))
    assert db.session.scalars(open_sessions).all() == []
    db.session.commit()
    day = clock.now()
    for days, there in ((6, True), (7, False)):
        with clock.standing_at(day + timedelta(days=days)):
            jobs.erase_due()
            db.session.commit()
            life.work_off(app, inside)
            assert (db.session.get(Person, inside.alice.id) is not None) is there


@pytest.mark.proves("CWL-42")
def test_staff_finds_that_somebody_is_no_child(inside: House) -> None:
    asked = asking.freeze(_own(inside.alice))
    asking.checked(asked, is_a_child=False, by=_own(inside.mats))
    assert _own(inside.alice).is_active and asked.state == "refused"
    asking.checked(asking.freeze(_own(inside.alice)), is_a_child=True, by=_own(inside.mats))
    assert db.session.get(Person, inside.alice.id) is None


@pytest.mark.proves("CWL-42")
@pytest.mark.parametrize(("answer", "there"), [("child", False), ("adult", True)])
def test_the_desk_says_what_the_check_found(app: Flask, inside: House, browse: Any, answer: str, there: bool) -> None:
    asked = asking.freeze(_own(inside.alice)).id
    desk = _browser(browse, inside, inside.mats)
    assert "Is this the account of a child?" in desk.get(f"/desk/privacy/requests/{asked}").text
    assert desk.post(f"/desk/privacy/requests/{asked}/check", data={"answer": answer}).status_code == 303
    db.session.expire_all()
    known = db.session.get(Person, inside.alice.id)
    assert (known is not None and known.is_active) is there
    assert desk.post(f"/desk/privacy/requests/{asked}/check", data={"answer": "maybe"}).status_code == 400


@pytest.mark.proves("W2G-29")
def test_what_a_dispute_needs_survives_until_the_hold_ends(app: Flask, inside: House) -> None:
    lived = life.lived(inside)
    person = db.session.get_one(Person, lived.person_id)
    today = clock.now().date()
    holds.place(
        person, ["booking.title", "booking.time", "person.name"], "A broken window", ends_on=today + timedelta(days=90),
        review_on=today + timedelta(days=30), by=_own(inside.mats),
    )  # fmt: skip
    asked = asking.ask(Subject.of(person), "signed_in")
    receipt = receipts.find(doing.receipt_number(asked))
    assert receipt is not None
    held = {line.key: line.until for line in receipts.lines_of(receipt, Outcome.KEPT) if line.law == "hold"}
    assert held["person.name"] == held["booking.title"] == today + timedelta(days=90)
    db.session.commit()
    life.work_off(app, inside)
    places = life.found({lived.name, lived.words["title"], lived.words["about"], lived.words["enquiry"]})
    assert {"person.name", "booking.title"} <= places.keys() and not {"person.about", "enquiry.message"} & places.keys()
    with clock.standing_at(clock.now() + timedelta(days=92)):
        jobs.erase_due()
        db.session.commit()
        life.work_off(app, inside)
    assert "booking.title" not in life.found(lived.traces)
    assert db.session.get(Person, lived.person_id) is None


@pytest.mark.proves("CWL-48")
@pytest.mark.parametrize("language", ["en", "fr", "nb"])
def test_the_desk_reads_books_without_the_person(app: Flask, inside: House, browse: Any, language: str) -> None:
    lived = life.lived(inside)
    running.erase(Subject.of(db.session.get_one(Person, lived.person_id)), "asked")
    db.session.commit()
    account = db.session.scalars(sa.select(Account).where(Account.name == "")).one()
    invoice = db.session.scalars(sa.select(Invoice).where(Invoice.account_id == account.id)).one()
    staff = _own(inside.mats)
    staff.locale = language
    db.session.commit()
    client = _browser(browse, inside, inside.mats, language)
    for path in (
        "/desk",
        "/desk/people",
        "/desk/invoices",
        "/desk/subscriptions",
        "/desk/payments",
        "/desk/revenue",
        "/desk/overdue",
        "/desk/enquiries",
    ):
        assert client.get(path, follow_redirects=True).status_code < 500, path
    shown = client.get(f"/desk/accounts/{account.id}")
    assert shown.status_code == 200
    with i18n.speaking(language):
        assert gettext("Deleted user") in shown.text
    assert client.get(f"/desk/invoices/{invoice.id}").status_code == 200
    # Papers of somebody who was erased are for the books alone.
    assert _browser(browse, inside, inside.siri).get(f"/desk/invoices/{invoice.id}").status_code == 403
    assert _browser(browse, inside, inside.arne).get(f"/desk/invoices/{invoice.id}").status_code == 200


def test_the_preview_asks_little(inside: House, statements: list[str]) -> None:
    person = db.session.get_one(Person, life.lived(inside).person_id)
    statements.clear()
    planning.plan(Subject.of(person))
    assert len(statements) <= 20
