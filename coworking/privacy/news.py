"""Messages of the operator to many, a class at a time. From and answers are always the operator's own."""

from uuid import UUID

from coworking.core import clock, i18n, mail
from coworking.core.db import db
from coworking.core.jobs import enqueue, job
from coworking.core.links import operator_in_force
from coworking.core.mail_classes import MailClass
from coworking.core.texts import Texts

from . import audience
from .models import NewsMessage
from .policy.rendering import supplement

SEND = "privacy.send_news"
AT_ONCE = 50


class AlreadySent(Exception):
    """Somebody sent the message before."""


def draft(mail_class: MailClass, subject: Texts, body: Texts, by: UUID) -> NewsMessage:
    """Keep what is to be sent."""
    if not mail_class.can_be_stopped:
        raise ValueError("the operator writes to many only what each of them can stop")
    message = NewsMessage(mail_class=mail_class.value, subject=subject, body=body, made_by_id=by)
    db.session.add(message)
    db.session.flush()
    return message


def change(message: NewsMessage, mail_class: MailClass, subject: Texts, body: Texts) -> None:
    """Write it anew while it is a draft; raises AlreadySent."""
    if message.started_at is not None:
        raise AlreadySent
    message.mail_class, message.subject, message.body = mail_class.value, subject, body


def send(message: NewsMessage) -> None:
    """Begin to send, once; raises AlreadySent."""
    if message.started_at is not None:
        raise AlreadySent
    message.started_at = clock.now()
    enqueue(SEND, message_id=str(message.id), after="")


@job(SEND)
def send_some(message_id: str, after: str) -> None:
    """Write the next mails into the outbox, and ask for those after them.

    Mails, count and the next wish are one transaction, so whoever is cut off begins again where it was, and nobody gets
    two. Who said no meanwhile is left out.
    """
    message = db.session.get(NewsMessage, UUID(message_id))
    if message is None or message.finished_at is not None:
        return
    waiting = [reader for reader in audience.readers(MailClass(message.mail_class)) if str(reader.id) > after]
    for reader in waiting[:AT_ONCE]:
        message.sent += _post(message, reader)
    if len(waiting) > AT_ONCE:
        enqueue(SEND, message_id=message_id, after=str(waiting[AT_ONCE - 1].id))
    else:
        message.finished_at = clock.now()


def _post(message: NewsMessage, reader: audience.Reader) -> int:
    operator = operator_in_force()
    locale = reader.locale if reader.locale in operator.locales else operator.default_locale
    subject, text = message.subject.in_(locale, operator.default_locale), message.body.in_(locale, operator.default_locale)
    try:
        with i18n.speaking(locale):
            mail.post(
                to=reader.email,
                template=f"emails/privacy/message_{message.mail_class}",
                locale=locale,
                title=subject,
                words=text,
                html=supplement(text),
            )
    except mail.NotWanted:
        return 0
    return 1
