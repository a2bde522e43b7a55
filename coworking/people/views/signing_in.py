"""Sign in by password, and sign out."""

from typing import Any

from flask import current_app, flash, g, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from coworking.core import pages
from coworking.core.db import keep_writes
from coworking.core.permissions import Permission, Role, requires

from .. import accounts, forms, jobs, throttle
from ..addresses import normal_address
from ..forms import typed
from ..roles import ROLE_NAMES
from ..sign_in import sign_in as sign_in_person
from ..sign_in import sign_out as sign_out_browser
from .blueprint import asked_next, blueprint, client_address, home_of, shown, slow_down


@blueprint.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in() -> AnyResponse:
    """Sign in by password. One answer for an unknown address, a wrong password and an unconfirmed address."""
    form = forms.SignInForm(next=asked_next())
    if current_user.is_authenticated and not form.is_submitted():
        return redirect(asked_next() or home_of(current_user), code=303)
    if not form.validate_on_submit():
        return _page(form, shown(form))
    email = normal_address(typed(form.email)) or typed(form.email)
    try:
        person = accounts.recognise(email, typed(form.password), client_address())
    except throttle.TooManyTries as refusal:
        return slow_down("people/sign_in.html", refusal, form=form, demo_people=[])
    except accounts.NotRecognised as refusal:
        keep_writes()
        if isinstance(refusal, accounts.NotConfirmed):
            _confirm_again(email, form.next.data)
        form.password.errors = [_("This address and password don't go together, or the address isn't confirmed yet")]
        return _page(form, 422)
    sign_in_person(person, form.keep.data)
    return redirect(form.next.data or home_of(person), code=303)


def _page(form: forms.SignInForm, status: int) -> Any:
    return pages.page("people/sign_in.html", form=form, demo_people=_demo_people(), status=status)


def _demo_people() -> list[tuple[Any, Any]]:
    """Accounts to try the demo with, and what each role is called; none outside the demo."""
    known = current_app.extensions.get("coworking.demo.accounts")
    return [(account, ROLE_NAMES[Role(account.role)]) for account in known(g.operator)] if known is not None else []


def _confirm_again(email: str, goes_on: str | None) -> None:
    try:
        throttle.count(throttle.MAIL, email, client_address())
    except throttle.TooManyTries:
        return
    jobs.wish(jobs.JOINED, email, goes_on)


@blueprint.post("/sign-out")
@requires(Permission.PUBLIC)
def sign_out() -> AnyResponse:
    """End this browser's session. Asking twice does no harm."""
    sign_out_browser()
    flash(_("You are signed out."), "success")
    return redirect(url_for("site.home"), code=303)
