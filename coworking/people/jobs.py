"""Work that follows a request: mails to addresses that may have an account or not, and forgetting what is old."""

from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.jobs import cron, enqueue, job

from . import accounts, emails, links, sessions, throttle
from .addresses import find_person
from .models import LinkWish, Person

MAIL_LINK = "people.mail_link"
JOINED, SIGN_IN, RESET = "joined", "sign_in", "reset"


def wish(kind: str, email: str, goes_on: str | None = None) -> None:
    """Have a link mailed to ``email`` if it has an account. The request does the same work either way."""
    row = LinkWish(kind=kind, email=email, goes_on=goes_on)
    db.session.add(row)
    db.session.flush()
    enqueue(MAIL_LINK, wish_id=str(row.id))


@job(MAIL_LINK)
def mail_link(wish_id: str) -> None:
    """Mail what was wished for, or nothing where there is no account."""
    row = db.session.scalar(sa.select(LinkWish).where(LinkWish.id == UUID(wish_id)))
    if row is None:
        return
    person = find_person(row.email)
    if person is not None:
        _mail(row, person)
    db.session.delete(row)


@job(accounts.WELCOME)
def welcome(person_id: str, by_id: str) -> None:
    """Tell somebody that the desk made an account for them, unless they have found out since."""
    person, by = db.session.get(Person, UUID(person_id)), db.session.get(Person, UUID(by_id))
    if person is not None and by is not None and person.is_active and person.email_confirmed_at is None:
        emails.welcome(person, by)


def _mail(row: LinkWish, person: Person) -> None:
    if row.kind == RESET:
        emails.reset(person)
    elif row.kind == SIGN_IN:
        emails.sign_in_link(person, row.goes_on)
    elif accounts.waits_for_confirmation(person):
        emails.confirm(person, row.goes_on)
    else:
        emails.already_joined(person, row.goes_on)


@cron("people.prune", every=60)
def prune() -> None:
    """Forget old tries, sessions and links of every operator."""
    with tenancy.across_operators():
        throttle.prune(clock.now())
        sessions.prune()
        links.prune()
