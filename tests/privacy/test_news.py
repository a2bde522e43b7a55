"""News: asked for and confirmed, written to the lawful audience and to nobody else, sent once whatever breaks."""

import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.jobs.registry import Order
from coworking.core.jobs.running import carry_out
from coworking.core.mail_classes import MailClass
from coworking.core.outbox import OutboxMail
from coworking.core.texts import Texts
from coworking.people.company import Company
from coworking.people.models import LinkWish, Person
from coworking.privacy import audience, consents, mail_choices, news, retention_jobs
from coworking.privacy.models import Consent, NewsMessage
from coworking.spaces.models import Resource
from tests.billing.helpers import account
from tests.cast import MONDAY, House
from tests.conftest import As
from tests.privacy.past import booking

STRANGER = "gro@example.com"


def emails(app: Flask, house: House, mail_class: MailClass) -> set[str]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return {reader.email for reader in audience.readers(mail_class)}


def sent(app: Flask) -> list[OutboxMail]:
    with app.app_context():
        return list(db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)))


def link(mail: OutboxMail) -> str:
    found = re.search(r"http\S+/privacy/news/confirm/\S+", mail.text)
    assert found is not None
    return urlsplit(found[0]).path


@pytest.mark.proves("W2G-7", "WPX-8", "W2G-46")
def test_an_address_gets_news_only_after_its_owner_said_so_from_it(app: Flask, browse: As, bergen: House) -> None:
    client = browse(bergen)
    assert "Get our news" in client.get("/contact").text
    for _each in range(3):
        assert client.post("/privacy/news", data={"email": STRANGER.upper()}).status_code == 303
    (asked,) = sent(app)
    assert (asked.to, asked.mail_class) == (STRANGER, "service")
    assert emails(app, bergen, MailClass.NEWS) == set()
    assert client.get(link(asked)).status_code == 200
    assert emails(app, bergen, MailClass.NEWS) == set()
    assert client.post(link(asked)).status_code == 303
    assert emails(app, bergen, MailClass.NEWS) == {STRANGER}
    assert [mail.to for mail in sent(app)] == [STRANGER, STRANGER]
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        kept = db.session.scalars(sa.select(Consent)).one()
        assert (kept.how, kept.key) == ("newsletter", "news")
        assert kept.given_at is not None
        assert kept.asked_at < kept.given_at
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LinkWish)) == 0
    assert client.get(link(asked)).status_code == 404
    client.post("/privacy/news", data={"email": STRANGER})
    assert len(sent(app)) == 2


@pytest.mark.proves("W2G-7")
def test_an_address_that_is_never_confirmed_is_forgotten_after_thirty_days(app: Flask, browse: As, bergen: House) -> None:
    with time_machine.travel(MONDAY, tick=False):
        browse(bergen).post("/privacy/news", data={"email": STRANGER})
    for days, left in ((30, 1), (32, 0)):
        with time_machine.travel(MONDAY + timedelta(days=days), tick=False), app.app_context(), tenancy.acting_for(bergen.operator.id):
            retention_jobs.forget()
            assert db.session.scalar(sa.select(sa.func.count()).select_from(LinkWish)) == left


def test_what_is_no_address_is_asked_for_again_and_programs_are_caught(app: Flask, browse: As, bergen: House) -> None:
    client = browse(bergen)
    for data in ({"email": "gro"}, {"email": ""}, {}, {"email": STRANGER, "website": "http://x"}):
        assert client.post("/privacy/news", data=data).status_code == 422
    assert sent(app) == []


def test_somebody_else_s_address_can_be_typed_only_so_often(app: Flask, browse: As, bergen: House) -> None:
    answers = [browse(bergen).post("/privacy/news", data={"email": STRANGER}).status_code for _each in range(6)]
    assert answers == [303] * 5 + [429]


@pytest.mark.proves("W2G-9", "W2G-41")
def test_whoever_writes_to_us_is_in_no_audience(app: Flask, browse: As, bergen: House) -> None:
    browse(bergen).post("/contact", data={"name": "Gro", "email": STRANGER, "message": "What does a desk cost?"})
    for each in (MailClass.ACTIVITY, MailClass.NEWS, MailClass.MARKETING):
        assert emails(app, bergen, each) == set()


@pytest.mark.proves("W2G-45", "CLW-54", "CLW-56")
def test_the_audience_is_who_may_be_written_to_and_nobody_else(app: Flask, bergen: House, nantes: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        consents.give(bergen.alice.email, MailClass.NEWS, mail_choices.PROFILE)
        consents.withdraw(consents.give(bergen.bob.email, MailClass.NEWS, mail_choices.PROFILE), mail_choices.PROFILE)
        consents.ask(STRANGER, MailClass.NEWS)
        db.session.commit()
    with app.app_context(), tenancy.acting_for(nantes.operator.id):
        consents.give(nantes.alice.email, MailClass.NEWS, mail_choices.PROFILE)
        db.session.commit()
    assert emails(app, bergen, MailClass.NEWS) == {bergen.alice.email}
    assert emails(app, bergen, MailClass.MARKETING) == set()


def test_activity_goes_to_people_who_use_the_house_and_did_not_say_no(app: Flask, bergen: House) -> None:
    with time_machine.travel(MONDAY, tick=False), app.app_context(), tenancy.acting_for(bergen.operator.id):
        room = db.session.get_one(Resource, bergen.fjord.id)
        for who, days in ((bergen.alice, 10), (bergen.bob, 11), (bergen.siri, 100)):
            db.session.add(booking(room, db.session.get_one(Person, who.id), MONDAY - timedelta(days=days), guest=""))
        mail_choices.choose(bergen.bob.email, MailClass.ACTIVITY, wanted=False, how=mail_choices.ONE_CLICK)
        db.session.commit()
        assert [reader.email for reader in audience.readers(MailClass.ACTIVITY)] == [bergen.alice.email]


def test_a_company_s_box_that_names_nobody_may_say_no_and_does_not_have_to_say_yes(app: Flask, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        company = Company(name="Nordlys")
        db.session.add(company)
        db.session.flush()
        payer = account(bergen.bob)
        payer.person_id, payer.company_id, payer.email = None, company.id, "post@nordlys.example"
        db.session.commit()
    assert emails(app, bergen, MailClass.MARKETING) == {"post@nordlys.example"}
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        mail_choices.choose("post@nordlys.example", MailClass.MARKETING, wanted=False, how=mail_choices.STAFF)
        db.session.commit()
    assert emails(app, bergen, MailClass.MARKETING) == set()


def subscribers(app: Flask, house: House, number: int) -> UUID:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        for each in range(number):
            consents.give(f"reader-{each}@example.org", MailClass.NEWS, mail_choices.NEWSLETTER)
        message = news.draft(MailClass.NEWS, Texts(nb="Nytt", en="New"), Texts(nb="Kom **hit**", en="Come"), house.mats.id)
        db.session.execute(sa.delete(OutboxMail))
        news.send(message)
        db.session.commit()
        return message.id


def run(app: Flask, house: House, message_id: UUID, after: str = "", breaks: bool = False) -> None:
    def finish() -> None:
        if breaks:
            raise RuntimeError("the power went")

    carry_out(app, Order(news.SEND, {"message_id": str(message_id), "after": after}, house.operator.id, "en"), finish)


@pytest.mark.proves("CLW-64")
def test_a_sending_that_is_cut_off_goes_on_and_nobody_gets_two(app: Flask, bergen: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "AT_ONCE", 2)
    wishes: list[str] = []
    monkeypatch.setattr(news, "enqueue", lambda _name, message_id, after: wishes.append(after))
    message_id = subscribers(app, bergen, 5)
    while wishes:
        after = wishes.pop()
        with pytest.raises(RuntimeError):
            run(app, bergen, message_id, after, breaks=True)
        wishes.clear()
        run(app, bergen, message_id, after)
    assert sorted(mail.to for mail in sent(app)) == [f"reader-{each}@example.org" for each in range(5)]
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        message = db.session.get_one(NewsMessage, message_id)
        assert (message.sent, message.finished_at is not None) == (5, True)
    run(app, bergen, message_id)
    assert len(sent(app)) == 5


@pytest.mark.proves("CLW-64", "W2G-45")
def test_every_letter_comes_from_the_operator_in_the_reader_s_language_with_a_way_out(app: Flask, bergen: House) -> None:
    message_id = subscribers(app, bergen, 2)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        mail_choices.choose("reader-0@example.org", MailClass.NEWS, wanted=False, how=mail_choices.ONE_CLICK)
        db.session.commit()
    run(app, bergen, message_id)
    (letter,) = sent(app)
    assert (letter.to, letter.from_name, letter.reply_to, letter.mail_class) == ("reader-1@example.org", "Kvartal", "hello@kvartal.example", "news")
    assert letter.unsubscribe_url in letter.text
    assert letter.subject == "New"


def test_the_desk_writes_looks_and_sends_once(app: Flask, browse: As, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        consents.give(bergen.alice.email, MailClass.NEWS, mail_choices.PROFILE)
        db.session.commit()
    desk = browse(bergen, bergen.mats)
    shown = desk.get("/desk/privacy/mails").text
    assert "1 address wants news." in shown
    assert bergen.alice.email not in shown
    assert desk.get("/desk/privacy/mails/new").status_code == 200
    written = {"kind": "news", "subject_nb": "Nytt", "body_nb": "Kom **hit** <script>alert(1)</script>"}
    for lacking in ({"kind": "service"}, {"subject_nb": ""}, {"body_nb": ""}, {"subject_en": "New"}):
        assert desk.post("/desk/privacy/mails", data=written | lacking).status_code == 422
    path = urlsplit(desk.post("/desk/privacy/mails", data=written).headers["Location"]).path
    preview = desk.get(path).text
    assert "<strong>hit</strong>" in preview
    assert "<script>alert" not in preview
    assert desk.get(f"{path}/words").status_code == 200
    assert desk.post(f"{path}/words", data=written | {"subject_nb": "Nytt igjen"}).status_code == 303
    assert desk.post(f"{path}/sending").status_code == 303
    for verb in ("sending", "words", "removal"):
        assert desk.post(f"{path}/{verb}", data=written).status_code == 409
    assert "Nytt igjen" in desk.get("/desk/privacy/mails").text
    assert browse(bergen, bergen.siri).get("/desk/privacy/mails").status_code == 403
    assert browse(bergen, bergen.siri).post(f"{path}/sending").status_code == 403


def test_a_draft_can_be_thrown_away(browse: As, bergen: House) -> None:
    desk = browse(bergen, bergen.mats)
    path = urlsplit(desk.post("/desk/privacy/mails", data={"kind": "activity", "subject_nb": "Dør", "body_nb": "Stengt"}).headers["Location"]).path
    assert desk.post(f"{path}/removal").status_code == 303
    assert desk.get(path).status_code == 404


@pytest.mark.proves("W2G-56", "CLW-65")
def test_a_letter_that_says_stop_counts_like_a_click(app: Flask, browse: As, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        consents.give(STRANGER, MailClass.NEWS, mail_choices.NEWSLETTER)
        db.session.commit()
    desk = browse(bergen, bergen.mats)
    assert desk.post("/desk/privacy/mails/refusals", data={"email": "nobody"}).status_code == 422
    assert desk.post("/desk/privacy/mails/refusals", data={"email": STRANGER.upper()}).status_code == 303
    assert emails(app, bergen, MailClass.NEWS) == set()
