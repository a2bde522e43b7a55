"""After the report of a child's account: staff looks, and says what it found."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core.db import db
from coworking.core.pages import go
from coworking.core.permissions import Permission, requires
from coworking.privacy.erasing import asking
from coworking.privacy.models import PrivacyRequest

from .blueprint import blueprint


@blueprint.post("/privacy/requests/<uuid:request_id>/check")
@requires(Permission.MANAGE_PRIVACY)
def check_age(request_id: UUID) -> Response:
    """Erase a child's account now, or open that of somebody who is none again."""
    asked, answer = db.session.get(PrivacyRequest, request_id) or abort(404), request.form.get("answer")
    if answer not in {"child", "adult"} or not asking.is_child(asked):
        abort(400)
    if asked.state not in asking.OPEN:
        flash(_("This request was settled in the meantime."))
    else:
        asking.checked(asked, is_a_child=answer == "child", by=current_user)
        flash(_("The account is erased.") if answer == "child" else _("The account is open again."))
    return go(url_for("desk.privacy_requests"))
