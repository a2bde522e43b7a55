"""Mails about what is kept longer or set aside. In the person's language."""

from coworking.core import i18n, mail
from coworking.core.links import absolute_url, operator_in_force
from coworking.people.models import Person

from .models import LegalHold
from .register import ENTRIES


def hold(held: LegalHold, person: Person, what: str) -> None:
    """Tell the person that something of theirs is held: placed, moved or ended."""
    locale = locale_of(person)
    with i18n.speaking(locale):
        mail.post(
            to=person.email,
            template="emails/privacy/hold",
            locale=locale,
            what=what,
            person=person,
            reason=held.reason,
            kept=[str(ENTRIES[key].title) for key in held.keys],
            until=i18n.short_date(held.ends_on),
        )


def restriction(person: Person, what: str) -> None:
    """Tell the person that their data is set aside, will be used again, or is used again: began, ending or lifted."""
    locale = locale_of(person)
    with i18n.speaking(locale):
        mail.post(to=person.email, template="emails/privacy/restriction", locale=locale, what=what, person=person, url=absolute_url("privacy.limits"))


def locale_of(person: Person) -> str:
    """The language that the person chose, else the operator's."""
    chosen: str = person.locale or operator_in_force().default_locale
    return chosen
