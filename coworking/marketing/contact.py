"""Writing to the operator."""

from flask import Response, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import i18n
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.enquiries.forms import EnquiryForm
from coworking.enquiries.receiving import receive
from coworking.people import throttle

from .blueprint import blueprint
from .plans import plan_name

MESSAGES = throttle.Limit("enquiry", per_account=3, per_address=20)
"""Counted by the address given, which gets the confirmation, and by the network that it came from."""


@blueprint.get("/contact")
@requires(Permission.PUBLIC)
def contact() -> Response:
    """The form, with what we already know filled in."""
    form = EnquiryForm(formdata=None)
    if current_user.is_authenticated:
        form.name.data, form.email.data = current_user.name, current_user.email
    if plan := plan_name(request.args.get("plan", "")):
        form.message.data = _("I would like to know more about the plan %(plan)s.", plan=plan)
    return page("marketing/contact.html", form=form)


@blueprint.post("/contact")
@requires(Permission.PUBLIC)
def send_enquiry() -> Response:
    """Keep the message and mail it; the answer to a mistake or to haste keeps what was typed."""
    form = EnquiryForm()
    if not form.validate_on_submit():
        return page("marketing/contact.html", status=422, form=form)
    try:
        throttle.count(MESSAGES, form.email.data or "", request.remote_addr)
    except throttle.TooManyTries:
        return page("marketing/contact.html", status=429, form=form, too_many=True)
    receive(g.operator, name=form.name.data or "", email=form.email.data or "", message=form.message.data or "", locale=i18n.language())
    return go(url_for("site.enquiry_sent"))


@blueprint.get("/contact/sent")
@requires(Permission.PUBLIC)
def enquiry_sent() -> Response:
    """What happens next."""
    return page("marketing/contact_sent.html")
