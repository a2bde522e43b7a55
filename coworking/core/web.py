"""What every answer of the web app carries: security headers, and helpers that every template may use."""

import secrets
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.middleware.proxy_fix import ProxyFix

from coworking.config import Config

from . import assets, forgery, i18n
from .permissions import Permission, can

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MOST_BYTES = 12 * 1024 * 1024

csrf = forgery.Guard()


def init_app(app: Flask, config: Config) -> None:
    """Harden cookies and answers, and give templates their globals."""
    app.config.update(
        SESSION_COOKIE_NAME="session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.scheme == "https",
        SESSION_COOKIE_DOMAIN=None,
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
    )
    app.before_request(_no_such_path)
    csrf.init_app(app)
    app.before_request(_forms_only)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.trusted_proxies, x_proto=config.trusted_proxies)  # type: ignore[method-assign]
    app.after_request(_secure)
    app.context_processor(_globals)
    # In the environment, not the context: macros are imported without it.
    app.jinja_env.globals.update(asset=assets.url, icon=icon, csrf=csrf_field, form_key=form_key, here=here, can=can, Permission=Permission)


def for_machines(view: Any) -> Any:
    """Mark a view whose body another machine signs: it may be JSON, and the signature stands for the form's token."""
    view.for_machines = True
    return csrf.exempt(view)


def _forms_only() -> None:
    # Forms would read JSON too, and meet numbers and objects where they expect text.
    if request.endpoint and getattr(current_app.view_functions[request.endpoint], "for_machines", False):
        return
    if request.is_json and request.method not in {"GET", "HEAD", "OPTIONS"}:
        abort(415)


def _no_such_path() -> None:
    if "\0" in request.path:
        abort(404)


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    # History after sign-out must not show what the person saw.
    headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


def forms_lead_to(response: Response, origins: tuple[str, ...]) -> Response:
    """Let forms of this page end on pages elsewhere: browsers check where a form is redirected to, too."""
    if origins:
        response.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self'", f"form-action 'self' {' '.join(origins)}")
    return response


def may_load(response: Response, frames: list[str], scripts: list[str]) -> Response:
    """Let this page alone show ``frames`` and run ``scripts`` of these origins, which its reader said yes to."""
    if not frames and not scripts:
        return response
    policy = POLICY
    for directive in ("script-src 'self'", "img-src 'self'", "connect-src 'self'") if scripts else ():
        policy = policy.replace(directive, f"{directive} {' '.join(scripts)}")
    response.headers["Content-Security-Policy"] = f"{policy}; frame-src {' '.join(frames)}" if frames else policy
    return response


def icon(name: str, cls: str = "") -> Markup:
    """An icon of the sprite, hidden from screen readers: the words beside it speak."""
    return _icon(assets.url("icons.svg"), name, cls)


@lru_cache(maxsize=512)
def _icon(sprite: str, name: str, cls: str) -> Markup:
    return Markup('<svg class="i{}" aria-hidden="true"><use href="{}#{}"/></svg>').format(f" {cls}" if cls else "", sprite, name)


def csrf_field() -> Markup:
    """The hidden field that every form with an effect carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(forgery.token())


def form_key() -> str:
    """A random key for one form, so that sending it twice does its work once."""
    return secrets.token_urlsafe(18)


def here() -> str:
    """Path and query of this page, to come back to."""
    parts = urlsplit(request.full_path)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def signed_in() -> Any:
    """The person of this request, or None."""
    return current_user._get_current_object() if current_user and current_user.is_authenticated else None  # noqa: SLF001 - Werkzeug's own way out of its proxy


def _globals() -> dict[str, Any]:
    operator = g.get("operator")
    codes = i18n.offered()
    return {
        "operator": operator,
        "csrf_token": forgery.token,
        "me": signed_in(),
        "locale": i18n.language(),
        "languages": [(code, name) for code, name in i18n.LANGUAGES if code in codes],
        "icon_url": url_for("site.icon", v=f"{operator.hue}-{operator.chroma}-{operator.initial}")
        if operator is not None
        else assets.url("img/mark.svg"),
        "theme_url": url_for("site.theme", v=f"{operator.hue}-{operator.chroma}") if operator is not None else None,
    }
