"""Links that leave the app, in mails and calendars. Built from settings, never from the host that a request claims."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g

from coworking.config import Config

from . import tenancy
from .db import db


def init_app(app: Flask, operator_type: type[Any], public_host: Callable[[Any, Config], str]) -> None:
    """Say which model is the operator, and which host its links use: core itself imports no domain."""
    app.extensions["coworking.operator"] = operator_type
    app.extensions["coworking.public_host"] = public_host


def operator_in_force() -> Any:
    """The operator of this request, job or block; None on the host's own site."""
    operator_id: UUID | None = tenancy.operator_id_in_force()
    operator = g.get("operator")
    if operator_id is None or (operator is not None and operator.id == operator_id):
        return operator if operator_id is not None else None
    return db.session.get(current_app.extensions["coworking.operator"], operator_id)


def own_host() -> str:
    """The host of the operator in force, else of the host's own site, with its port where people need one."""
    config: Config = current_app.extensions["coworking.config"]
    operator = operator_in_force()
    if operator is not None:
        host: str = current_app.extensions["coworking.public_host"](operator, config)
        return host
    return f"{config.base_domain}:{config.public_port}" if config.public_port else config.base_domain


def absolute_url(endpoint: str, **values: Any) -> str:
    """A whole address for a mail or a calendar; raises werkzeug's BuildError for an unknown endpoint."""
    config: Config = current_app.extensions["coworking.config"]
    adapter = current_app.url_map.bind(own_host(), url_scheme=config.scheme)
    return adapter.build(endpoint, values, force_external=True)
