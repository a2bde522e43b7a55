"""Consents: to one thing each, in words that are kept, and as easy to take back as to give (GDPR Art. 4(11) and 7).

Nothing else makes a consent: not signing up, not buying, not writing to us. Whoever has an account gives one while signed
in; anybody else asks, and confirms from the address.
"""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from coworking.core import clock, i18n, mail
from coworking.core.db import db
from coworking.core.links import absolute_url, operator_in_force
from coworking.core.mail_classes import MailClass
from coworking.core.mail_tokens import seal, unseal
from coworking.people.models import LinkWish, Person

from . import finding, mail_choices
from .models import Consent

KEYS: dict[MailClass, LazyString] = {
    MailClass.NEWS: _("Yes, send me news of %(name)s by e-mail: what is new in the house, and events. I can stop them at any time."),
    MailClass.MARKETING: _("Yes, send me offers of %(name)s by e-mail: plans, rooms and prices. I can stop them at any time."),
}
"""What can be agreed to, with the words that stand beside the button. Nobody else's marketing is among it."""
CONFIRM = "confirm"
"""What the tokens of links that confirm an address are sealed for."""
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def words(key: MailClass) -> str:
    """The words beside the button, in the language in force."""
    return str(KEYS[key]) % {"name": operator_in_force().name}


def give(email: str, key: MailClass, how: str, asked_at: datetime | None = None) -> Consent:
    """Whoever has shown that the address is theirs says yes, now. Saying it again changes nothing.

    A receipt goes to the address: what was agreed to, when, in which words, and how to take it back.
    """
    live = _live(email, key)
    if live is not None:
        return live
    now, said = clock.now(), words(key)
    consent = Consent(
        key=key.value, receipt="".join(secrets.choice(_ALPHABET) for _each in range(16)), person_id=_person(email), email=email.lower(),
        words=said, words_hash=hashlib.sha256(said.encode()).hexdigest(), locale=i18n.language(), how=how, asked_at=asked_at or now, given_at=now,
    )  # fmt: skip
    db.session.add(consent)
    db.session.flush()
    mail_choices.choose(email, key, wanted=True, how=how)
    url = mail_choices.stop_url(email, key)
    mail.post(to=email, template="emails/privacy/consent_given", locale=consent.locale, consent=consent, url=url)
    return consent


def ask(email: str, key: MailClass) -> None:
    """Somebody typed an address and wants this for it: one mail goes there, and no second one however often it is typed.

    Until it is answered the address is nothing but a wish, and goes like one (register: link.address). Nothing tells
    whoever typed it whether the address was known.
    """
    waits = sa.select(LinkWish.id).where(LinkWish.kind == key.value, LinkWish.email == email.lower())
    if _live(email, key) is not None or db.session.scalar(waits.limit(1)) is not None:
        return
    wish = LinkWish(kind=key.value, email=email.lower())
    db.session.add(wish)
    db.session.flush()
    url = absolute_url("privacy.confirm_news", token=seal(CONFIRM, str(wish.id)))
    mail.post(to=email, template="emails/privacy/news_asked", locale=i18n.language(), url=url, words=words(key))


def asked(token: str) -> LinkWish | None:
    """The wish that a mailed link answers; None once it was answered or has gone."""
    wish_id = unseal(CONFIRM, token)
    return db.session.get(LinkWish, UUID(wish_id)) if wish_id is not None else None


def confirm(wish: LinkWish) -> Consent:
    """Whoever reads mail at the address says yes."""
    consent = give(wish.email, MailClass(wish.kind), mail_choices.NEWSLETTER, wish.created_at)
    db.session.delete(wish)
    return consent


def withdraw(consent: Consent, how: str) -> None:
    """Take one back: nothing of that class goes to the address from now on."""
    mail_choices.choose(consent.email, MailClass(consent.key), wanted=False, how=how)


def of(subject: finding.Subject) -> list[Consent]:
    """The subject's own consents, also those taken back, the newest first."""
    ids = [row["id"] for row in finding.rows(subject, "consent")]
    return list(db.session.scalars(sa.select(Consent).where(Consent.id.in_(ids)).order_by(Consent.asked_at.desc())))


def _live(email: str, key: MailClass) -> Consent | None:
    mine = sa.and_(Consent.key == key.value, sa.func.lower(Consent.email) == email.lower())
    return db.session.scalar(sa.select(Consent).where(mine, Consent.given_at.is_not(None), Consent.withdrawn_at.is_(None)).limit(1))


def _person(email: str) -> UUID | None:
    return db.session.scalar(sa.select(Person.id).where(Person.email == email.lower(), Person.email_confirmed_at.is_not(None)))
