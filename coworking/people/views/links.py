"""Mailed links: ask for one, and use one. A link is shown by GET and used by POST, because mail scanners open links."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from coworking.core import pages
from coworking.core.db import release
from coworking.core.permissions import Permission, requires

from .. import accounts, emails, forms, jobs, links, passwords, throttle
from ..forms import typed
from ..links import Purpose
from ..sign_in import chose_password, sign_in
from .blueprint import asked_next, blueprint, client_address, home_of, shown, slow_down


def dead_link(ask_again: str) -> AnyResponse:
    """One answer for a link that was used, is too old, or never was; ``ask_again``: endpoint that sends a new one."""
    return pages.page("people/dead_link.html", status=404, ask_again=ask_again)


@blueprint.get("/check-your-mail/<any(join, link, reset):kind>")
@requires(Permission.PUBLIC)
def mail_sent(kind: str) -> AnyResponse:
    """Say that a mail is on its way, if there is anybody to send it to."""
    return pages.page("people/mail_sent.html", kind=kind)


@blueprint.route("/sign-in/link", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in_link() -> AnyResponse:
    """Ask for a link that signs in."""
    form = forms.AddressForm(next=asked_next())
    if not form.validate_on_submit():
        return pages.page("people/sign_in_link.html", form=form, status=shown(form))
    try:
        throttle.count(throttle.MAIL, typed(form.email), client_address())
    except throttle.TooManyTries as refusal:
        return slow_down("people/sign_in_link.html", refusal, form=form)
    jobs.wish(jobs.SIGN_IN, typed(form.email), form.next.data)
    return redirect(url_for("people.mail_sent", kind="link"), code=303)


@blueprint.route("/sign-in/link/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in_by_link(token: str) -> AnyResponse:
    """Sign in with a mailed link."""
    link = links.find(token, Purpose.SIGN_IN) or links.find(token, Purpose.WELCOME)
    if link is None:
        return dead_link("people.sign_in_link")
    form = forms.KeepForm(next=asked_next())
    if not form.validate_on_submit():
        return pages.page("people/sign_in_by_link.html", form=form, link=link, status=shown(form))
    if not links.spend(link):
        return dead_link("people.sign_in_link")
    accounts.confirm_address(link.person, password_is_theirs=chose_password(link.person))
    sign_in(link.person, form.keep.data)
    return redirect(form.next.data or home_of(link.person), code=303)


@blueprint.route("/reset", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def reset() -> AnyResponse:
    """Ask for a link to choose another password."""
    form = forms.AddressForm()
    if not form.validate_on_submit():
        return pages.page("people/reset.html", form=form, status=shown(form))
    try:
        throttle.count(throttle.MAIL, typed(form.email), client_address())
    except throttle.TooManyTries as refusal:
        return slow_down("people/reset.html", refusal, form=form)
    jobs.wish(jobs.RESET, typed(form.email))
    return redirect(url_for("people.mail_sent", kind="reset"), code=303)


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def new_password(token: str) -> AnyResponse:
    """Choose another password with a mailed link; signs out everywhere else."""
    link = links.find(token, Purpose.RESET)
    if link is None:
        return dead_link("people.reset")
    form = forms.NewPasswordForm()
    form.about_person = (link.person.name, link.person.email)
    if not form.validate_on_submit():
        return pages.page("people/new_password.html", form=form, link=link, status=shown(form))
    release()
    hashed = passwords.hash_password(typed(form.password))
    link = links.find(token, Purpose.RESET)
    if link is None or not links.spend(link):
        return dead_link("people.reset")
    person = link.person
    accounts.confirm_address(person, password_is_theirs=True)
    accounts.set_password(person, hashed)
    emails.password_changed(person)
    sign_in(person, keep=False)
    flash(_("Your password is changed. You are signed in here, and signed out everywhere else."), "success")
    return redirect(home_of(person), code=303)


@blueprint.route("/email/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def new_email(token: str) -> AnyResponse:
    """Make the address that the link was mailed to the person's own."""
    link = links.find(token, Purpose.NEW_EMAIL)
    if link is None:
        return dead_link("people.security")
    form = forms.EmptyForm()
    if not form.validate_on_submit():
        return pages.page("people/new_email.html", form=form, link=link, status=shown(form))
    if not links.spend(link):
        return dead_link("people.security")
    try:
        old = accounts.change_address(link)
    except accounts.AddressTaken:
        return dead_link("people.security")
    emails.address_changed(link.person, old)
    flash(_("Your e-mail address is changed. Sign in with the new one from now on."), "success")
    return redirect(url_for("people.security"), code=303)
