"""Servers that are broken on purpose. A test that can't tell them from ours proves nothing."""

import time
from typing import Any

from flask import Flask, Response

from coworking import create_app
from coworking.bookings import booking
from coworking.config import load
from coworking.core import db as ours
from coworking.core.db import db

LATE = 0.1


def blind() -> Flask:
    """Sees no desk that is taken, so that everybody tries the first one first."""

    def nothing_taken(resources: list[Any], *_when: object, **_but: object) -> dict[Any, list[Any]]:
        return {resource.id: [] for resource in resources}

    vars(booking).update(taken=nothing_taken)
    return create_app(load())


def answers_early() -> Flask:
    """Commits a tenth of a second after the answer has left."""
    app = create_app(load())
    after = app.after_request_funcs[None]
    after[after.index(ours._commit_once)] = _commit_later
    return app


def _commit_later(response: Response) -> Response:
    session = db.session()
    if response.status_code >= 400 or not session.in_transaction():
        return response
    session.flush()
    # Taken out of the request's hands, or its end would roll it back.
    db.session.registry.clear()

    def commit() -> None:
        time.sleep(LATE)
        session.commit()
        session.close()

    response.call_on_close(commit)
    return response
