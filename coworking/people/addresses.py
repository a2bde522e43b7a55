"""E-mail addresses: written one way, found one way."""

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from coworking.core.db import db

from .models import Person

LONGEST = 254


def normal_address(text: str) -> str | None:
    """The address as we keep and compare it (lower case), or None when mail can't be sent to it."""
    if len(text) > LONGEST:
        return None
    try:
        checked = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except (EmailNotValidError, UnicodeError):
        return None
    return str(checked.normalized).lower()


def find_person(email: str) -> Person | None:
    """The open account with a normal address at the operator in force."""
    if not email.isprintable():
        return None
    person = db.session.scalar(sa.select(Person).where(Person.email == email))
    return person if person is not None and person.is_active else None


def is_taken(email: str) -> bool:
    """Whether any account, open or closed, has the address."""
    return db.session.scalar(sa.select(Person.id).where(Person.email == email)) is not None
