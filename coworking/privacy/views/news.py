"""News for people without an account: ask under an address, then confirm from it."""

from flask import Response, request, url_for
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import Length

from coworking.core.mail_classes import MailClass
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people import throttle
from coworking.people.addresses import LONGEST
from coworking.people.forms import NO_MAIL, TOO_LONG, address, required, typed
from coworking.privacy import consents

from .blueprint import blueprint


class NewsForm(FlaskForm):
    """Where the news go."""

    email = EmailField(_("Your e-mail address"), [*required(NO_MAIL), Length(max=LONGEST, message=TOO_LONG), address])
    website = StringField(
        _("Website"), [Length(max=0, message=_("Leave the field Website empty. It is there to catch programs that send advertising."))]
    )


@blueprint.get("/privacy/news")
@requires(Permission.PUBLIC)
def news() -> Response:
    """The form."""
    return _page(NewsForm(formdata=None))


@blueprint.post("/privacy/news")
@requires(Permission.PUBLIC)
def ask_for_news() -> Response:
    """Send the one mail that asks whether the address wants them. The answer is the same for every address."""
    form = NewsForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        throttle.count(throttle.MAIL, typed(form.email), request.remote_addr)
    except throttle.TooManyTries:
        return _page(form, 429)
    consents.ask(typed(form.email), MailClass.NEWS)
    return go(url_for("privacy.news_asked"))


@blueprint.get("/privacy/news/asked")
@requires(Permission.PUBLIC)
def news_asked() -> Response:
    """What happens next."""
    return page("privacy/news_asked.html")


@blueprint.get("/privacy/news/confirm/<token>")
@requires(Permission.PUBLIC)
def confirm_news(token: str) -> Response:
    """One button: a program that opens links in mails agrees to nothing for its reader."""
    wish = consents.asked(token)
    if wish is None:
        return page("privacy/mails_dead_link.html", status=404)
    return page("privacy/news_confirm.html", token=token, words=consents.words(MailClass(wish.kind)), email=wish.email)


@blueprint.post("/privacy/news/confirm/<token>")
@requires(Permission.PUBLIC)
def news_confirmed(token: str) -> Response:
    """Say yes from the address."""
    wish = consents.asked(token)
    if wish is None:
        return page("privacy/mails_dead_link.html", status=404)
    consents.confirm(wish)
    return go(url_for("privacy.news_welcome"))


@blueprint.get("/privacy/news/welcome")
@requires(Permission.PUBLIC)
def news_welcome() -> Response:
    """It is done, and how it ends."""
    return page("privacy/news_welcome.html")


def _page(form: NewsForm, status: int = 200) -> Response:
    said = consents.words(MailClass.NEWS)
    return page("privacy/news.html", status=status, form=form, words=said, too_many=status == 429, form_errors=status >= 400)
