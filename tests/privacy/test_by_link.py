"""Reaching one's data by a link to the known address, without an account."""

import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.enquiries.models import Enquiry
from coworking.people.models import LinkWish
from coworking.privacy import links
from coworking.privacy.models import PrivacyRequest
from tests.cast import House
from tests.conftest import As

GUEST = "gerda@visitors.example"


@pytest.fixture
def wrote(app: Flask, bergen: House) -> None:
    """Somebody without an account wrote to the house once."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.add(Enquiry(name="Gerda", email=GUEST.title(), message="Is there a piano?", locale="en"))
        db.session.commit()


Ask = Callable[[str], str]


@pytest.fixture
def ask(app: Flask, bergen: House, browse: As) -> Ask:
    """Ask for a link for an address, and read the mailbox: the path of the link, or nothing."""

    def asked(email: str) -> str:
        answer = browse(bergen).post("/privacy/ask", data={"email": email})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/privacy/ask/sent")
        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            for wish in db.session.scalars(sa.select(LinkWish).where(LinkWish.kind == links.KIND)).all():
                links.mail_link(str(wish.id))
            db.session.commit()
            mail = db.session.scalar(sa.select(OutboxMail).where(OutboxMail.to == email.lower()).order_by(OutboxMail.id.desc()).limit(1))
            return re.findall(r"https?://[^/]+(/privacy/by-link/\S+)", mail.text)[0] if mail is not None else ""

    return asked


@pytest.mark.proves("W2G-61")
@pytest.mark.usefixtures("wrote")
def test_an_address_without_an_account_sees_copies_and_asks(app: Flask, bergen: House, browse: As, ask: Ask) -> None:
    visitor = browse(bergen)
    assert visitor.get(ask(GUEST)).headers["Location"] == "/privacy/mine"
    assert "1 record" in visitor.get("/privacy/mine").text
    assert "Is there a piano?" in visitor.get("/privacy/mine/data/messages").text
    copy = zipfile.ZipFile(BytesIO(visitor.post("/privacy/mine/copy").data))
    assert b"Is there a piano?" in copy.read("data/enquiry.json")
    assert "contacts.vcf" not in copy.namelist()
    assert visitor.get("/privacy/mine/erasure").status_code == 200
    assert visitor.post("/privacy/mine/requests", data={"kind": "question", "words": "Who read it?"}).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        made = db.session.scalars(sa.select(PrivacyRequest)).one()
        assert (made.channel, made.email, made.person_id) == ("link", GUEST, None)
    assert visitor.post("/privacy/by-link/closing").status_code == 303
    assert visitor.get("/privacy/mine").status_code == 303


@pytest.mark.proves("W2G-61")
@pytest.mark.usefixtures("wrote")
def test_an_unknown_address_gets_the_same_answer_and_nothing_else(app: Flask, bergen: House, browse: As, ask: Ask) -> None:
    assert ask("stranger@nowhere.example") == ""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(LinkWish)) == 0
    for wrong in ("", "not an address", "a@b@c", "x" * 300 + "@example.org", "é@example.org\x00"):
        assert browse(bergen).post("/privacy/ask", data={"email": wrong}).status_code == 422


def test_the_address_of_an_account_reaches_all_of_it(bergen: House, browse: As, ask: Ask) -> None:
    visitor = browse(bergen)
    visitor.get(ask("alice@kvartal.example"))
    assert "Alice Kvartal" in visitor.get("/privacy/mine/data/account").text
    assert visitor.get("/profile").status_code == 303, "a link opens the data, and signs nobody in"


@pytest.mark.usefixtures("wrote")
def test_a_link_says_nothing_of_the_address_and_ends_after_a_day(bergen: House, nantes: House, browse: As, ask: Ask) -> None:
    path = ask(GUEST)
    assert "gerda" not in path.lower()
    assert browse(nantes).get(path).status_code == 404, "it opens nothing at another house"
    visitor = browse(bergen)
    with time_machine.travel(clock.now() + timedelta(hours=23)):
        assert visitor.get(path).status_code == 303
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert visitor.get("/privacy/mine").status_code == 303
        assert visitor.get(path).status_code == 404
    for forged in (path[:-3] + "abc", "/privacy/by-link/x", "/privacy/by-link/..", "/privacy/by-link/IjEi.abc"):
        assert visitor.get(forged).status_code in (404, 308)


def test_links_are_not_a_way_to_fill_a_mailbox(bergen: House, browse: As) -> None:
    answers = [browse(bergen).post("/privacy/ask", data={"email": "alice@kvartal.example"}).status_code for _each in range(6)]
    assert answers == [303] * 5 + [429]


@pytest.mark.usefixtures("wrote")
def test_whoever_is_signed_in_sees_their_own_whatever_link_they_open(bergen: House, browse: As, ask: Ask) -> None:
    bob = browse(bergen, bergen.bob)
    bob.get(ask(GUEST))
    assert "Is there a piano?" not in bob.get("/privacy/mine/data/messages").text
