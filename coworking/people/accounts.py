"""Joining, recognising a person, and what follows when a password or an address changes.

Nothing here tells a stranger who has an account: the same work is done, and the same is said, either way.
"""

import hashlib

from sqlalchemy.exc import IntegrityError

from coworking.core import clock
from coworking.core.db import db, release
from coworking.core.jobs import enqueue

from . import links, passwords, sessions, throttle
from .addresses import find_person, is_taken
from .links import Purpose
from .models import MailedLink, Person, SignInSession

WELCOME = "people.welcome"


class NotRecognised(Exception):
    """The address and the password don't go together."""


class NotConfirmed(NotRecognised):
    """They do, but nobody has shown yet that the address is theirs. Strangers are told the same as for NotRecognised."""


class AddressTaken(Exception):
    """Another account got the address first."""


def join(name: str, email: str, password: str, locale: str) -> str:
    """Open an account that waits for its address to be confirmed; returns the mark of the chosen password.

    An account that is confirmed, or that staff opened, is left as it is. Joining again before confirming replaces
    what was typed before. Rolls back what this transaction did so far.
    """
    release()
    hashed = passwords.hash_password(password)
    person = find_person(email)
    if person is None:
        _open_account(name, email, hashed, locale)
    elif waits_for_confirmation(person):
        person.name, person.password_hash, person.locale = name, hashed, locale
    return mark(hashed)


def _open_account(name: str, email: str, hashed: str, locale: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(Person(name=name, email=email, password_hash=hashed, locale=locale))
    except IntegrityError:
        # The same form sent twice at once, or an account that was closed: the mail will say what is so.
        return


def open_by_staff(name: str, email: str, by: Person) -> Person:
    """Open an account for whoever the desk books for, and have a mail tell them so.

    It has no password: signing in by the link in that mail, or by any other, confirms the address.

    Raises AddressTaken when an account that was closed has the address, or a parallel request was faster.
    """
    try:
        with db.session.begin_nested():
            person = Person(name=name, email=email)
            db.session.add(person)
    except IntegrityError as error:
        raise AddressTaken from error
    enqueue(WELCOME, person_id=str(person.id), by_id=str(by.id))
    return person


def waits_for_confirmation(person: Person) -> bool:
    """Whether the person joined by themselves and has not shown yet that the address is theirs."""
    return person.email_confirmed_at is None and person.password_hash is not None


def mark(hashed: str | None) -> str:
    """What a browser remembers of the password chosen in it, so that confirming there needs no password again."""
    return hashlib.sha256((hashed or "").encode()).hexdigest()[:32]


def recognise(email: str, password: str, address: str | None) -> Person:
    """The person of an address and a password. ``address``: the client's IP address, to count by.

    Raises NotRecognised, NotConfirmed or throttle.TooManyTries; the caller keeps the counted try with ``keep_writes()``.
    Rolls back what this transaction did so far.
    """
    person = find_person(email)
    hashed = person.password_hash if person is not None else None
    prove_password(hashed, password, email, address)
    fresh = None
    if hashed and passwords.is_outdated(hashed):
        release()
        fresh = passwords.hash_password(password)
    person = find_person(email)
    if person is None or person.password_hash != hashed:
        raise NotRecognised
    if person.email_confirmed_at is None:
        raise NotConfirmed
    if fresh:
        person.password_hash = fresh
    return person


def prove_password(hashed: str | None, password: str, account: str, address: str | None) -> None:
    """Raise NotRecognised, and count the try, unless ``password`` belongs to ``hashed``; TooManyTries when none is open."""
    throttle.check(throttle.SIGN_IN, account, address)
    release()
    right = passwords.verify(hashed, password)
    if not right:
        throttle.count(throttle.SIGN_IN, account, address)
        raise NotRecognised
    # Parallel guesses all passed the first check: only those within the limit may learn that they are right.
    throttle.check(throttle.SIGN_IN, account, address, exact=True)


def confirm_address(person: Person, password_is_theirs: bool) -> None:
    """Note that the person reads mail at the address.

    Unless the password is known to be theirs it goes: somebody else may have joined with this address and be waiting.
    """
    if person.email_confirmed_at is not None:
        return
    person.email_confirmed_at = clock.now()
    if not password_is_theirs:
        person.password_hash = None


def set_password(person: Person, hashed: str, but: SignInSession | None = None) -> None:
    """Replace the password: every other session ends, and every link that could undo it dies."""
    person.password_hash = hashed
    sessions.end_all(person, but)
    links.kill(person)


def change_address(link: MailedLink) -> str:
    """Give the person the address that the link was mailed to; returns the old one. Raises AddressTaken."""
    person, old = link.person, link.person.email
    if is_taken(link.address):
        raise AddressTaken
    try:
        with db.session.begin_nested():
            person.email = link.address
            person.email_confirmed_at = clock.now()
    except IntegrityError as error:
        raise AddressTaken from error
    links.kill(person, Purpose.SIGN_IN, Purpose.RESET, Purpose.CONFIRM, Purpose.NEW_EMAIL, Purpose.WELCOME)
    return old
