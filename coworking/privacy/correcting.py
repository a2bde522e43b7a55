"""A correction reaches every copy: the payer's card, what is kept by address, and the payment provider (GDPR Art. 16 and 19).

Heard where rows are written, so that it is the same whoever corrects: the person, the desk, or a link to a new address.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from coworking.billing import gateways
from coworking.billing.models import Account
from coworking.core import tenancy
from coworking.core.db import db, new_id, release
from coworking.core.jobs import enqueue, job
from coworking.payments.failures import NotPossible
from coworking.people.models import Person

from .models import Consent, MailChoice, PrivacyRequest

CORRECT = "privacy.correct_customer"
AT_THE_PROVIDER = ("name", "email", "locale")


@event.listens_for(Session, "before_flush")
def _follow(session: Session, _context: Any, _instances: Any) -> None:
    here = tenancy.operator_id_in_force()
    if here is None:
        return
    for person in [row for row in session.dirty if isinstance(row, Person) and row.operator_id == here]:
        _of_person(person)
    for account in [row for row in session.dirty if isinstance(row, Account) and row.operator_id == here]:
        if account.provider_customer and any(_before(account, name) for name in AT_THE_PROVIDER):
            # A wish of its own each time: the provider would answer an old one from memory when something is changed back.
            enqueue(CORRECT, account_id=str(account.id), wish=str(new_id()))


@job(CORRECT, retries=40, wait=timedelta(minutes=1))
def correct_customer(account_id: str, wish: str) -> None:
    """Tell the payment provider what a payer is called now, and where they read mail."""
    account = db.session.get(Account, UUID(account_id))
    if account is None or not account.provider_customer:
        return
    port, customer = gateways.payments(), account.provider_customer
    said = {name: getattr(account, name) for name in AT_THE_PROVIDER}
    release()
    try:
        port.update_customer(customer, **said, idempotency_key=f"correct:{wish}")
    except NotPossible:
        # The connection was taken away since: there is nobody left to tell.
        return


def _of_person(person: Person) -> None:
    email, name = _before(person, "email"), _before(person, "name")
    if not email and not name:
        return
    account = db.session.scalar(sa.select(Account).where(Account.person_id == person.id))
    if account is not None:
        # What they chose to have on invoices instead stays as they chose it.
        account.name = person.name if name and account.name == name else account.name
        account.email = person.email if email and account.email.lower() == email.lower() else account.email
    if email:
        _address(person, email)


def _address(person: Person, old: str) -> None:
    """What people want to get, agreed to and asked goes with them to the new address."""
    taken = sa.select(MailChoice.mail_class).where(MailChoice.email == person.email)
    moving = sa.update(MailChoice).where(MailChoice.email == old, MailChoice.mail_class.not_in(taken))
    _write(moving.values(email=person.email))
    for table in (Consent, PrivacyRequest):
        _write(sa.update(table).where(table.person_id == person.id, table.email == old).values(email=person.email))


def _write(statement: sa.Update) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})


def _before(row: Any, name: str) -> str:
    """What a column said before this change; empty where it says the same."""
    history = sa.inspect(row).attrs[name].history
    return str(history.deleted[0]) if history.has_changes() and history.deleted and history.deleted[0] else ""
