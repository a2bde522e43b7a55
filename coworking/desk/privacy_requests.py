"""Requests about personal data at the desk: with their last day, whichever way they came."""

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm

from coworking.core import clock, i18n
from coworking.core.db import db, keep, reading
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people.addresses import find_person, normal_address
from coworking.people.models import Person
from coworking.privacy import links, requests
from coworking.privacy.erasing import asking, doing
from coworking.privacy.exporting.archive import made, pieces
from coworking.privacy.finding import Subject
from coworking.privacy.models import PrivacyRequest
from coworking.privacy.models.asking import RequestKind, RequestState
from coworking.privacy.register.terms import Purpose
from coworking.privacy.views.request_words import CHANNELS, KINDS, STATES

from .blueprint import blueprint
from .looking import looked
from .privacy_request_forms import AnswerForm, ExtensionForm, RefusalForm, WrittenDownForm


@blueprint.get("/privacy")
@requires(Permission.MANAGE_PRIVACY)
def privacy_requests() -> Response:
    """What waits, late ones first, and what was answered."""
    number = request.args.get("page", 1, type=int)
    done, more = requests.settled(number if 1 <= number <= 10_000 else 1)
    today = clock.today(g.operator.zone)
    return page(
        "desk/privacy/requests.html", waiting=requests.unanswered(), done=done, more=more, number=number, kinds=KINDS, states=STATES, channels=CHANNELS,
        overdue=lambda each: requests.is_overdue(each, today), left=lambda each: (each.due_on - today).days,
    )  # fmt: skip


@blueprint.get("/privacy/requests/new")
@requires(Permission.MANAGE_PRIVACY)
def new_privacy_request() -> Response:
    """The form for what came on paper, by mail or by phone; ``person``: whose page it was opened from."""
    try:
        person = db.session.get(Person, UUID(request.args.get("person", "")))
    except ValueError:
        person = None
    known = {"email": person.email, "name": person.name} if person is not None else {}
    form = WrittenDownForm(formdata=None, received_on=clock.today(g.operator.zone), channel="paper", **known)
    return page("desk/privacy/request_new.html", form=form)


@blueprint.post("/privacy/requests")
@requires(Permission.MANAGE_PRIVACY)
def add_privacy_request() -> Response:
    """Write it down. The month runs from the day on which it came."""
    form = WrittenDownForm()
    if not form.validate_on_submit():
        return page("desk/privacy/request_new.html", status=422, form=form)
    email = normal_address(form.email.data or "") or ""
    person = find_person(email) if email else None
    locale = (person.locale if person is not None else None) or g.operator.default_locale
    asker = requests.Asker(person.id if person is not None else None, email, form.name.data or (person.name if person is not None else ""), locale)
    at = clock.now() if form.received_on.data == clock.today(g.operator.zone) else clock.at_wall(form.received_on.data, 720, g.operator.zone)  # type: ignore[arg-type]
    asked = requests.open_request(
        g.operator, asker, RequestKind(form.kind.data), form.channel.data, form.words.data or "", received_at=at, by=current_user.id
    )
    flash(_("Written down as %(reference)s, to answer by %(date)s.", reference=asked.reference, date=i18n.short_date(asked.due_on)))
    return go(url_for("desk.privacy_request", request_id=asked.id))


@blueprint.get("/privacy/requests/<uuid:request_id>")
@requires(Permission.MANAGE_PRIVACY)
def privacy_request(request_id: UUID) -> Response:
    """One request, and what can be done about it."""
    return _page(_asked(request_id))


@blueprint.post("/privacy/requests/<uuid:request_id>/answer")
@requires(Permission.MANAGE_PRIVACY)
def answer_privacy_request(request_id: UUID) -> Response:
    """Answer, and send the answer."""
    asked, form = _asked(request_id), AnswerForm()
    if not form.validate_on_submit():
        return _page(asked, 422, answering=form)
    try:
        requests.answer(asked, form.answer.data or "", current_user.id)
    except requests.Settled:
        return _page(asked, 409, refused=_("This request was settled in the meantime."))
    return _done(asked, _("Answered."))


@blueprint.post("/privacy/requests/<uuid:request_id>/refusal")
@requires(Permission.MANAGE_PRIVACY)
def refuse_privacy_request(request_id: UUID) -> Response:
    """Say no, with the reasons and where to complain."""
    asked, form = _asked(request_id), RefusalForm()
    if not form.validate_on_submit():
        return _page(asked, 422, refusing=form)
    try:
        requests.refuse(asked, form.because.data or "", current_user.id)
    except requests.Settled:
        return _page(asked, 409, refused=_("This request was settled in the meantime."))
    return _done(asked, _("Refused, with the reason."))


@blueprint.post("/privacy/requests/<uuid:request_id>/extension")
@requires(Permission.MANAGE_PRIVACY)
def extend_privacy_request(request_id: UUID) -> Response:
    """Take two months longer, and say why."""
    asked, form = _asked(request_id), ExtensionForm()
    if not form.validate_on_submit():
        return _page(asked, 422, extending=form)
    try:
        requests.extend(asked, g.operator, form.reason.data or "", current_user.id)
    except requests.TooLate:
        return _page(asked, 409, refused=_("It can be put off once, and only within the first month."))
    except requests.Settled:
        return _page(asked, 409, refused=_("This request was settled in the meantime."))
    return _done(asked, _("Put off until %(date)s.", date=i18n.short_date(asked.due_on)))


@blueprint.post("/privacy/requests/<uuid:request_id>/link")
@requires(Permission.MANAGE_PRIVACY)
def mail_privacy_link(request_id: UUID) -> Response:
    """Mail a link to the address that we know: whoever reads it there sees, copies and erases by themselves."""
    asked = _asked(request_id)
    to = requests.address_of(asked)
    if not to:
        return _page(asked, 409, refused=_("There is no address to write to."))
    links.wish(to)
    return _done(asked, _("If we keep anything under %(address)s, a link is on its way there.", address=to))


@blueprint.post("/privacy/requests/<uuid:request_id>/copy")
@requires(Permission.MANAGE_PRIVACY)
def privacy_request_copy(request_id: UUID) -> Response:
    """The copy, to be handed over on paper or on a stick."""
    asked = _asked(request_id)
    subject = doing.subject_of(asked)
    if subject.person_id is not None:
        looked(subject.person_id, Purpose.RIGHTS)
    keep()
    with reading(), i18n.speaking(asked.locale):
        file = made(g.operator, subject)
    answer = Response(pieces(file), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{asked.reference}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/privacy/requests/<uuid:request_id>/erasure")
@requires(Permission.MANAGE_PRIVACY)
def erase_for_request(request_id: UUID) -> Response:
    """Carry out an erasure that was asked for on paper, by mail or by phone."""
    asked = _asked(request_id)
    if asked.kind != RequestKind.ERASE.value or asked.state != RequestState.OPEN.value or not FlaskForm().validate_on_submit():
        return _page(asked, 409, refused=_("This request was settled in the meantime."))
    asking.ask(doing.subject_of(asked), asked.channel, by=current_user, known=asked)
    flash(_("The erasure is under way."))
    return go(url_for("desk.privacy_requests"))


def _asked(request_id: UUID) -> PrivacyRequest:
    return db.session.get(PrivacyRequest, request_id) or abort(404)


def _done(asked: PrivacyRequest, said: str) -> Response:
    flash(said)
    return go(url_for("desk.privacy_request", request_id=asked.id))


def _page(asked: PrivacyRequest, status: int = 200, **more: Any) -> Response:
    today = clock.today(g.operator.zone)
    person = db.session.get(Person, asked.person_id) if asked.person_id is not None else None
    if person is not None:
        looked(person.id, Purpose.RIGHTS)
    forms: dict[str, Any] = {
        "answering": AnswerForm(formdata=None),
        "refusing": RefusalForm(formdata=None),
        "extending": ExtensionForm(formdata=None),
    }
    may_extend = asked.extended_at is None and today <= requests.first_due(asked, g.operator)
    subject: Subject = doing.subject_of(asked)
    return page(
        "desk/privacy/request.html", status=status, asked=asked, person=person, to=requests.address_of(asked), overdue=requests.is_overdue(asked, today),
        may_extend=may_extend, is_open=asked.state in requests.OPEN, kinds=KINDS, states=STATES, channels=CHANNELS, known=bool(subject.person_id or subject.email),
        **forms | more,
    )  # fmt: skip
