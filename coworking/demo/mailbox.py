"""The mailbox of the demo: every mail that was sent, so that a visitor can follow its links. Never in production."""

from email.policy import SMTP
from io import BytesIO
from uuid import UUID

from flask import Blueprint, abort, current_app, g, request, send_file
from sqlalchemy import select
from werkzeug import Response

from coworking.core.db import db
from coworking.core.outbox import OutboxMail
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.core.sending import compose

A_PAGE = 30

blueprint = Blueprint("demo", __name__, url_prefix="/demo")
# The foot of each page links here, where there is a mailbox.
blueprint.record_once(lambda state: state.app.jinja_env.globals.update(has_mailbox=True))


@blueprint.get("/mailbox")
@requires(Permission.PUBLIC)
def mailbox() -> Response:
    """The operator's mails, newest first; ``to`` narrows them to one address."""
    address = request.args.get("to", "").strip().lower()[:254].replace("\0", "")
    before = _id(request.args.get("before", ""))
    wanted = select(OutboxMail).where(OutboxMail.operator_id == g.operator.id).order_by(OutboxMail.id.desc())
    if address:
        wanted = wanted.where(OutboxMail.to == address)
    if before:
        wanted = wanted.where(OutboxMail.id < before)
    mails = list(db.session.scalars(wanted.limit(A_PAGE + 1)))
    return page("demo/mailbox.html", mails=mails[:A_PAGE], has_more=len(mails) > A_PAGE, address=address)


@blueprint.get("/mailbox/<uuid:mail_id>")
@requires(Permission.PUBLIC)
def mail(mail_id: UUID) -> Response:
    """One mail: its text, its attachments, and the whole as it travels."""
    return page("demo/mail.html", mail=_mail(mail_id))


@blueprint.get("/mailbox/<uuid:mail_id>/message.eml")
@requires(Permission.PUBLIC)
def message(mail_id: UUID) -> Response:
    """The mail as it travels, for a mail program."""
    whole = compose(_mail(mail_id), current_app.extensions["coworking.config"].mail_from).as_bytes(policy=SMTP)
    return send_file(BytesIO(whole), "message/rfc822", as_attachment=True, download_name="message.eml")


@blueprint.get("/mailbox/<uuid:mail_id>/attachments/<int:position>")
@requires(Permission.PUBLIC)
def attachment(mail_id: UUID, position: int) -> Response:
    """One file that went with the mail."""
    for file in _mail(mail_id).attachments:
        if file.position == position:
            return send_file(BytesIO(file.data), file.content_type.split(";")[0], as_attachment=True, download_name=file.name)
    return abort(404)


def _mail(mail_id: UUID) -> OutboxMail:
    found = db.session.scalar(select(OutboxMail).where(OutboxMail.id == mail_id, OutboxMail.operator_id == g.operator.id))
    return found or abort(404)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
