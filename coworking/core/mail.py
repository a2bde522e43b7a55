"""Mail: written at once into the outbox, in the request's own transaction, and sent by a job after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import css_inline
from flask import Flask, current_app

from coworking.config import Config

from . import i18n, jobs, tenancy
from .db import db, new_id
from .links import absolute_url, operator_in_force
from .mail_classes import MailClass, NotWanted, class_of, stop_url
from .outbox import KEPT, WAITING, OutboxAttachment, OutboxMail
from .sending import DELIVER

__all__ = ["Attachment", "MailClass", "NotWanted", "OutboxMail", "absolute_url", "init_app", "post"]

# Media queries stay in the page: they can't be moved into elements.
_inliner = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail. For a calendar: ``text/calendar; method=REQUEST`` (or ``CANCEL``)."""

    name: str
    content_type: str
    data: bytes


def init_app(app: Flask) -> None:
    """Let templates of mails link into the app."""
    app.jinja_env.globals.setdefault("absolute_url", absolute_url)


def post(
    to: str,
    template: str,
    locale: str,
    context: Mapping[str, Any] | None = None,
    attachments: Iterable[Attachment] = (),
    reply_to: str | None = None,
    **values: Any,
) -> OutboxMail:
    """Write the mail ``template`` in ``locale`` now, and send it after the commit.

    ``template`` names three files: ``.subject.txt``, ``.txt`` and ``.html``. They see ``context`` and ``values``,
    besides ``operator``, ``locale``, ``absolute_url`` and ``stop_url``. Answers go to ``reply_to``, else to the operator.
    Raises ValueError for an address with a line break in it, KeyError for a template without a class, and NotWanted
    when the reader may stop mails of that class and did, or never asked for them.
    """
    operator = operator_in_force()
    mail_class = class_of(template)
    stops = stop_url(to, mail_class)
    subject, text, html = _write(template, locale, {"operator": operator, **(context or {}), **values, "stop_url": stops})
    config: Config = current_app.extensions["coworking.config"]
    mail_id = new_id()
    mail = OutboxMail(
        id=mail_id,
        operator_id=tenancy.operator_id_in_force(),
        message_id=f"<{mail_id}@{config.mail_from.rpartition('@')[2]}>",
        to=_address(to),
        from_name=_one_line(operator.name) if operator is not None else "Coworking",
        reply_to=_address(reply_to or (operator.email if operator is not None else "")),
        subject=subject,
        text=text,
        html=html,
        locale=locale,
        mail_class=mail_class.value,
        unsubscribe_url=stops,
        state=WAITING if config.smtp_url else KEPT,
        attachments=[
            OutboxAttachment(position=position, name=_one_line(file.name), content_type=file.content_type, data=file.data)
            for position, file in enumerate(attachments)
        ],
    )
    db.session.add(mail)
    if config.smtp_url:
        jobs.enqueue(DELIVER, mail_id=str(mail_id))
    return mail


def _write(template: str, locale: str, context: dict[str, Any]) -> tuple[str, str, str]:
    """Subject, text and HTML. The request's own template context stays out: a mail is read elsewhere."""
    with i18n.speaking(locale):

        def rendered(ending: str, **more: Any) -> str:
            return current_app.jinja_env.get_template(template + ending).render(**context, locale=locale, **more)

        subject = _one_line(rendered(".subject.txt"))
        return subject, rendered(".txt").strip() + "\n", _inliner.inline(rendered(".html", subject=subject))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _address(address: str) -> str:
    if any(ord(character) < 33 or ord(character) == 127 for character in address):
        raise ValueError("an address is one word")
    return address
