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

A_PAGE = 25


@blueprint.get("/enquiries")
@requires(Permission.ANSWER_ENQUIRIES)
def enquiries() -> Response:
    """Those that wait, or with ``closed=1`` those that were answered, a ``page`` at a time, the newest first."""
    closed = request.args.get("closed") == "1"
    number = request.args.get("page", 1, type=int)
    number = number if 1 <= number <= 10_000 else 1
    which = Enquiry.closed_at.is_not(None) if closed else Enquiry.closed_at.is_(None)
    query = select(Enquiry).where(which).order_by(Enquiry.created_at.desc(), Enquiry.id).offset((number - 1) * A_PAGE).limit(A_PAGE + 1)
    rows = db.session.scalars(query).all()
    return page("desk/enquiries.html", rows=rows[:A_PAGE], more=len(rows) > A_PAGE, number=number, closed=closed)


@blueprint.post("/enquiries/<uuid:enquiry_id>/closing")
@requires(Permission.ANSWER_ENQUIRIES)
def close_enquiry(enquiry_id: UUID) -> AnyResponse:
    """Mark one as answered."""
    enquiry = db.session.get(Enquiry, enquiry_id) or abort(404)
    enquiry.close(by=current_user.id)
    flash(_("Marked as answered."))
    return redirect(url_for("desk.enquiries"), code=303)
