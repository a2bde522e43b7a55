"""Objecting to a use that rests on a legitimate interest, or to letters (GDPR Art. 21)."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.bookings.models import BookingGuest
from coworking.core import clock, mail, tenancy
from coworking.core.db import db
from coworking.core.mail_classes import MailClass
from coworking.core.outbox import OutboxMail
from coworking.enquiries.models import Enquiry
from coworking.operators.models import Operator
from coworking.people.models import Person, SignInSession
from coworking.people.sign_in import start_session
from coworking.privacy import mail_choices, objecting, requests
from coworking.privacy.models import Objection, PrivacyRequest
from coworking.privacy.register import ENTRIES
from coworking.privacy.register.terms import Basis, Controller, Purpose
from tests.cast import House
from tests.conftest import As
from tests.privacy.past import booking

pytestmark = [pytest.mark.usefixtures("eight_on_monday"), pytest.mark.proves("WPX-47")]


def _object(house: House, purpose: Purpose) -> Objection:
    """Alice objects, inside."""
    alice = db.session.get_one(Person, house.alice.id)
    return objecting.make(db.session.get_one(Operator, house.operator.id), alice, purpose, "My name is known", "signed_in")


def _request() -> PrivacyRequest:
    return db.session.scalars(sa.select(PrivacyRequest)).one()


def test_every_purpose_with_an_interest_is_listed_with_its_note_and_has_an_effect(bergen: House, browse: As) -> None:
    shown = browse(bergen, bergen.alice).get("/privacy/mine/limits").text
    weighed = [
        (use.purpose, use.balancing)
        for entry in ENTRIES.values()
        if entry.controller is Controller.OPERATOR
        for use in entry.uses
        if use.basis is Basis.INTEREST
    ]
    assert weighed
    for purpose, note in weighed:
        assert str(purpose.text) in shown and str(note) in shown
    assert set(objecting.EFFECTS) == set(objecting.open_purposes())


def test_news_and_offers_stop_at_once_and_nobody_weighs_anything(app: Flask, bergen: House, browse: As) -> None:
    alice = browse(bergen, bergen.alice)
    assert alice.post("/privacy/mine/objections", data={"purpose": "news"}).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalars(sa.select(Objection)).one().state == objecting.UPHELD
        assert not db.session.scalars(sa.select(PrivacyRequest)).all()
        for each in (MailClass.NEWS, MailClass.MARKETING):
            assert not mail_choices.wants("alice@kvartal.example", each)
            with pytest.raises(mail.NotWanted):
                mail.post(to="alice@kvartal.example", template=f"emails/privacy/message_{each.value}", locale="en")


def test_another_purpose_is_paused_until_staff_answers_and_stays_off_if_they_agree(inside: House) -> None:
    row = _object(inside, Purpose.BOOKING)
    assert (row.state, objecting.is_stopped("Alice@kvartal.example", Purpose.BOOKING)) == (objecting.PAUSED, True)
    requests.answer(_request(), "You are right.", inside.mats.id)
    db.session.flush()
    db.session.refresh(row)
    assert (row.state, row.answer, row.answered_at) == (objecting.UPHELD, "You are right.", clock.now())
    assert objecting.is_stopped("alice@kvartal.example", Purpose.BOOKING)


def test_a_refusal_needs_reasons_and_lets_the_use_go_on(inside: House) -> None:
    row = _object(inside, Purpose.BOOKING)
    with pytest.raises(requests.NeedsReason):
        requests.refuse(_request(), " ", inside.mats.id)
    requests.refuse(_request(), "The member has a right to invite you.", inside.mats.id)
    db.session.flush()
    db.session.refresh(row)
    assert (row.state, row.answer) == (objecting.REFUSED, "The member has a right to invite you.")
    assert not objecting.is_stopped("alice@kvartal.example", Purpose.BOOKING)


def test_it_can_be_taken_back_by_who_made_it_only(app: Flask, bergen: House, browse: As) -> None:
    alice = browse(bergen, bergen.alice)
    alice.post("/privacy/mine/objections", data={"purpose": "booking", "words": "Please"})
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        row_id = db.session.scalars(sa.select(Objection.id)).one()
    assert browse(bergen, bergen.bob).post(f"/privacy/mine/objections/{row_id}/withdrawal").status_code == 404
    assert "I no longer object" in alice.get("/privacy/mine/limits").text
    assert alice.post(f"/privacy/mine/objections/{row_id}/withdrawal").status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.get_one(Objection, row_id).state == objecting.WITHDRAWN
        assert _request().state == "withdrawn"


@pytest.mark.parametrize("purpose", ["payment", "nonsense", ""])
def test_a_purpose_that_rests_on_something_else_is_refused(app: Flask, bergen: House, browse: As, purpose: str) -> None:
    assert browse(bergen, bergen.alice).post("/privacy/mine/objections", data={"purpose": purpose}).status_code == 422
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert not db.session.scalars(sa.select(Objection)).all()


def test_objecting_twice_is_objecting_once(inside: House) -> None:
    assert _object(inside, Purpose.BOOKING).id == _object(inside, Purpose.BOOKING).id
    assert _request().purpose == "booking"


def test_a_guest_who_objects_leaves_every_list_and_is_not_invited_again(app: Flask, bergen: House, browse: As) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        bob = db.session.get_one(Person, bergen.bob.id)
        start = clock.now() + timedelta(days=1)
        made = booking(bergen.fjord, bob, start, came=False, guest="alice@kvartal.example").id
        booking(bergen.vidde, bob, start, came=False, guest="gro@example.com")
        _object(bergen, Purpose.BOOKING)
        db.session.commit()
        assert db.session.scalars(sa.select(BookingGuest.email)).all() == ["gro@example.com"]
    answer = browse(bergen, bergen.bob).post(f"/bookings/{made}/guests", data={"guests": "Alice@kvartal.example"})
    assert answer.status_code == 422
    assert "does not want to be invited" in answer.text
    assert browse(bergen, bergen.bob).post(f"/bookings/{made}/guests", data={"guests": "lars@example.com"}).status_code in (200, 303)


def test_the_browser_is_forgotten_and_not_noted_again(inside: House) -> None:
    alice = db.session.get_one(Person, inside.alice.id)
    old = SignInSession(person_id=alice.id, token_hash="x", browser="Firefox/Linux", expires_at=clock.now() + timedelta(days=1))
    db.session.add(old)
    _object(inside, Purpose.SECURITY)
    new = SignInSession(person_id=alice.id, token_hash="y", browser="Firefox/Linux", expires_at=clock.now() + timedelta(days=1))
    other = SignInSession(person_id=inside.bob.id, token_hash="z", browser="Firefox/Linux", expires_at=clock.now() + timedelta(days=1))
    db.session.add_all([new, other])
    db.session.flush()
    db.session.expire_all()
    assert [each.browser for each in (old, new, other)] == ["", "", "Firefox/Linux"]
    assert start_session(alice, keep=False)


def test_answered_messages_go_and_open_ones_wait_for_their_answer(inside: House) -> None:
    for closed in (clock.now(), None):
        db.session.add(Enquiry(name="Alice", email="Alice@kvartal.example", message="Hei", locale="nb", closed_at=closed))
    db.session.flush()
    _object(inside, Purpose.ANSWERING)
    assert [each.closed_at for each in db.session.scalars(sa.select(Enquiry))] == [None]


def test_no_copy_of_a_mail_stays_once_it_is_sent(inside: House) -> None:
    before = mail.post(to="alice@kvartal.example", template="emails/people/password_changed", locale="en", person=inside.alice)
    db.session.flush()
    _object(inside, Purpose.DELIVERY)
    assert before.id not in set(db.session.scalars(sa.select(OutboxMail.id)))
    after = mail.post(to="alice@kvartal.example", template="emails/people/password_changed", locale="en", person=inside.alice)
    bobs = mail.post(to="bob@kvartal.example", template="emails/people/password_changed", locale="en", person=inside.bob)
    db.session.flush()
    assert (after.vanishes, bobs.vanishes) == (True, False)


def test_a_guest_without_an_account_objects_by_address(inside: House) -> None:
    bob, operator = db.session.get_one(Person, inside.bob.id), db.session.get_one(Operator, inside.operator.id)
    made = booking(inside.fjord, bob, clock.now() + timedelta(days=1), came=False, guest="Gro@example.com")
    asked = objecting.make_by_address(operator, "gro@example.com", Purpose.BOOKING, "", "link")
    db.session.expire_all()
    assert made.guests == []
    assert objecting.is_stopped("GRO@example.com", Purpose.BOOKING)
    requests.refuse(asked, "They may invite you.", inside.mats.id)
    db.session.flush()
    assert not objecting.is_stopped("gro@example.com", Purpose.BOOKING)


def test_what_comes_on_paper_is_entered_by_staff(app: Flask, bergen: House, browse: As) -> None:
    mats = browse(bergen, bergen.mats)
    paper = {"channel": "paper", "received_on": "2026-11-27", "words": "Leave me alone"}
    page = mats.post("/desk/privacy/requests", data={**paper, "kind": "object", "email": "alice@kvartal.example"}).location
    assert "What they object to" in mats.get(page).text
    assert mats.post(f"{page}/objection", data={"purpose": "shoes"}).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert not db.session.scalars(sa.select(Objection)).all()
    assert mats.post(f"{page}/objection", data={"purpose": "booking"}).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalars(sa.select(Objection)).one().state == objecting.PAUSED
        assert _request().state == "open"
    assert mats.post(f"{page}/answer", data={"answer": "You are right."}).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalars(sa.select(Objection)).one().state == objecting.UPHELD
    assert mats.post(f"{page}/objection", data={"purpose": "booking"}).status_code == 404
    assert browse(bergen, bergen.siri).post(f"{page}/objection", data={"purpose": "booking"}).status_code == 403


def test_letters_are_stopped_on_paper_for_an_address_too(app: Flask, bergen: House, browse: As) -> None:
    mats = browse(bergen, bergen.mats)
    paper = {"channel": "phone", "received_on": "2026-11-27", "words": "No letters", "kind": "object", "email": "gro@example.com"}
    page = mats.post("/desk/privacy/requests", data=paper).location
    assert mats.post(f"{page}/objection", data={"purpose": "news"}).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert _request().state == "done"
        assert not mail_choices.wants("gro@example.com", MailClass.NEWS)
