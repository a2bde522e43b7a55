"""Which mails an address wants. Keyed by address, so that people without an account can say no too.

Every way to say it (one click in the mail program, the link in the mail, the page of one's mails, a letter to the desk)
ends in ``choose``.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper

from coworking.billing.models import Account
from coworking.core import clock
from coworking.core.db import db
from coworking.core.links import absolute_url, operator_in_force
from coworking.core.mail_classes import MailClass
from coworking.core.mail_tokens import seal, unseal
from coworking.people.models import Person

from . import marketing_rules as rules
from .finding import columns_of
from .models import Consent, MailChoice, Restriction

PROFILE, ONE_CLICK, LINK, STAFF, NEWSLETTER = "profile", "one_click", "link", "staff", "newsletter"
STOP = "stop"
"""What the tokens of links that stop mails are sealed for."""


def choose(email: str, mail_class: MailClass, wanted: bool, how: str) -> None:
    """Write down that an address wants a class, or not. Saying no takes back every consent to it at once (GDPR Art. 7(3))."""
    if not mail_class.can_be_stopped:
        raise ValueError(f"{mail_class.value} mails can't be stopped")
    if not wanted:
        live = sa.and_(_address(Consent.email) == email.lower(), Consent.key == mail_class.value, Consent.withdrawn_at.is_(None))
        for consent in db.session.scalars(sa.select(Consent).where(live, Consent.given_at.is_not(None))):
            consent.withdrawn_at = clock.now()
    row = _row(email, mail_class)
    if not _is_known(email):
        # Nothing goes there without a consent, which was just taken back or given: to keep the address would serve nothing.
        if row is not None:
            db.session.delete(row)
        db.session.flush()
        return
    if row is None:
        row = MailChoice(email=email.lower(), mail_class=mail_class.value)
        db.session.add(row)
    row.wanted, row.how, row.changed_at = wanted, how, clock.now()
    db.session.flush()


def wants(email: str, mail_class: MailClass) -> bool:
    """Whether a mail of the class may go to the address now: choice, consent, country and set-aside data considered."""
    if not mail_class.can_be_stopped:
        return True
    row = _row(email, mail_class)
    if (row is not None and not row.wanted) or is_set_aside(email):
        return False
    if not mail_class.needs_consent:
        return True
    facts = rules.Facts(said_yes=has_consent(email, mail_class), is_customer=is_company_box(email))
    operator = operator_in_force()
    kind = rules.Kind.COMPANY if facts.is_customer else rules.Kind.PERSON
    return rules.allowed(operator.country, kind, facts, clock.today(operator.zone))


def gate(to: str, mail_class: MailClass) -> str | None:
    """For core/mail_classes.py: where the reader stops the class, or None where it may not be sent."""
    if not wants(to, mail_class):
        return None
    return stop_url(to, mail_class)


def stop_url(email: str, mail_class: MailClass) -> str:
    """Where an address says no to a class without signing in. Whoever has the link can say no, and learns nothing."""
    return absolute_url("privacy.stop_mails", token=seal(STOP, f"{mail_class.value} {email.lower()}"))


def meant_by(token: str) -> tuple[str, MailClass] | None:
    """Address and class of such a link; None where it is not one of the operator's."""
    text = unseal(STOP, token)
    if text is None:
        return None
    mail_class, _space, email = text.partition(" ")
    return email, MailClass(mail_class)


def has_consent(email: str, mail_class: MailClass) -> bool:
    """Whether a consent to the class was given for the address and not taken back."""
    live = sa.and_(Consent.given_at.is_not(None), Consent.withdrawn_at.is_(None))
    mine = sa.and_(Consent.key == mail_class.value, _address(Consent.email) == email.lower())
    return db.session.scalar(sa.select(Consent.id).where(mine, live).limit(1)) is not None


def is_company_box(email: str) -> bool:
    """Whether a company that is a customer is billed at this address, and the address names nobody."""
    billed = sa.select(Account.id).where(Account.company_id.is_not(None), _address(Account.email) == email.lower())
    return rules.names_nobody(email) and db.session.scalar(billed.limit(1)) is not None


def is_set_aside(email: str) -> bool:
    """Whether the person behind the address restricted the use of their data (GDPR Art. 18). Objections end in ``choose``."""
    return db.session.scalar(_aside().where(Person.email == email.lower()).limit(1)) is not None


def set_aside() -> set[str]:
    """Addresses of everybody of whom ``is_set_aside`` says so."""
    return set(db.session.scalars(_aside()))


def _aside() -> sa.Select[str]:
    restricted = sa.select(Restriction.person_id).where(Restriction.lifted_at.is_(None))
    return sa.select(Person.email).where(Person.id.in_(restricted))


@dataclass(frozen=True, slots=True)
class Standing:
    """One class as the page of one's mails shows it."""

    mail_class: MailClass
    wanted: bool


def standing(email: str) -> list[Standing]:
    """All five classes with what the address wants, in the order of the enum."""
    return [Standing(each, wants(email, each)) for each in MailClass]


def _is_known(email: str) -> bool:
    """Whether mails that nobody asked for might go to the address: one of an account, or of a company that is a customer."""
    return db.session.scalar(sa.select(Person.id).where(Person.email == email.lower())) is not None or is_company_box(email)


def _row(email: str, mail_class: MailClass) -> MailChoice | None:
    return db.session.scalar(sa.select(MailChoice).where(MailChoice.email == email.lower(), MailChoice.mail_class == mail_class.value))


def _address(column: Any) -> Any:
    return sa.func.lower(column)


@event.listens_for(Person, "after_update")
def _take_along(_mapper: Mapper[Person], connection: Connection, person: Person) -> None:
    """A person who changes their address keeps what they said no to, and yes."""
    changed: Any = sa.inspect(person).attrs.email.history
    if not (changed.has_changes() and changed.deleted and changed.deleted[0]):
        return
    old, new = changed.deleted[0], person.email
    choices, consents = columns_of(MailChoice.__tablename__), columns_of(Consent.__tablename__)
    at_home = choices.c.operator_id == person.operator_id
    # Where somebody said something under the new address already, that stands.
    said = sa.select(choices.c.mail_class).where(at_home, choices.c.email == new)
    taken = set(connection.scalars(said))
    moving = sa.and_(at_home, choices.c.email == old, choices.c.mail_class.not_in(taken))
    connection.execute(sa.update(choices).where(moving).values(email=new))
    connection.execute(sa.update(consents).where(consents.c.person_id == person.id).values(email=new))
