"""Mails about erasing: the receipt, which is the last one, and the warnings before an unused account goes."""

from datetime import date

from coworking.core import i18n, mail
from coworking.core.links import absolute_url, operator_in_force
from coworking.core.settings import config
from coworking.people.models import Person

from ..models import ErasureReceipt
from . import wording


def receipt(address: str, locale: str, done: ErasureReceipt) -> None:
    """Send the receipt. The mail leaves no copy behind; where there is no way to send mail, none is written."""
    if not (config().smtp_url or config().demo):
        return
    with i18n.speaking(locale):
        sections = wording.sections(done)
    written = mail.post(
        to=address,
        template="emails/privacy/erased",
        locale=locale,
        number=done.number,
        sections=sections,
        pending=bool(done.pending),
        url=absolute_url("privacy.receipt", number=done.number),
    )
    written.vanishes = True


def unused(person: Person, days: int, last_day: date) -> None:
    """Warn that the account goes in so many days because nobody has used it for two years."""
    locale: str = person.locale or operator_in_force().default_locale
    mail.post(
        to=person.email,
        template="emails/privacy/unused",
        locale=locale,
        person=person,
        days=days,
        last_day=last_day,
        url=absolute_url("people.sign_in"),
    )
