"""Mails that prove an address. Each is made in a job, so that a request takes as long whoever's address was typed."""

from typing import Any

from coworking.core import mail
from coworking.core.links import absolute_url, operator_in_force

from . import links
from .links import Purpose
from .models import Person

PAGES = {
    Purpose.CONFIRM: "people.confirm",
    Purpose.SIGN_IN: "people.sign_in_by_link",
    Purpose.RESET: "people.new_password",
    Purpose.NEW_EMAIL: "people.new_email",
    Purpose.WELCOME: "people.sign_in_by_link",
}


def confirm(person: Person, goes_on: str | None) -> None:
    """Ask whoever joined to confirm the address."""
    _post(person, "confirm", Purpose.CONFIRM, goes_on)


def already_joined(person: Person, goes_on: str | None) -> None:
    """Tell somebody who joins again that the account is there, with a link that signs in."""
    _post(person, "already_joined", Purpose.SIGN_IN, goes_on)


def sign_in_link(person: Person, goes_on: str | None) -> None:
    """Send the link that signs in without a password."""
    _post(person, "sign_in_link", Purpose.SIGN_IN, goes_on)


def welcome(person: Person, by: Person) -> None:
    """Tell whoever the desk made an account for, by whom, with a link that confirms the address and signs in."""
    _post(person, "welcome", Purpose.WELCOME, None, by=by)


def reset(person: Person) -> None:
    """Send the link that lets a person choose another password."""
    _post(person, "reset", Purpose.RESET, None)


def new_address(person: Person, address: str) -> None:
    """Ask for a click at the new address before it takes the place of the old."""
    _post(person, "new_address", Purpose.NEW_EMAIL, None, address)


def address_in_use(person: Person, address: str) -> None:
    """Tell the reader of an address, and nobody else, that it has an account of its own."""
    mail.post(to=address, template="emails/people/address_in_use", locale=_locale(person), person=person)


def address_changed(person: Person, old: str) -> None:
    """Tell the old address that another took its place."""
    mail.post(to=old, template="emails/people/address_changed", locale=_locale(person), person=person)


def password_changed(person: Person) -> None:
    """Tell the person that the password changed, in case it was somebody else."""
    mail.post(to=person.email, template="emails/people/password_changed", locale=_locale(person), person=person)


def _post(person: Person, template: str, purpose: Purpose, goes_on: str | None, address: str | None = None, **values: Any) -> None:
    token = links.make(person, purpose, address)
    mail.post(
        to=address or person.email,
        template=f"emails/people/{template}",
        locale=_locale(person),
        person=person,
        url=absolute_url(PAGES[purpose], token=token, next=goes_on),
        **values,
    )


def _locale(person: Person) -> str:
    first: str = operator_in_force().default_locale
    return person.locale or first
