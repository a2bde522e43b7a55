"""Join, and confirm the address."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from coworking.core import i18n, pages
from coworking.core.db import keep_writes
from coworking.core.permissions import Permission, requires

from .. import accounts, forms, jobs, links, throttle
from ..forms import typed
from ..links import Purpose
from ..models import MailedLink
from ..sign_in import chose_password, remember_password, sign_in
from .blueprint import asked_next, blueprint, client_address, home_of, shown, slow_down
from .links import dead_link


@blueprint.route("/join", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def join() -> AnyResponse:
    """Open an account. The answer is the same whether the address has one or not."""
    if current_user.is_authenticated:
        return redirect(asked_next() or home_of(current_user), code=303)
    form = forms.JoinForm(next=asked_next())
    if not form.validate_on_submit():
        return pages.page("people/join.html", form=form, status=shown(form))
    try:
        throttle.check(throttle.MAIL, typed(form.email), client_address())
        chosen = accounts.join(typed(form.name), typed(form.email), typed(form.password), i18n.language())
        throttle.count(throttle.MAIL, typed(form.email), client_address())
    except throttle.TooManyTries as refusal:
        return slow_down("people/join.html", refusal, form=form)
    remember_password(chosen)
    jobs.wish(jobs.JOINED, typed(form.email), form.next.data)
    return redirect(url_for("people.mail_sent", kind="join"), code=303)


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def confirm(token: str) -> AnyResponse:
    """Confirm the address, sign in, and go on to what the person was doing."""
    link = links.find(token, Purpose.CONFIRM)
    if link is None:
        return dead_link("people.sign_in_link")
    form = forms.ConfirmForm(next=asked_next())
    same_browser = chose_password(link.person)
    context: dict[str, Any] = {"form": form, "link": link, "same_browser": same_browser}
    if not form.validate_on_submit():
        return pages.page("people/confirm.html", status=shown(form), **context)
    if not same_browser:
        refused = _password_refused(link, form, context)
        if refused is not None:
            return refused
    return _confirmed(link, form)


def _password_refused(link: MailedLink, form: forms.ConfirmForm, context: dict[str, Any]) -> AnyResponse | None:
    # Somebody else may have typed this address when joining: then the password is theirs, and must not become good.
    person = link.person
    try:
        accounts.prove_password(person.password_hash, form.password.data or "", person.email, client_address())
    except throttle.TooManyTries as refusal:
        return slow_down("people/confirm.html", refusal, **context)
    except accounts.NotRecognised:
        keep_writes()
        form.password.errors = [_("This is not the password that was chosen when joining")]
        return pages.page("people/confirm.html", status=422, **context)
    return None


def _confirmed(link: MailedLink, form: forms.ConfirmForm) -> AnyResponse:
    if not links.spend(link):
        return dead_link("people.sign_in_link")
    accounts.confirm_address(link.person, password_is_theirs=True)
    sign_in(link.person, keep=False)
    flash(_("Your address is confirmed and you are signed in."), "success")
    return redirect(form.next.data or home_of(link.person), code=303)
