"""Who may get a message of a class: one rule for the number at the desk and for the sending."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.billing.models import Account
from coworking.bookings.models import Booking, State
from coworking.core import clock
from coworking.core.db import db
from coworking.core.links import operator_in_force
from coworking.core.mail_classes import MailClass
from coworking.memberships.models import Subscription, SubscriptionState
from coworking.people.company import Seat
from coworking.people.models import Person

from . import mail_choices
from . import marketing_rules as rules
from .models import Consent, MailChoice

USED_WITHIN = timedelta(days=90)
"""Whoever booked within this time uses the house."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One address. ``id``: of the row that it comes from, by which a sending that was cut off finds its place again."""

    id: UUID
    email: str
    locale: str


def readers(mail_class: MailClass) -> list[Reader]:
    """Everybody who may get the class now, each address once, in an order that stays."""
    found = _members() if mail_class is MailClass.ACTIVITY else [*_consenting(mail_class), *_company_boxes()]
    refused = set(db.session.scalars(sa.select(MailChoice.email).where(MailChoice.mail_class == mail_class.value, ~MailChoice.wanted)))
    out = refused | mail_choices.set_aside()
    once = {reader.email.lower(): reader for reader in sorted(found, key=lambda each: each.id, reverse=True)}
    return sorted((reader for email, reader in once.items() if email not in out), key=lambda each: each.id)


def _members() -> list[Reader]:
    """People with a subscription that runs, through their company too, or a booking within 90 days."""
    running = (SubscriptionState.TRIAL.value, SubscriptionState.ACTIVE.value, SubscriptionState.PAUSED.value)
    own = sa.select(Subscription.person_id).where(Subscription.state.in_(running), Subscription.person_id.is_not(None))
    companies = sa.select(Subscription.company_id).where(Subscription.state.in_(running), Subscription.company_id.is_not(None))
    seats = sa.select(Seat.person_id).where(Seat.left_at.is_(None), Seat.company_id.in_(companies))
    booked = sa.select(Booking.person_id).where(
        Booking.state == State.CONFIRMED.value, Booking.person_id.is_not(None), Booking.ends_at > clock.now() - USED_WITHIN
    )
    uses = sa.or_(Person.id.in_(own), Person.id.in_(seats), Person.id.in_(booked))
    people = db.session.scalars(sa.select(Person).where(uses, Person.email_confirmed_at.is_not(None)))
    return [Reader(person.id, person.email, person.locale or _usual()) for person in people if person.is_active]


def _consenting(mail_class: MailClass) -> list[Reader]:
    live = sa.and_(Consent.given_at.is_not(None), Consent.withdrawn_at.is_(None), Consent.email != "")
    found = db.session.scalars(sa.select(Consent).where(Consent.key == mail_class.value, live))
    return [Reader(consent.id, consent.email, consent.locale) for consent in found]


def _company_boxes() -> list[Reader]:
    """Boxes of customers that are companies and that name nobody, where the country lets them be written to unasked."""
    operator = operator_in_force()
    if not rules.allowed(operator.country, rules.Kind.COMPANY, rules.Facts(is_customer=True), clock.today(operator.zone)):
        return []
    billed = db.session.scalars(sa.select(Account).where(Account.company_id.is_not(None), Account.email != ""))
    return [Reader(account.id, account.email, account.locale) for account in billed if rules.names_nobody(account.email)]


def _usual() -> str:
    locale: str = operator_in_force().default_locale
    return locale
