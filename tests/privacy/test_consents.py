"""A consent is one clear act for one purpose, kept with its words, and taken back as easily as it was given."""

import hashlib
import re
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.mail_classes import MailClass
from coworking.core.outbox import OutboxMail
from coworking.people.models import Person
from coworking.privacy import consents, mail_choices
from coworking.privacy import marketing_rules as rules
from coworking.privacy.marketing_rules import Facts, Kind
from coworking.privacy.models import Consent, MailChoice
from tests.cast import House
from tests.conftest import As

NEWS = MailClass.NEWS
TODAY = date(2026, 11, 22)
NO, YES = False, True


def buttons(text: str) -> list[str]:
    return re.findall(r'action="(/privacy/mails/news/choice|/privacy/consents/[^"]+)"', text)


@pytest.mark.proves("CLW-63")
def test_signing_up_agrees_to_nothing(app: Flask, browse: As, bergen: House) -> None:
    answers = {"name": "Nora Berg", "email": "nora@example.org", "password": "quatre ponts sur la Loire", "adult": "y", "of_age": "y"}
    shown = browse(bergen).get("/join").text
    assert not re.search(r'name="(news|marketing|newsletter)"', shown)
    browse(bergen).post("/join", data=answers)
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Consent)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(MailChoice)) == 0


@pytest.mark.proves("CLW-28", "W2G-46")
def test_yes_and_no_take_the_same_number_of_clicks(app: Flask, browse: As, bergen: House) -> None:
    client = browse(bergen, bergen.alice)
    before = client.get("/privacy/mails").text
    assert buttons(before) == ["/privacy/mails/news/choice"]
    client.post("/privacy/mails/news/choice", data={"wanted": "yes"})
    after = client.get("/privacy/mails").text
    choice, withdrawal = buttons(after)
    client.post(withdrawal)
    assert buttons(client.get("/privacy/mails").text) == [choice]
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert not mail_choices.wants(bergen.alice.email, NEWS)


@pytest.mark.proves("CLW-28")
def test_a_consent_keeps_the_words_that_stood_beside_the_button_and_a_receipt_goes_out(app: Flask, browse: As, bergen: House) -> None:
    client = browse(bergen, bergen.alice)
    words = consents_words(app, bergen)
    assert words in client.get("/privacy/mails").text
    client.post("/privacy/mails/news/choice", data={"wanted": "yes"})
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        kept = db.session.scalars(sa.select(Consent)).one()
        assert (kept.words, kept.words_hash, kept.person_id) == (words, hashlib.sha256(words.encode()).hexdigest(), bergen.alice.id)
        assert kept.given_at is not None
        sent = db.session.scalars(sa.select(OutboxMail)).one()
        assert (sent.to, sent.mail_class) == (bergen.alice.email, "service")
        assert kept.receipt in sent.text
        assert words in sent.text


def consents_words(app: Flask, house: House) -> str:
    with app.test_request_context(base_url=f"http://{house.host}", headers={"Accept-Language": "en"}), tenancy.acting_for(house.operator.id):
        return consents.words(NEWS)


def test_saying_yes_twice_is_one_consent_and_yes_after_no_is_a_new_one(inside: House) -> None:
    first = consents.give(inside.alice.email, NEWS, mail_choices.PROFILE)
    assert consents.give(inside.alice.email.upper(), NEWS, mail_choices.PROFILE) is first
    consents.withdraw(first, mail_choices.PROFILE)
    second = consents.give(inside.alice.email, NEWS, mail_choices.PROFILE)
    assert second.receipt != first.receipt
    assert first.withdrawn_at is not None
    assert mail_choices.wants(inside.alice.email, NEWS)
    assert not mail_choices.wants(inside.alice.email, MailClass.MARKETING)


def test_nobody_takes_back_the_consent_of_somebody_else(app: Flask, browse: As, bergen: House) -> None:
    browse(bergen, bergen.alice).post("/privacy/mails/news/choice", data={"wanted": "yes"})
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        consent_id = db.session.scalars(sa.select(Consent.id)).one()
    assert browse(bergen, bergen.bob).post(f"/privacy/consents/{consent_id}/withdrawal").status_code == 404
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert mail_choices.wants(bergen.alice.email, NEWS)


def test_an_address_that_is_not_confirmed_agrees_to_nothing(app: Flask, browse: As, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.get_one(Person, bergen.alice.id).email_confirmed_at = None
        db.session.commit()
    client = browse(bergen, bergen.alice)
    assert client.get("/privacy/mails").status_code == 200
    assert client.post("/privacy/mails/news/choice", data={"wanted": "yes"}).status_code == 409


@pytest.mark.proves("W2G-47", "WPX-35")
def test_nothing_can_be_agreed_to_for_the_marketing_of_others() -> None:
    assert set(consents.KEYS) == {MailClass.NEWS, MailClass.MARKETING}


@pytest.mark.proves("W2G-57", "CLW-26")
@pytest.mark.parametrize(
    ("country", "kind", "said_yes", "customer_who_was_told", "expected"),
    [
        ("NO", Kind.PERSON, NO, NO, NO), ("NO", Kind.PERSON, YES, NO, YES), ("NO", Kind.PERSON, NO, YES, YES), ("NO", Kind.COMPANY, NO, NO, YES),
        ("FR", Kind.PERSON, NO, NO, NO), ("FR", Kind.PERSON, YES, NO, YES), ("FR", Kind.PERSON, NO, YES, YES), ("FR", Kind.COMPANY, NO, NO, YES),
        ("GB", Kind.PERSON, NO, NO, NO), ("GB", Kind.PERSON, YES, NO, YES), ("GB", Kind.PERSON, NO, YES, YES), ("GB", Kind.COMPANY, NO, NO, YES),
        ("DE", Kind.PERSON, NO, NO, NO), ("DE", Kind.PERSON, YES, NO, YES), ("DE", Kind.PERSON, NO, YES, NO), ("DE", Kind.COMPANY, NO, NO, NO),
    ],
)  # fmt: skip
def test_each_country_has_its_rule(country: str, kind: Kind, said_yes: bool, customer_who_was_told: bool, expected: bool) -> None:
    told = customer_who_was_told
    facts = Facts(said_yes=said_yes, is_customer=told, similar=told, told_at_collection=told)
    assert rules.allowed(country, kind, facts, TODAY) is expected
    assert not rules.allowed(country, kind, Facts(said_yes=said_yes, said_no=True, is_customer=told, similar=told, told_at_collection=told), TODAY)


def test_a_customer_who_was_not_told_when_the_address_was_taken_is_a_stranger_to_marketing() -> None:
    for missing in ("is_customer", "similar", "told_at_collection"):
        facts = Facts(**({"is_customer": True, "similar": True, "told_at_collection": True} | {missing: False}))
        assert not rules.allowed("NO", Kind.PERSON, facts, TODAY)
