"""Is this process alive, and is the whole ready to serve? For whatever watches over us."""

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify

from coworking.config import ROOT, Config

from . import clock
from .db import db
from .jobs import recurring
from .permissions import Permission, requires

MIGRATIONS = ROOT / "coworking" / "migrations"
LEAST_BYTES = 100 * 1024 * 1024
LONGEST_SILENCE = timedelta(minutes=2)

blueprint = Blueprint("platform", __name__)


@blueprint.get("/healthz")
@requires(Permission.PUBLIC)
def alive() -> Response:
    """This process answers. It looks at nothing else."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@requires(Permission.PUBLIC)
def ready() -> Response:
    """Everything that serving needs is there; else 503, naming what is not."""
    missing = [name for name, works in CHECKS.items() if not _works(works)]
    response = jsonify(status="not ready" if missing else "ready", not_ready=missing)
    response.status_code = 503 if missing else 200
    return response


def _works(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        # Whatever went wrong, the answer is the same; the log has the rest.
        current_app.logger.warning("not ready: %s", check.__name__, exc_info=True)
        db.session.rollback()
        return False


def database_answers() -> bool:
    """Whether the database takes a query."""
    return db.session.scalar(sa.select(sa.literal(1))) == 1


def migrations_ran() -> bool:
    """Whether the tables are the ones of this version. A throw-away database without versions counts as right."""
    connection = db.session.connection()
    if not sa.inspect(connection).has_table("alembic_version"):
        return True
    return set(MigrationContext.configure(connection).get_current_heads()) == _newest()


@cache
def _newest() -> frozenset[str]:
    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())


def disk_has_room() -> bool:
    """Whether the data directory can be written, and has 100 MB left."""
    config: Config = current_app.extensions["coworking.config"]
    with tempfile.TemporaryFile(dir=config.data_dir) as probe:
        probe.write(b"x")
        probe.flush()
        os.fsync(probe.fileno())
    return shutil.disk_usage(config.data_dir).free > LEAST_BYTES


def worker_lives() -> bool:
    """Whether a worker gave a sign of life in the last two minutes."""
    seen = recurring.last_alive()
    return seen is not None and clock.now() - seen < LONGEST_SILENCE


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "migrations": migrations_ran,
    "disk": disk_has_room,
    "worker": worker_lives,
}
