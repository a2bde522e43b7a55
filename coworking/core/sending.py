"""Sending what waits in the outbox, over SMTP."""

import smtplib
import ssl
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

import sqlalchemy as sa
from flask import current_app

from coworking.config import Config

from . import clock
from .db import db, release
from .jobs.registry import cron, job
from .outbox import KEPT, REFUSED, SENT, WAITING, OutboxAttachment, OutboxMail

DELIVER = "mail.deliver"
TIMEOUT = 20
MOST_ATTEMPTS = 30
"""With the waits between them, about a day."""
KEEP = timedelta(days=30)
UNWRITABLE = (ValueError, LookupError, MessageError)
"""What EmailMessage raises for an address that is none."""
LOCAL = {"localhost", "127.0.0.1", "::1"}


class _OneLine(UnstructuredHeader):
    """A header whose value is an address: written plainly, however long. RFC 5322 allows 998 characters."""

    def fold(self, *, policy: "Policy[EmailMessage]") -> str:
        """In one line."""
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _OneLine)  # type: ignore[arg-type] # the registry mixes the base in
OURS = SMTP.clone(header_factory=_headers)


class Unprotected(Exception):
    """The server offers no encryption, and a password would have travelled in the open."""


@job(DELIVER, retries=MOST_ATTEMPTS - 1, wait=timedelta(seconds=30))
def deliver(mail_id: str) -> None:
    """Send one mail. A server that is away or busy is asked again later; one that refuses for good is not."""
    mail = db.session.get(OutboxMail, UUID(mail_id))
    config: Config = current_app.extensions["coworking.config"]
    if mail is None or mail.state != WAITING or not config.smtp_url:
        return
    try:
        message = compose(mail, config.mail_from)
        release()
        _send(message, urlsplit(config.smtp_url))
    except (OSError, Unprotected, *UNWRITABLE) as error:
        if _note_failure(mail.id, error):
            raise
        return
    _note_sent(mail.id, keep_content=config.demo)


def compose(mail: OutboxMail, mail_from: str) -> EmailMessage:
    """The mail as it travels. EmailMessage encodes names and subjects, and refuses line breaks in headers."""
    message = EmailMessage(policy=OURS)
    message["From"] = Address(mail.from_name, addr_spec=mail_from)
    message["To"] = Address(addr_spec=mail.to)
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=mail.reply_to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe_url:
        # RFC 2369 and RFC 8058: mail programs show a button of their own, and stop by posting to the address.
        ways = [mail.unsubscribe_url, *([f"mailto:{mail.reply_to}?subject=STOP"] if mail.reply_to else [])]
        message["List-Unsubscribe"] = ", ".join(f"<{way}>" for way in ways)
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for file in mail.attachments:
        _attach(message, file)
    # Last, because making the parts takes the headers of the content away from the whole.
    message["Content-Language"] = mail.locale
    return message


def _attach(message: EmailMessage, file: OutboxAttachment) -> None:
    kind, *rest = (part.strip() for part in file.content_type.split(";"))
    maintype, _, subtype = kind.partition("/")
    params = dict(part.split("=", 1) for part in rest if "=" in part)
    if maintype == "text":
        params.pop("charset", None)
        message.add_attachment(file.data.decode(), subtype=subtype, filename=file.name, params=params, cte="base64")
    else:
        message.add_attachment(file.data, maintype=maintype, subtype=subtype or "octet-stream", filename=file.name, params=params)


def _send(message: EmailMessage, url: SplitResult) -> None:
    host = url.hostname or "localhost"
    trust = ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT, context=trust)
    else:
        server = smtplib.SMTP(host, url.port or (587 if url.username else 25), timeout=TIMEOUT)
    with server:
        server.ehlo_or_helo_if_needed()
        safe = url.scheme == "smtps" or host in LOCAL
        if url.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=trust)
            safe = True
        if url.username:
            if not safe:
                raise Unprotected
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)


def _is_final(error: Exception) -> bool:
    """Whether asking again can't help: the server refused this very mail with 5xx, or it can't be written down."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _text in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    # Whatever else a server says or fails to do is about the server or our settings, and can be mended.
    return isinstance(error, smtplib.SMTPNotSupportedError) or not isinstance(error, OSError | Unprotected)


def _note_failure(mail_id: UUID, error: Exception) -> bool:
    """Record a failed attempt, and say whether another one makes sense.

    Committed at once: the job that raises next leaves nothing else behind.
    """
    mail = db.session.get_one(OutboxMail, mail_id)
    mail.attempts += 1
    code = getattr(error, "smtp_code", "")
    mail.last_error = f"{type(error).__name__} {code}".strip()
    again = not _is_final(error) and mail.attempts < MOST_ATTEMPTS
    if not again:
        mail.state = REFUSED
        if mail.vanishes:
            db.session.delete(mail)
    db.session.commit()
    return again


def _note_sent(mail_id: UUID, keep_content: bool) -> None:
    mail = db.session.get_one(OutboxMail, mail_id)
    if mail.vanishes:
        db.session.delete(mail)
        return
    mail.attempts += 1
    mail.state, mail.sent_at, mail.last_error = SENT, clock.now(), ""
    if not keep_content:
        # Links that sign people in, names and plans: once sent, no copy stays with us.
        mail.text = mail.html = ""
        mail.attachments = []


@cron("mail.tidy", at="03:45")
def tidy() -> None:
    """Forget mails of more than a month ago."""
    old = sa.select(OutboxMail.id).where(OutboxMail.created_at < clock.now() - KEEP - timedelta(days=1), OutboxMail.state.in_((SENT, REFUSED, KEPT)))
    db.session.execute(sa.delete(OutboxMail).where(OutboxMail.id.in_(old)), execution_options={"synchronize_session": False})
