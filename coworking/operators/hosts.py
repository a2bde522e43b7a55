"""Which operator a request is for: told by the host name, never by a cookie or a path."""

from typing import Any

from flask import Flask, abort, current_app, g, request
from sqlalchemy import bindparam, func, select

from coworking.config import Config
from coworking.core import links, tenancy
from coworking.core.db import db

from .models import Operator, OperatorHost

# Built once: putting a statement together costs more than asking it, and these are asked at every request.
BY_SLUG = select(Operator).where(Operator.slug == bindparam("wanted"))
BY_HOST = select(Operator).join(OperatorHost).where(OperatorHost.host == bindparam("wanted"))
ANY_HOST = frozenset({"platform", "assets"})


def init_app(app: Flask) -> None:
    """Put the operator of the host in force before anything else looks at the database."""
    app.before_request(_enter)
    links.init_app(app, Operator, public_host)


def on_host_site(view: Any) -> Any:
    """Mark a view as part of the host's own site, where no operator is in force."""
    view.on_host_site = True
    return view


def _enter() -> None:
    tenancy.enter(None)
    g.operator = None
    if request.blueprint in ANY_HOST:
        return
    g.operator = find(request.host, current_app.extensions["coworking.config"])
    if g.operator is not None:
        tenancy.enter(g.operator.id)
    elif request.endpoint is not None:
        view = current_app.view_functions[request.endpoint]
        if not getattr(view, "on_host_site", False):
            abort(404)


def find(host: str, config: Config) -> Operator | None:
    """The operator that answers on ``host``; None on the host's own site. An unknown host is a 404.

    An installation with one operator answers on any host.
    """
    name = host.rsplit(":", 1)[0].rstrip(".").lower()
    slug = name.removesuffix(f".{config.base_domain}")
    by_slug = slug != name and "." not in slug
    operator = db.session.scalar(BY_SLUG if by_slug else BY_HOST, {"wanted": slug if by_slug else name})
    if operator is not None:
        return operator
    if db.session.scalar(select(func.count()).select_from(Operator)) == 1:
        return db.session.scalar(select(Operator))
    if name in {config.base_domain, "127.0.0.1", "localhost", "[::1]"}:
        return None
    return abort(404)


def public_host(operator: Operator, config: Config) -> str:
    """The host, with its port where people need one, that links to the operator use."""
    own = min((host.host for host in operator.hosts), default=None)
    name = own or f"{operator.slug}.{config.base_domain}"
    return f"{name}:{config.public_port}" if config.public_port else name
