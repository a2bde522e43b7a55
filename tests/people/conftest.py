"""What the tests of people share: the postman, who does the waiting jobs and shows what was mailed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask, g

from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.people import jobs
from coworking.people.models import LinkWish, Person
from tests.cast import House


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as its reader sees it."""

    to: str
    subject: str
    text: str
    html: str

    @property
    def link(self) -> str:
        """Path and query of the link in it."""
        parts = urlsplit(re.findall(r"https?://\S+", self.text)[0])
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


class Postman:
    """Knows one house."""

    def __init__(self, app: Flask, house: House) -> None:
        self.app, self.house = app, house

    def letters(self) -> list[Letter]:
        """Everything mailed so far, oldest first; what requests asked for is done first."""
        with self.app.app_context(), tenancy.acting_for(self.house.operator.id):
            g.operator = None
            for wish in db.session.scalars(sa.select(LinkWish).order_by(LinkWish.id)).all():
                jobs.mail_link(str(wish.id))
            db.session.commit()
            mails = db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id)).all()
            return [Letter(mail.to, mail.subject, mail.text, mail.html) for mail in mails]

    def last(self) -> Letter:
        """The latest mail."""
        return self.letters()[-1]


@pytest.fixture
def postman(app: Flask, bergen: House) -> Postman:
    """The postman of Bergen."""
    return Postman(app, bergen)


Look = Callable[[str], Person | None]


@pytest.fixture
def look(app: Flask, bergen: House) -> Look:
    """Read a person of Bergen by address, as the database has them now."""

    def find(email: str) -> Person | None:
        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            person = db.session.scalar(sa.select(Person).where(Person.email == email))
            if person is not None:
                db.session.expunge(person)
            return person

    return find
