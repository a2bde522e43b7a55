"""Sign-in and security: password, e-mail address, and where the person is signed in."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import abort, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Field

from coworking.core import pages
from coworking.core.db import db, keep_writes, release
from coworking.core.permissions import Permission, requires

from .. import accounts, emails, forms, passwords, sessions, throttle
from ..addresses import is_taken
from ..forms import typed
from ..models import Person, SignInSession
from ..sign_in import this_session
from .blueprint import blueprint, client_address, slow_down


@blueprint.get("/security")
@requires(Permission.HAVE_ACCOUNT)
def security() -> AnyResponse:
    """Everything about signing in, on one page."""
    return pages.page("people/security.html", **_context())


@blueprint.post("/security/password")
@requires(Permission.HAVE_ACCOUNT)
def password() -> AnyResponse:
    """Choose another password; every other browser is signed out."""
    form = forms.ChangePasswordForm()
    form.about_person = (current_user.name, current_user.email)
    if not form.validate():
        return pages.page("people/security.html", status=422, **_context(password_form=form))
    refused = _unproven(form.current, password_form=form)
    if refused is not None:
        return refused
    release()
    hashed = passwords.hash_password(typed(form.password))
    person: Person = current_user
    accounts.set_password(person, hashed, but=this_session())
    emails.password_changed(person)
    flash(_("Your password is changed. You are signed out everywhere else."), "success")
    return redirect(url_for("people.security"), code=303)


@blueprint.post("/security/email")
@requires(Permission.HAVE_ACCOUNT)
def change_email() -> AnyResponse:
    """Ask for another address. It counts once a link mailed to it is used."""
    form = forms.ChangeEmailForm()
    if not form.validate():
        return pages.page("people/security.html", status=422, **_context(email_form=form))
    refused = _unproven(form.email_password, email_form=form)
    if refused is not None:
        return refused
    person: Person = current_user
    try:
        throttle.count(throttle.MAIL, person.email, client_address())
    except throttle.TooManyTries as refusal:
        return slow_down("people/security.html", refusal, **_context(email_form=form))
    # The page says the same either way: only the reader of the address learns that it is in use.
    if is_taken(typed(form.email)):
        emails.address_in_use(person, typed(form.email))
    else:
        emails.new_address(person, typed(form.email))
    flash(_("We have sent a link to %(address)s. Use it to change your address.", address=typed(form.email)), "success")
    return redirect(url_for("people.security"), code=303)


@blueprint.post("/security/sessions/<uuid:session_id>/end")
@requires(Permission.HAVE_ACCOUNT)
def end_session(session_id: UUID) -> AnyResponse:
    """Sign out one of one's own browsers."""
    found = db.session.scalar(sa.select(SignInSession).where(SignInSession.id == session_id, SignInSession.person_id == current_user.id))
    if found is None:
        abort(404)
    sessions.end(found)
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("people.security"), code=303)


@blueprint.post("/security/sessions/end")
@requires(Permission.HAVE_ACCOUNT)
def end_sessions() -> AnyResponse:
    """Sign out everywhere else."""
    sessions.end_all(current_user, but=this_session())
    flash(_("You are signed out everywhere else."), "success")
    return redirect(url_for("people.security"), code=303)


def _unproven(field: Field, **form: Any) -> Any:
    """The page again unless the field holds the person's password; who has none needs none."""
    if current_user.password_hash is None:
        return None
    try:
        accounts.prove_password(current_user.password_hash, field.data or "", current_user.email, client_address())
    except throttle.TooManyTries as refusal:
        return slow_down("people/security.html", refusal, **_context(**form))
    except accounts.NotRecognised:
        keep_writes()
        field.errors = [_("This is not the password that you use now")]
        return pages.page("people/security.html", status=422, **_context(**form))
    return None


def _context(password_form: Any = None, email_form: Any = None) -> dict[str, Any]:
    return {
        "password_form": password_form or forms.ChangePasswordForm(formdata=None),
        "email_form": email_form or forms.ChangeEmailForm(formdata=None),
        "form": password_form or email_form,
        "open_sessions": sessions.open_sessions(current_user),
        "this_session": this_session(),
    }
