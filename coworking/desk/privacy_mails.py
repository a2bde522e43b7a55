"""Messages to many: who may get each kind, what was sent, and letters that say stop. Numbers, never names."""

from uuid import UUID

import sqlalchemy as sa
from flask import Response, abort, flash, g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from coworking.core import i18n, stale
from coworking.core.db import db
from coworking.core.mail_classes import STOPPABLE, MailClass
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people.forms import typed
from coworking.privacy import audience, mail_choices, news
from coworking.privacy.models import NewsMessage
from coworking.privacy.policy.rendering import supplement

from .blueprint import blueprint
from .news_form import KINDS, MessageForm, RefusalForm

SHOWN = 100


@blueprint.get("/privacy/mails")
@requires(Permission.MANAGE_PRIVACY)
def privacy_mails() -> Response:
    """How many may get each kind and why, drafts, and what was sent."""
    return _overview(RefusalForm(formdata=None))


@blueprint.post("/privacy/mails/refusals")
@requires(Permission.MANAGE_PRIVACY)
def note_refusal() -> Response:
    """Somebody said no by letter, answer or phone: the same as a click of their own."""
    form = RefusalForm()
    if not form.validate_on_submit():
        return _overview(form, 422)
    for each in STOPPABLE:
        mail_choices.choose(typed(form.email), each, wanted=False, how=mail_choices.STAFF)
    flash(_("Nothing but what belongs to bookings, accounts and payments goes there any more."), "success")
    return go(url_for("desk.privacy_mails"))


@blueprint.get("/privacy/mails/new")
@requires(Permission.MANAGE_PRIVACY)
def new_message() -> Response:
    """An empty message."""
    return _form_page(MessageForm(formdata=None, data={"kind": MailClass.ACTIVITY.value}))


@blueprint.post("/privacy/mails")
@requires(Permission.MANAGE_PRIVACY)
def add_message() -> Response:
    """Keep a draft, and show it as it will read."""
    form = MessageForm()
    if not form.validate_on_submit():
        return _form_page(form, status=422)
    message = news.draft(form.mail_class, form.texts("subject"), form.texts("body"), current_user.id)
    return go(url_for("desk.message", message_id=message.id))


@blueprint.get("/privacy/mails/<uuid:message_id>")
@requires(Permission.MANAGE_PRIVACY)
def message(message_id: UUID) -> Response:
    """A message as it reads in each language, and to how many it goes or went."""
    return _shown(_message(message_id))


@blueprint.get("/privacy/mails/<uuid:message_id>/words")
@requires(Permission.MANAGE_PRIVACY)
def edit_message(message_id: UUID) -> Response:
    """A draft, to write it anew."""
    found = _message(message_id)
    if found.started_at is not None:
        return go(url_for("desk.message", message_id=found.id))
    return _form_page(MessageForm.of(found), found)


@blueprint.post("/privacy/mails/<uuid:message_id>/words")
@requires(Permission.MANAGE_PRIVACY)
def save_message(message_id: UUID) -> Response:
    """Keep the draft as it is now."""
    found, form = _message(message_id), MessageForm()
    if not form.validate_on_submit():
        return _form_page(form, found, 422)
    stale.hold(found)
    try:
        news.change(found, form.mail_class, form.texts("subject"), form.texts("body"))
    except news.AlreadySent:
        return _shown(found, 409)
    return go(url_for("desk.message", message_id=found.id))


@blueprint.post("/privacy/mails/<uuid:message_id>/sending")
@requires(Permission.MANAGE_PRIVACY)
def send_message(message_id: UUID) -> Response:
    """Send it, once."""
    found = _message(message_id)
    stale.hold(found)
    try:
        news.send(found)
    except news.AlreadySent:
        return _shown(found, 409)
    flash(_("The mails are on their way."), "success")
    return go(url_for("desk.message", message_id=found.id))


@blueprint.post("/privacy/mails/<uuid:message_id>/removal")
@requires(Permission.MANAGE_PRIVACY)
def remove_message(message_id: UUID) -> Response:
    """Throw a draft away."""
    found = _message(message_id)
    stale.hold(found)
    if found.started_at is not None:
        return _shown(found, 409)
    db.session.delete(found)
    flash(_("The draft is gone."))
    return go(url_for("desk.privacy_mails"))


def _message(message_id: UUID) -> NewsMessage:
    found = db.session.get(NewsMessage, message_id)
    if found is None:
        abort(404)
    return found


def _overview(form: RefusalForm, status: int = 200) -> Response:
    messages = db.session.scalars(sa.select(NewsMessage).order_by(NewsMessage.made_at.desc()).limit(SHOWN)).all()
    sizes = [(kind, KINDS[kind], why(kind, len(audience.readers(kind)))) for kind in STOPPABLE]
    return page("desk/privacy/mails.html", status=status, messages=messages, sizes=sizes, form=form, kinds=_kinds(), title_of=_title)


def _form_page(form: MessageForm, message: NewsMessage | None = None, status: int = 200) -> Response:
    return page("desk/privacy/message_form.html", status=status, form=form, message=message)


def _shown(message: NewsMessage, status: int = 200) -> Response:
    kind, names = MailClass(message.mail_class), dict(i18n.LANGUAGES)
    words = [(code, names[code], message.subject.get(code, ""), supplement(text)) for code, text in message.body.items() if code in names]
    size = why(kind, len(audience.readers(kind))) if message.started_at is None else ""
    return page(
        "desk/privacy/message.html",
        status=status,
        message=message,
        words=words,
        size=size,
        kind=KINDS[kind],
        title=_title(message),
        too_late=status == 409,
    )


def why(kind: MailClass, number: int) -> str:
    """How many would get it, and what makes them be counted."""
    if kind is MailClass.ACTIVITY:
        return ngettext(
            "%(num)d person has a membership or booked within 90 days, and did not say no.",
            "%(num)d people have a membership or booked within 90 days, and did not say no.", number,
        )  # fmt: skip
    if kind is MailClass.NEWS:
        return ngettext("%(num)d address wants news.", "%(num)d addresses want news.", number)
    return ngettext("%(num)d address wants offers.", "%(num)d addresses want offers.", number)


def _kinds() -> dict[str, object]:
    return {kind.value: words for kind, words in KINDS.items()}


def _title(message: NewsMessage) -> str:
    return message.subject.in_(i18n.language(), g.operator.default_locale)
