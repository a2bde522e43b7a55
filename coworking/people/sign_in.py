"""Signing a browser in and out: between Flask-Login and our sessions in the database."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request, session, url_for
from flask_login import LoginManager

from coworking.core import pages

from . import accounts, sessions
from .models import Person, SignInSession
from .next_url import safe_next
from .sessions import start as start_session

TOKEN = "_user_id"  # noqa: S105 - where Flask-Login looks, not a secret
CHOSEN = "chosen_password"

login_manager = LoginManager()


def init_app(app: Flask) -> None:
    """Tell Flask-Login how to find who is signed in, and where to send who is not."""
    app.config.update(PERMANENT_SESSION_LIFETIME=sessions.KEPT, SESSION_REFRESH_EACH_REQUEST=False)
    login_manager.init_app(app)
    # Our sessions live in the database: a mark of address and browser in the cookie would add nothing.
    login_manager.session_protection = None
    login_manager.user_loader(_load)
    login_manager.unauthorized_handler(_ask_to_sign_in)


def sign_in(person: Person, keep: bool) -> None:
    """Sign this browser in under a new token; whatever its cookie held before is gone, so that nobody can prepare it."""
    before = this_session()
    if before is not None:
        sessions.end(before)
    token = start_session(person, keep, sessions.browser_summary(request.user_agent.string))
    session.clear()
    session[TOKEN] = token
    session.permanent = keep


def sign_out() -> None:
    """End this browser's session, on our side too: an old copy of the cookie is worth nothing."""
    current = this_session()
    if current is not None:
        sessions.end(current)
    session.clear()


def remember_password(marked: str) -> None:
    """Remember in this browser, by its mark, which password was chosen in it when joining."""
    session[CHOSEN] = marked


def chose_password(person: Person) -> bool:
    """Whether the person's password was chosen in this browser."""
    return session.get(CHOSEN) == accounts.mark(person.password_hash)


def this_session() -> SignInSession | None:
    """The session of this request, if somebody is signed in."""
    if g.get("operator") is None:
        return None
    if "sign_in_session" not in g:
        token = session.get(TOKEN)
        g.sign_in_session = sessions.find(token) if isinstance(token, str) else None
    found: SignInSession | None = g.sign_in_session
    return found


def _load(_token: Any) -> Person | None:
    found = this_session()
    return found.person if found is not None else None


def _ask_to_sign_in() -> Any:
    target = url_for("people.sign_in", next=_way_back())
    if pages.wants_fragment():
        # htmx would put the sign-in page into a corner of this one: tell it to go there instead.
        return Response(status=200, headers={"HX-Redirect": target})
    return redirect(target, code=303)


def _way_back() -> str | None:
    if request.method == "GET" and not pages.wants_fragment():
        return safe_next(request.full_path.rstrip("?"))
    page = urlsplit(request.referrer or "")
    if page.netloc != request.host:
        return None
    return safe_next(f"{page.path}?{page.query}" if page.query else page.path)


__all__ = ["init_app", "login_manager", "sign_in", "sign_out", "start_session", "this_session"]
