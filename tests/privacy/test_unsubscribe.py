"""Saying no: by one click from the mail program, by the link, on the page, by a letter to the desk. All end in one choice."""

import re
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.core import mail, tenancy
from coworking.core.db import db
from coworking.core.mail_classes import MailClass
from coworking.people.models import Person
from coworking.privacy import consents, mail_choices
from coworking.privacy.models import Consent, MailChoice, Objection
from tests.cast import House
from tests.conftest import As

CLICK = {"List-Unsubscribe": "One-Click"}


def path_for(app: Flask, house: House, email: str, mail_class: MailClass) -> str:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return urlsplit(mail_choices.stop_url(email, mail_class)).path


def wants(app: Flask, house: House, email: str, mail_class: MailClass) -> bool:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return mail_choices.wants(email, mail_class)


def agree(app: Flask, house: House, email: str, mail_class: MailClass = MailClass.NEWS) -> None:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        consents.give(email, mail_class, mail_choices.PROFILE)
        db.session.commit()


@pytest.mark.proves("WPX-31", "W2G-56", "CLW-65", "CWL-46")
def test_a_mail_program_stops_a_class_with_one_post_and_no_sign_in(app: Flask, browse: As, bergen: House) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    agree(app, bergen, bergen.alice.email)
    answer = browse(bergen).post(path_for(app, bergen, bergen.alice.email, MailClass.NEWS), data=CLICK)
    assert answer.status_code == 200
    assert not wants(app, bergen, bergen.alice.email, MailClass.NEWS)
    assert wants(app, bergen, bergen.alice.email, MailClass.ACTIVITY)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalars(sa.select(Consent)).one().withdrawn_at is not None
        assert db.session.scalars(sa.select(MailChoice)).one().how == "one_click"


def test_it_may_be_sent_as_a_form_of_parts_and_twice(app: Flask, browse: As, bergen: House) -> None:
    path = path_for(app, bergen, bergen.alice.email, MailClass.ACTIVITY)
    for _each in range(2):
        assert browse(bergen).post(path, data=CLICK, content_type="multipart/form-data").status_code == 200
    assert not wants(app, bergen, bergen.alice.email, MailClass.ACTIVITY)


def test_looking_at_the_link_stops_nothing(app: Flask, browse: As, bergen: House) -> None:
    path = path_for(app, bergen, bergen.alice.email, MailClass.ACTIVITY)
    shown = browse(bergen).get(path)
    assert shown.status_code == 200
    assert shown.text.count("List-Unsubscribe") == 1
    assert wants(app, bergen, bergen.alice.email, MailClass.ACTIVITY)
    assert browse(bergen).post(path).status_code == 400
    assert wants(app, bergen, bergen.alice.email, MailClass.ACTIVITY)


def test_a_link_says_nothing_of_whom_and_works_at_its_operator_alone(app: Flask, browse: As, bergen: House, nantes: House) -> None:
    path = path_for(app, bergen, bergen.alice.email, MailClass.ACTIVITY)
    assert "alice" not in path
    assert browse(nantes).post(path, data=CLICK).status_code == 404
    assert browse(bergen).post(path[:-3] + "AAA", data=CLICK).status_code == 404
    assert browse(bergen).get("/privacy/mails/one-click/x").status_code == 404
    assert wants(app, bergen, bergen.alice.email, MailClass.ACTIVITY)


@pytest.mark.proves("W2G-56", "CLW-63")
def test_the_page_of_ones_mails_shows_five_classes_and_switches_three(app: Flask, browse: As, bergen: House) -> None:
    client = browse(bergen, bergen.alice)
    shown = client.get("/privacy/mails").text
    assert [kind for kind in MailClass if f'id="{kind.value}"' in shown] == list(MailClass)
    assert set(re.findall(r"/privacy/mails/(\w+)/choice", shown)) == {"activity", "news", "marketing"}
    assert client.post("/privacy/mails/activity/choice", data={"wanted": "no"}).status_code == 303
    assert not wants(app, bergen, bergen.alice.email, MailClass.ACTIVITY)
    assert client.post("/privacy/mails/activity/choice", data={"wanted": "yes"}).status_code == 303
    assert wants(app, bergen, bergen.alice.email, MailClass.ACTIVITY)
    for path, given in (("service", "no"), ("legal", "no"), ("news", "maybe"), ("unheard", "no")):
        assert client.post(f"/privacy/mails/{path}/choice", data={"wanted": given}).status_code == 400
    assert browse(bergen).get("/privacy/mails").status_code == 303


@pytest.mark.proves("W2G-7")
def test_of_a_stranger_who_stops_the_news_no_list_stays_but_the_proof(inside: House) -> None:
    consents.give("gro@example.com", MailClass.NEWS, mail_choices.NEWSLETTER)
    mail_choices.choose("gro@example.com", MailClass.NEWS, wanted=False, how=mail_choices.ONE_CLICK)
    assert not mail_choices.wants("gro@example.com", MailClass.NEWS)
    assert db.session.scalar(sa.select(MailChoice.id)) is None
    assert db.session.scalars(sa.select(Consent)).one().withdrawn_at is not None


def test_whoever_objected_to_news_may_ask_for_them_again(inside: House) -> None:
    db.session.add(Objection(person_id=inside.alice.id, purpose="news", state="upheld"))
    mail_choices.choose(inside.alice.email, MailClass.NEWS, wanted=False, how=mail_choices.PROFILE)
    assert not mail_choices.wants(inside.alice.email, MailClass.NEWS)
    consents.give(inside.alice.email, MailClass.NEWS, mail_choices.PROFILE)
    assert mail_choices.wants(inside.alice.email, MailClass.NEWS)


def test_somebody_who_changes_their_address_keeps_what_they_said(inside: House) -> None:
    alice = db.session.get_one(Person, inside.alice.id)
    mail_choices.choose(alice.email, MailClass.ACTIVITY, wanted=False, how=mail_choices.PROFILE)
    consents.give(alice.email, MailClass.NEWS, mail_choices.PROFILE)
    alice.email = "alice@elsewhere.example"
    db.session.flush()
    db.session.expire_all()
    assert not mail_choices.wants("alice@elsewhere.example", MailClass.ACTIVITY)
    assert mail_choices.wants("alice@elsewhere.example", MailClass.NEWS)
    assert not mail_choices.wants("alice@kvartal.example", MailClass.NEWS)


def test_what_waits_in_the_outbox_keeps_its_class(inside: House) -> None:
    sent = mail.post(to=inside.alice.email, template="emails/privacy/message_activity", locale="nb", title="Frokost", words="Kom", html="<p>Kom</p>")
    assert (sent.mail_class, sent.locale) == ("activity", "nb")
