"""Setting one's data aside, which needs an account, and objecting to single uses of it, which needs only an address."""

from uuid import UUID

from flask import abort, flash, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from coworking.core.db import db
from coworking.core.forms import several_lines
from coworking.core.pages import go, page
from coworking.people.models import Person
from coworking.privacy import objecting, restricting
from coworking.privacy.finding import Subject
from coworking.privacy.limits_words import REASONS, STATES
from coworking.privacy.models import Objection
from coworking.privacy.register.terms import Purpose

from .blueprint import blueprint
from .subject import came_by_link, channel, for_subject, layout

LONGEST = 4000


@blueprint.get("/privacy/mine/limits")
@for_subject
def limits(subject: Subject) -> AnyResponse:
    """Whether the data is set aside, and every use that can be objected to."""
    return _page(subject)


@blueprint.post("/privacy/mine/restriction")
@for_subject
def restrict(subject: Subject) -> AnyResponse:
    """Set the data aside, for one of the four reasons."""
    try:
        restricting.ask(g.operator, _person(subject), request.form.get("reason", ""), channel(), _words())
    except restricting.NoReason:
        return _page(subject, 422, no_reason=True)
    flash(_("Your data is set aside from now on."), "success")
    return go(url_for("privacy.limits"))


@blueprint.post("/privacy/mine/restriction/end")
@for_subject
def use_again(subject: Subject) -> AnyResponse:
    """Let the data be used again."""
    row = restricting.of(_person(subject).id)
    if row is not None:
        restricting.lift_own(row)
        flash(_("Your data is used as before."), "success")
    return go(url_for("privacy.limits"))


@blueprint.post("/privacy/mine/objections")
@for_subject
def object_to(subject: Subject) -> AnyResponse:
    """Object to one purpose."""
    purpose = next((each for each in Purpose if each.value == request.form.get("purpose")), None)
    if purpose is None or purpose not in objecting.open_purposes():
        return _page(subject, 422)
    if subject.person_id is None:
        objecting.make_by_address(g.operator, subject.email, purpose, _words(), channel())
    else:
        objecting.make(g.operator, _person(subject), purpose, _words(), channel())
    said = _("Stopped.") if purpose in objecting.LETTERS else _("Stopped for now. You get an answer within a month.")
    flash(said, "success")
    return go(url_for("privacy.limits"))


@blueprint.post("/privacy/mine/objections/<uuid:objection_id>/withdrawal")
@for_subject
def take_objection_back(subject: Subject, objection_id: UUID) -> AnyResponse:
    """No longer object."""
    row = db.session.get(Objection, objection_id)
    if row is None or row.person_id != _person(subject).id:
        abort(404)
    objecting.take_back(row)
    flash(_("You no longer object to this."), "success")
    return go(url_for("privacy.limits"))


def _person(subject: Subject) -> Person:
    """The account that all of this hangs on; 404 for an address without one, whose owner writes a request instead."""
    person = db.session.get(Person, subject.person_id) if subject.person_id is not None else None
    return person or abort(404)


def _words() -> str:
    return several_lines(request.form.get("words"))[:LONGEST]


def _page(subject: Subject, status: int = 200, no_reason: bool = False) -> AnyResponse:
    row = restricting.of(subject.person_id)
    choices = objecting.choices(subject.person_id)
    stopped = {each.purpose for each in choices if subject.person_id is None and objecting.is_stopped(subject.email, each.purpose)}
    return page(
        "privacy/limits.html", status=status, layout=layout(), by_link=came_by_link(), has_account=subject.person_id is not None, restriction=row,
        reasons=REASONS, chosen=request.form.get("reason", ""), words=_words(), no_reason=no_reason, choices=choices, stopped=stopped, states=STATES,
    )  # fmt: skip
