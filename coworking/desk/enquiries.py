"""Messages from the contact page."""

from uuid import UUID

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from coworking.core.db import db
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.enquiries.models import Enquiry

from .blueprint import blueprint

MOST = 50


@blueprint.get("/enquiries")
@requires(Permission.ANSWER_ENQUIRIES)
def enquiries() -> Response:
    """Those that wait, or with ``closed=1`` those that were answered."""
    closed = request.args.get("closed") == "1"
    which = Enquiry.closed_at.is_not(None) if closed else Enquiry.closed_at.is_(None)
    rows = db.session.scalars(select(Enquiry).where(which).order_by(Enquiry.created_at.desc()).limit(MOST)).all()
    return page("desk/enquiries.html", rows=rows, closed=closed)


@blueprint.post("/enquiries/<uuid:enquiry_id>/closing")
@requires(Permission.ANSWER_ENQUIRIES)
def close_enquiry(enquiry_id: UUID) -> AnyResponse:
    """Mark one as answered."""
    enquiry = db.session.get(Enquiry, enquiry_id) or abort(404)
    enquiry.close(by=current_user.id)
    flash(_("Marked as answered."))
    return redirect(url_for("desk.enquiries"), code=303)
