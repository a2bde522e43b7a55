"""The demo shows the mail that it sent; production has no such page."""

import dataclasses
from email import message_from_bytes, policy
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from coworking import create_app
from coworking.core import mail, tenancy
from coworking.core.db import db, new_id
from coworking.core.outbox import OutboxMail
from tests.cast import House
from tests.conftest import As


def post(app: Flask, house: House, to: str = "alice@kvartal.example") -> OutboxMail:
    """A mail with an attachment and a link."""
    with app.app_context(), tenancy.acting_for(house.operator.id):
        kept = mail.post(
            to=to,
            template="emails/enquiries/confirmed",
            locale="fr",
            attachments=[mail.Attachment("booking.ics", "text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")],
        )
        db.session.execute(sa.update(OutboxMail).values(text="Hei\n<script>alert(1)</script>\nhttp://kvartal.localhost:8000/confirm/x\n"))
        db.session.commit()
    return kept


def test_the_newest_mail_is_on_top_and_its_link_can_be_followed(app: Flask, bergen: House, browse: As) -> None:
    post(app, bergen, "first@kvartal.example")
    kept = post(app, bergen)
    client = browse(bergen)
    listed = client.get("/demo/mailbox").text
    assert listed.index("alice@kvartal.example") < listed.index("first@kvartal.example")
    assert "first@" not in client.get("/demo/mailbox?to=Alice@kvartal.example").text
    shown = client.get(f"/demo/mailbox/{kept.id}").text
    assert 'href="http://kvartal.localhost:8000/confirm/x"' in shown
    assert "<script>alert" not in shown


def test_the_whole_mail_and_its_files_can_be_downloaded(app: Flask, bergen: House, browse: As) -> None:
    kept = post(app, bergen)
    client = browse(bergen)
    whole = message_from_bytes(client.get(f"/demo/mailbox/{kept.id}/message.eml").data, policy=policy.default)
    assert whole["Subject"] == kept.subject
    file = client.get(f"/demo/mailbox/{kept.id}/attachments/0")
    assert file.data.startswith(b"BEGIN:VCALENDAR")
    assert file.headers["Content-Disposition"] == "attachment; filename=booking.ics"
    assert client.get(f"/demo/mailbox/{kept.id}/attachments/1").status_code == 404


def test_another_operators_mail_is_not_there(app: Flask, bergen: House, nantes: House, browse: As) -> None:
    kept = post(app, bergen)
    client = browse(nantes)
    assert kept.subject not in client.get("/demo/mailbox").text
    for path in ("", "/message.eml", "/attachments/0"):
        assert client.get(f"/demo/mailbox/{kept.id}{path}").status_code == 404
        assert client.get(f"/demo/mailbox/{new_id()}{path}").status_code == 404


def test_an_empty_mailbox_says_how_to_fill_it(bergen: House, browse: As) -> None:
    assert "/rooms" in browse(bergen).get("/demo/mailbox?to=%00&before=nonsense").text


def test_production_has_no_mailbox(app: Flask, tmp_path: Path) -> None:
    config = dataclasses.replace(app.extensions["coworking.config"], demo=False, data_dir=tmp_path)
    production = create_app(config)
    assert not [rule for rule in production.url_map.iter_rules() if rule.endpoint.startswith("demo")]
