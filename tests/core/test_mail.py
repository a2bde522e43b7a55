"""Mail leaves with the transaction that wrote it, over real SMTP, and says what it should to whom it should."""

import dataclasses
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import icalendar
import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from coworking.core import clock, links, mail, tenancy
from coworking.core.db import db
from coworking.core.jobs.registry import JOBS
from coworking.core.mail_classes import FOLDERS, MailClass
from coworking.core.outbox import KEPT, REFUSED, SENT, OutboxAttachment, OutboxMail
from tests.cast import House

from . import work

TEMPLATES = {
    "emails/test/hello.subject.txt": "Hei {{ name }}, velkommen på lørdag\n",
    "emails/test/hello.txt": "{{ _('Sign in') }}: {{ absolute_url('platform.alive') }}\n{{ name }}",
    "emails/test/hello.html": '{% extends "emails/layout.html" %}{% block main %}<h1>{{ name }}</h1><a class="btn" href="{{ url }}">x</a>{% endblock %}',
}
ICS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@x\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:20261130T080000Z\r\nSUMMARY:M\xc3\xb8te\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


class Mailroom:
    """A mail server that keeps what it gets, after first giving the answers it was told to give."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.got: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.envelopes.append(envelope)
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 kept"


@pytest.fixture
def mailroom() -> Iterator[Mailroom]:
    """A real SMTP server on a free port."""
    room = Mailroom()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(room, hostname="127.0.0.1", port=port)
    controller.start()
    room.url = f"smtp://127.0.0.1:{port}"  # type: ignore[attr-defined]
    yield room
    controller.stop()


@pytest.fixture(autouse=True)
def letters(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template of our own, and retries that don't keep us waiting."""
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([DictLoader(TEMPLATES), app.jinja_env.loader]))  # type: ignore[list-item]
    monkeypatch.setitem(FOLDERS, "test", MailClass.SERVICE)
    monkeypatch.setitem(JOBS, "mail.deliver", dataclasses.replace(JOBS["mail.deliver"], wait=timedelta(milliseconds=50)))


@pytest.fixture
def smtp(app: Flask, mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch) -> Mailroom:
    """The app sends to the mail server."""
    use(app, monkeypatch, smtp_url=mailroom.url, demo=False)  # type: ignore[attr-defined]
    return mailroom


def use(app: Flask, monkeypatch: pytest.MonkeyPatch, **settings: object) -> None:
    config = app.extensions["coworking.config"]
    monkeypatch.setitem(app.extensions, "coworking.config", dataclasses.replace(config, **settings))


def post(house: House, **changes: object) -> None:
    given = {"to": "alice@kvartal.example", "template": "emails/test/hello", "locale": "nb", "name": "Ålice", "url": "http://x/"} | changes
    with tenancy.acting_for(house.operator.id):
        mail.post(**given)  # type: ignore[arg-type]


def states(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(OutboxMail.state)))


def send(app: Flask, house: House, state: str = SENT, **changes: object) -> None:
    """Post one mail and let the worker deal with it."""
    with app.app_context():
        post(house, **changes)
        db.session.commit()
    with work.worker(app):
        work.until(lambda: states(app) == [state])


def test_a_refused_request_sends_nothing(app: Flask, bergen: House, smtp: Mailroom) -> None:
    with app.app_context():
        post(bergen)
        db.session.rollback()
    assert states(app) == []


def test_a_mail_arrives_as_text_and_page_in_its_readers_language(app: Flask, bergen: House, smtp: Mailroom) -> None:
    send(app, bergen)
    (got,) = smtp.got
    assert got["Subject"] == "Hei Ålice, velkommen på lørdag"
    assert got["From"].addresses[0].display_name == "Kvartal"
    assert got["Reply-To"] == "hello@kvartal.example"
    assert got["Content-Language"] == "nb"
    text, page = got.get_body(("plain",)), got.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "http://kvartal.localhost:8000/healthz" in text.get_content()
    assert 'style="' in page.get_content(), "style moved into the elements"
    assert "prefers-color-scheme" in page.get_content()
    assert f"color: {bergen.operator.colours.accent}" in page.get_content(), "in the operator's colour"


def test_an_invitation_carries_its_method_and_is_read_by_a_calendar(app: Flask, bergen: House, smtp: Mailroom) -> None:
    send(app, bergen, attachments=[mail.Attachment("booking.ics", "text/calendar; method=REQUEST", ICS)])
    (file,) = smtp.got[0].iter_attachments()
    assert file.get_content_type() == "text/calendar"
    assert file["Content-Type"].params["method"] == "REQUEST"
    calendar = icalendar.Calendar.from_ical(file.get_content())
    assert str(calendar.walk("VEVENT")[0]["SUMMARY"]) == "Møte"


def test_a_line_break_in_a_name_makes_no_header(app: Flask, bergen: House, smtp: Mailroom) -> None:
    send(app, bergen, name="Eve\r\nBcc: mallory@example.com\r\n\r\nhi")
    (got,) = smtp.got
    assert got["Bcc"] is None
    assert got["Subject"] == "Hei Eve Bcc: mallory@example.com hi, velkommen på lørdag"
    assert smtp.envelopes[0].rcpt_tos == ["alice@kvartal.example"]


def test_a_line_break_in_an_address_is_refused(app: Flask, bergen: House) -> None:
    with app.app_context(), pytest.raises(ValueError, match="one word"):
        post(bergen, to="a@b.example\nBcc: c@d.example")


def test_a_busy_server_is_asked_again_with_the_same_message_id(app: Flask, bergen: House, smtp: Mailroom) -> None:
    smtp.answers = ["451 busy", "421 later"]
    send(app, bergen)
    with app.app_context():
        row = db.session.scalars(sa.select(OutboxMail)).one()
        assert (row.attempts, row.last_error) == (3, "")
    assert [got["Message-ID"] for got in smtp.got] == [row.message_id]


def test_a_server_that_is_away_is_asked_again(app: Flask, bergen: House, mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch) -> None:
    use(app, monkeypatch, smtp_url="smtp://127.0.0.1:9", demo=False)
    with app.app_context():
        post(bergen)
        db.session.commit()
    with work.worker(app):
        work.until(lambda: errors(app) == ["ConnectionRefusedError"])
        use(app, monkeypatch, smtp_url=mailroom.url)  # type: ignore[attr-defined]
        work.until(lambda: states(app) == [SENT])
    assert len(mailroom.got) == 1


def errors(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(OutboxMail.last_error)))


def test_a_refusal_for_good_is_not_repeated(app: Flask, bergen: House, smtp: Mailroom) -> None:
    smtp.answers = ["550 no such user"]
    send(app, bergen, state=REFUSED)
    assert (smtp.got, errors(app)) == ([], ["SMTPDataError 550"])


def test_an_address_that_is_none_is_given_up(app: Flask, bergen: House, smtp: Mailroom) -> None:
    send(app, bergen, state=REFUSED, to="nobody")


def test_once_sent_no_copy_of_the_words_stays(app: Flask, bergen: House, smtp: Mailroom) -> None:
    send(app, bergen, attachments=[mail.Attachment("booking.ics", "text/calendar; method=REQUEST", ICS)])
    with app.app_context():
        row = db.session.scalars(sa.select(OutboxMail)).one()
        assert (row.text, row.html) == ("", "")
        assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxAttachment)) == 0


def test_without_a_mail_server_mail_is_kept(app: Flask, bergen: House) -> None:
    with app.app_context():
        post(bergen)
        db.session.commit()
    assert states(app) == [KEPT]


def test_links_come_from_settings_whatever_host_a_request_claims(app: Flask, bergen: House) -> None:
    with app.test_request_context("/", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}):
        with tenancy.acting_for(bergen.operator.id):
            assert links.absolute_url("platform.alive") == "http://kvartal.localhost:8000/healthz"
        assert links.absolute_url("platform.alive") == "http://localhost:8000/healthz"


def test_old_mail_is_forgotten(app: Flask, bergen: House) -> None:
    with app.app_context():
        post(bergen)
        db.session.flush()
        db.session.execute(sa.update(OutboxMail).values(created_at=clock.now() - timedelta(days=31)))
        JOBS["mail.tidy"].run()
        db.session.commit()
    assert states(app) == []
