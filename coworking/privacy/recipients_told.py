"""Who was told of a correction or an erasure (GDPR Art. 19): every recipient that keeps a copy of its own.

There is one such, the payment provider; the host's storage is where we keep things ourselves, and mails are letters.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from coworking.billing.models import Account
from coworking.core.db import db

from .finding import Subject
from .register.recipients import RECIPIENTS


@dataclass(frozen=True, slots=True)
class Told:
    """A recipient, and by what number it knows the person."""

    name: str
    number: str


def of(subject: Subject) -> list[Told]:
    """Recipients that have the subject's name and address, and are told when these change."""
    if subject.person_id is None:
        return []
    wanted = sa.select(Account.provider_customer).where(Account.person_id == subject.person_id, Account.provider_customer != "")
    return [Told(RECIPIENTS["stripe"].name, number) for number in db.session.scalars(wanted)]
