"""Every mail has one class, and which classes a reader may stop follows from it."""

import re

import pytest
from flask import Flask

from coworking.config import ROOT
from coworking.core import mail, tenancy
from coworking.core.db import db
from coworking.core.mail_classes import EXCEPTIONS, FOLDERS, STOPPABLE, MailClass, class_of
from coworking.core.sending import compose
from coworking.privacy import mail_choices
from coworking.privacy.models import Restriction
from tests.cast import House

MAILS = ROOT / "templates" / "emails"
TEMPLATES = sorted(str(path.relative_to(MAILS)).removesuffix(".subject.txt") for path in MAILS.glob("*/*.subject.txt"))
MESSAGES = {f"privacy/message_{each.value}": each for each in STOPPABLE}


def post(to: str, mail_class: MailClass) -> mail.OutboxMail:
    return mail.post(to=to, template=f"emails/privacy/message_{mail_class.value}", locale="en", title="Breakfast", words="Come", html="<p>Come</p>")


@pytest.mark.proves("WPX-31")
def test_every_template_has_a_class_and_every_exception_is_a_template() -> None:
    assert {class_of(f"emails/{name}") for name in TEMPLATES} == set(MailClass)
    assert set(EXCEPTIONS) <= set(TEMPLATES)
    assert {name.partition("/")[0] for name in TEMPLATES} == set(FOLDERS)


def test_a_template_of_nowhere_is_never_sent(inside: House) -> None:
    with pytest.raises(KeyError):
        mail.post(to="alice@kvartal.example", template="emails/promotions/sale", locale="en")


@pytest.mark.proves("WPX-31", "W2G-55", "WPX-23")
def test_only_what_the_operator_writes_to_many_can_be_stopped() -> None:
    assert {name: class_of(f"emails/{name}") for name in TEMPLATES if class_of(f"emails/{name}").can_be_stopped} == MESSAGES
    assert class_of("emails/privacy/policy_changed") is MailClass.LEGAL
    assert class_of("emails/bookings/booked") is MailClass.SERVICE


@pytest.mark.proves("WPX-31")
def test_no_advertising_stands_inside_a_service_mail() -> None:
    for name in TEMPLATES:
        for path in MAILS.glob(f"{name}.*"):
            text = path.read_text()
            used = set(re.findall(r'(?:extends|include|import) "([^"]+)"', text))
            if not class_of(f"emails/{name}").can_be_stopped:
                assert not re.search(r"\b(offers?|promo|discount|newsletter|upgrade now)\b", text, re.IGNORECASE) or name == "privacy/consent_given"
                assert "emails/privacy/_message.html" not in used


def test_service_mails_go_to_somebody_who_wants_nothing_at_all(inside: House) -> None:
    for each in STOPPABLE:
        mail_choices.choose(inside.alice.email, each, wanted=False, how=mail_choices.PROFILE)
    sent = mail.post(to=inside.alice.email, template="emails/people/password_changed", locale="en", person=inside.alice)
    db.session.flush()
    assert sent.mail_class == "service"
    assert sent.unsubscribe_url == ""
    assert compose(sent, "mail@coworking.example")["List-Unsubscribe"] is None
    for each in STOPPABLE:
        with pytest.raises(mail.NotWanted):
            post(inside.alice.email, each)


@pytest.mark.proves("CWL-27", "WPX-24")
def test_activity_comes_until_somebody_says_no_and_news_only_after_a_yes(inside: House) -> None:
    post(inside.alice.email, MailClass.ACTIVITY)
    for each in (MailClass.NEWS, MailClass.MARKETING):
        with pytest.raises(mail.NotWanted):
            post(inside.alice.email, each)


def test_nothing_that_can_be_stopped_goes_to_somebody_whose_data_is_set_aside(inside: House) -> None:
    db.session.add(Restriction(person_id=inside.alice.id, reason="accuracy"))
    db.session.flush()
    with pytest.raises(mail.NotWanted):
        post(inside.alice.email, MailClass.ACTIVITY)


def test_without_privacy_nothing_that_can_be_stopped_leaves(app: Flask, bergen: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(app.extensions, "coworking.mail_gate")
    with app.app_context(), tenancy.acting_for(bergen.operator.id), pytest.raises(mail.NotWanted):
        post(bergen.alice.email, MailClass.ACTIVITY)


@pytest.mark.proves("CLW-64", "W2G-56")
def test_a_mail_that_can_be_stopped_says_how_in_its_head_and_foot(inside: House) -> None:
    sent = post("a-long-name-that-goes-on-and-on-and-on-" + "x" * 20 + "@" + "y" * 60 + ".example", MailClass.ACTIVITY)
    db.session.flush()
    head = compose(sent, "mail@coworking.example")
    lines = bytes(head).split(b"\r\n\r\n")[0].split(b"\r\n")
    stop = next(line for line in lines if line.startswith(b"List-Unsubscribe:")).decode()
    assert stop == f"List-Unsubscribe: <{sent.unsubscribe_url}>, <mailto:hello@kvartal.example?subject=STOP>"
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert len(stop) < 998
    assert head["From"].addresses[0].display_name == "Kvartal"
    assert head["Reply-To"] == "hello@kvartal.example"
    for words in (sent.text, sent.html):
        assert "Stop these mails" in words
        assert sent.unsubscribe_url in words
