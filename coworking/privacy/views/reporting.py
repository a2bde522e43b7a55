"""Telling of a problem with data: for everybody, without an account."""

from urllib.parse import urlsplit

from flask import Response, g, request, url_for
from flask_login import current_user

from coworking.core import i18n
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people import throttle
from coworking.privacy.incidents import reporting

from .blueprint import blueprint
from .report_form import ReportForm

REPORTS = throttle.Limit("problem", per_account=5, per_address=20)
"""Counted by the address given and by the network that it came from."""


@blueprint.get("/privacy/report")
@requires(Permission.PUBLIC)
def report_problem() -> Response:
    """The form. The page that somebody came from is noted by its path alone."""
    came_from = urlsplit(request.referrer or "")
    form = ReportForm(formdata=None, page=came_from.path[:200] if came_from.netloc == request.host else "")
    if current_user.is_authenticated:
        form.email.data = current_user.email
    return page("privacy/report.html", form=form)


@blueprint.post("/privacy/report")
@requires(Permission.PUBLIC)
def send_report() -> Response:
    """Keep the report, confirm it, and tell the operator."""
    form = ReportForm()
    if not form.validate_on_submit():
        return page("privacy/report.html", status=422, form=form)
    try:
        throttle.count(REPORTS, form.email.data or request.remote_addr or "", request.remote_addr)
    except throttle.TooManyTries:
        return page("privacy/report.html", status=429, form=form, too_many=True)
    reporting.report(
        g.operator,
        words=form.words.data or "",
        email=form.email.data or "",
        locale=i18n.language(),
        page=urlsplit(form.page.data or "").path[:200],
        kind=form.kind.data,
    )
    return go(url_for("privacy.report_sent"))


@blueprint.get("/privacy/report/sent")
@requires(Permission.PUBLIC)
def report_sent() -> Response:
    """What happens next."""
    return page("privacy/report_sent.html")
