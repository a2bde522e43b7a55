"""Reaching one's data without an account: ask for a link, come by it, and leave again."""

from flask import Response, redirect, request, session, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import Length

from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people import throttle
from coworking.people.addresses import LONGEST
from coworking.people.forms import NO_MAIL, TOO_LONG, address, required, typed
from coworking.privacy import links

from .blueprint import blueprint
from .subject import KEPT


class AskForm(FlaskForm):
    """Under which address to look."""

    email = StringField(_("Your e-mail address"), [*required(NO_MAIL), Length(max=LONGEST, message=TOO_LONG), address])


@blueprint.get("/privacy/ask")
@requires(Permission.PUBLIC)
def ask() -> AnyResponse:
    """The form; whoever is signed in needs no link."""
    if current_user.is_authenticated:
        return redirect(url_for("privacy.mine"), code=303)
    return page("privacy/ask.html", form=AskForm(formdata=None))


@blueprint.post("/privacy/ask")
@requires(Permission.PUBLIC)
def send_link() -> Response:
    """Have a link mailed if there is anything to see. The answer is the same for every address."""
    form = AskForm()
    if not form.validate_on_submit():
        return page("privacy/ask.html", status=422, form=form)
    try:
        throttle.count(throttle.MAIL, typed(form.email), request.remote_addr)
    except throttle.TooManyTries:
        return page("privacy/ask.html", status=429, form=form, too_many=True)
    links.wish(typed(form.email))
    return go(url_for("privacy.link_sent"))


@blueprint.get("/privacy/ask/sent")
@requires(Permission.PUBLIC)
def link_sent() -> Response:
    """What happens next, whether an address is known or not."""
    return page("privacy/ask_sent.html")


@blueprint.get("/privacy/by-link/<token>")
@requires(Permission.PUBLIC)
def by_link(token: str) -> AnyResponse:
    """Come in by a mailed link. It uses nothing up and changes nothing, so a mail scanner may open it."""
    if links.subject_of(token) is None:
        return page("privacy/dead_link.html", status=404)
    session[KEPT] = token
    return redirect(url_for("privacy.mine"), code=303)


@blueprint.post("/privacy/by-link/closing")
@requires(Permission.PUBLIC)
def leave_link() -> Response:
    """Forget the link in this browser, as signing out does."""
    session.pop(KEPT, None)
    return go(url_for("privacy.ask"))
