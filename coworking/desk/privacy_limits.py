"""Setting data aside, and objections, for people who asked on paper, by mail or by phone."""

from uuid import UUID

from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _

from coworking.core.db import db
from coworking.core.pages import go
from coworking.core.permissions import Permission, requires
from coworking.people.models import Person
from coworking.privacy import objecting, restricting
from coworking.privacy.limits_words import REASONS
from coworking.privacy.models import PrivacyRequest
from coworking.privacy.models.asking import RequestKind
from coworking.privacy.requests import OPEN

from .blueprint import blueprint


@blueprint.app_template_global("limit_reasons")
def limit_reasons() -> dict[str, str]:
    """The four reasons to set data aside, in words."""
    return {key: str(text) for key, text in REASONS.items()}


@blueprint.app_template_global("limit_purposes")
def limit_purposes() -> dict[str, str]:
    """The purposes that one may object to, in words."""
    return {purpose.value: str(purpose.text) for purpose in objecting.open_purposes()}


@blueprint.post("/privacy/requests/<uuid:request_id>/restriction")
@requires(Permission.MANAGE_PRIVACY)
def restrict_for_request(request_id: UUID) -> Response:
    """Set the data of whoever asked aside. Without one of the reasons nothing happens."""
    asked, person = _open(request_id, RequestKind.RESTRICT)
    if person is None:
        abort(404)
    try:
        restricting.ask(g.operator, person, request.form.get("reason", ""), asked.channel, known=asked)
        flash(_("Set aside from now on. The person is told."), "success")
    except restricting.NoReason:
        flash(_("Choose one of the reasons first."), "error")
    return go(url_for("desk.privacy_request", request_id=asked.id))


@blueprint.post("/privacy/requests/<uuid:request_id>/objection")
@requires(Permission.MANAGE_PRIVACY)
def object_for_request(request_id: UUID) -> Response:
    """Pause the use that the person objects to. The answer is given on the request's own page."""
    asked, person = _open(request_id, RequestKind.OBJECT)
    purpose = next((each for each in objecting.open_purposes() if each.value == request.form.get("purpose")), None)
    if purpose is None:
        flash(_("Choose the use first."), "error")
        return go(url_for("desk.privacy_request", request_id=asked.id))
    if person is not None:
        objecting.make(g.operator, person, purpose, asked.words, asked.channel, known=asked)
    elif asked.email:
        objecting.make_by_address(g.operator, asked.email, purpose, asked.words, asked.channel, known=asked)
    else:
        abort(404)
    flash(_("Stopped.") if purpose in objecting.LETTERS else _("Stopped until you answer."), "success")
    return go(url_for("desk.privacy_request", request_id=asked.id))


def _open(request_id: UUID, kind: RequestKind) -> tuple[PrivacyRequest, Person | None]:
    """An open request of the kind, and the account that it is about, where there is one."""
    asked = db.session.get(PrivacyRequest, request_id) or abort(404)
    if asked.kind != kind.value or asked.state not in OPEN:
        abort(404)
    return asked, db.session.get(Person, asked.person_id) if asked.person_id is not None else None
