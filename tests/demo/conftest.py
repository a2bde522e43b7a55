"""An app of the demo's own, beside the one that other tests empty after themselves."""

from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace

import pytest
from flask import Flask

from coworking import create_app
from coworking.config import Config
from coworking.core import tenancy
from coworking.core.db import db
from coworking.demo.build import build
from coworking.schema import create_all

NOW = datetime.fromisoformat("2026-11-24T10:12:00+00:00")
"""A Tuesday, ten past eleven in Bergen."""


def _app(config: Config) -> Flask:
    app = create_app(config)
    app.testing = True
    with app.app_context(), db.engine.begin() as connection:
        create_all(connection)
    return app


@pytest.fixture(scope="session")
def built(backend: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Flask]:
    """An app whose database was built by the demo at NOW. Read only: all tests share it."""
    url = ""
    if backend == "postgresql":
        from tests.support.postgres import fresh_database

        url = fresh_database(f"demo_{worker_id}")
    app = _app(
        Config(data_dir=tmp_path_factory.mktemp(f"demo-{backend}"), database_url=url, secret_key="for tests only", demo=True, public_port="8000")
    )
    with app.app_context():
        build(NOW)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def demo(built: Flask) -> Iterator[SimpleNamespace]:
    """The built demo, all operators at once, inside an application context."""
    with built.app_context(), tenancy.across_operators():
        yield SimpleNamespace(app=built, now=NOW)
        db.session.remove()


@pytest.fixture
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An empty SQLite database to build in, and its application context."""
    app = _app(Config(data_dir=tmp_path_factory.mktemp("scratch"), secret_key="for tests only", demo=True))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
