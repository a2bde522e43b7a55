"""Writing to the operator: kept, mailed to both sides, throttled, and never lost."""

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.enquiries.models import Enquiry
from tests.cast import House

MESSAGE = {"name": "Kari Moe", "email": "kari@example.org", "message": "Is there room for ten?\r\nOn Friday.", "website": ""}


def _kept(app: Flask) -> tuple[list[Enquiry], dict[str, OutboxMail]]:
    with app.app_context(), tenancy.across_operators():
        mails = {mail.to: mail for mail in db.session.scalars(sa.select(OutboxMail))}
        return list(db.session.scalars(sa.select(Enquiry))), mails


@pytest.mark.proves("WPX-14", "WPX-12", "WPX-28", "WSS-9")
def test_a_message_is_kept_and_mailed_to_both(app: Flask, browse, bergen: House) -> None:
    client = browse(bergen, language="fr")
    answer = client.post("/contact", data=MESSAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/contact/sent")
    assert client.get("/contact/sent").status_code == 200
    [enquiry], mails = _kept(app)
    assert (enquiry.name, enquiry.email, enquiry.message, enquiry.locale) == (
        "Kari Moe",
        "kari@example.org",
        "Is there room for ten?\nOn Friday.",
        "fr",
    )
    assert enquiry.operator_id == bergen.operator.id
    to_us, to_her = mails["hello@kvartal.example"], mails["kari@example.org"]
    assert to_us.reply_to == "kari@example.org"
    assert "On Friday." in to_us.text
    assert to_us.locale == "nb", "the operator's own language"
    assert (to_her.reply_to, to_her.locale) == ("hello@kvartal.example", "fr")
    assert "ten" not in to_her.text, "a confirmation carries nothing to a stranger"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Enter your name"),
        ("name", "\x00\r\n", "Enter your name"),
        ("name", "x" * 121, "Enter a name of at most 120 characters"),
        ("email", "", "Enter the e-mail address that we can answer"),
        ("email", "kari", "Enter an e-mail address like name@example.com"),
        ("email", "kari@example.org\r\nBcc: all@example.org", "Enter an e-mail address like name@example.com"),
        ("email", "x" * 250 + "@example.org", "Enter an address of at most 254 characters"),
        ("message", " \n ", "Write your message"),
        ("message", "x" * 4001, "Write at most 4000 characters"),
        ("website", "http://spam.example", "Leave the field Website empty"),
    ],
)
def test_a_mistake_is_named_at_its_field_and_the_rest_is_kept(app: Flask, browse, bergen: House, field: str, value: str, said: str) -> None:
    answer = browse(bergen).post("/contact", data={**MESSAGE, field: value})
    assert answer.status_code == 422
    assert answer.text.count(said) == 2, "once in the summary, once at the field"
    assert "<title>Error:" in answer.text
    for name in {"name", "email", "message"} - {field}:
        assert MESSAGE[name].splitlines()[0] in answer.text
    assert _kept(app) == ([], {})


def test_strange_letters_arrive_as_they_were(app: Flask, browse, bergen: House) -> None:
    assert browse(bergen).post("/contact", data={**MESSAGE, "name": "نور 🏰", "message": "<script>alert(1)</script>\x00"}).status_code == 303
    [enquiry], mails = _kept(app)
    assert (enquiry.name, enquiry.message) == ("نور 🏰", "<script>alert(1)</script>")
    assert "<script>" not in mails["hello@kvartal.example"].html


def test_too_many_messages_wait_and_keep_what_was_typed(app: Flask, browse, bergen: House) -> None:
    client = browse(bergen)
    for _time in range(3):
        assert client.post("/contact", data=MESSAGE).status_code == 303
    answer = client.post("/contact", data=MESSAGE)
    assert answer.status_code == 429
    assert "Is there room for ten?" in answer.text
    assert "<title>Error:" in answer.text
    assert len(_kept(app)[0]) == 3


def test_a_form_from_elsewhere_is_refused(app: Flask, browse, bergen: House) -> None:
    client = browse(bergen)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/contact", data=MESSAGE).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert _kept(app) == ([], {})
