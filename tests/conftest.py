"""Fixtures: both databases, the app on each, the cast, and clients signed in as somebody."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from coworking import create_app
from coworking.billing.models import Unsealing
from coworking.config import Config
from coworking.core import tenancy
from coworking.core.db import db
from coworking.people.models import Person
from coworking.schema import create_all
from tests import cast as standing
from tests.cast import Cast, House
from tests.support.proofs import pytest_runtest_logreport, pytest_sessionfinish

__all__ = ["pytest_runtest_logreport", "pytest_sessionfinish"]

BACKENDS = tuple(os.environ.get("TEST_DATABASES", "sqlite,postgresql").split(","))


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Name of the database under test."""
    return str(request.param)


@pytest.fixture(scope="session")
def _url(backend: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    if backend == "sqlite":
        return ""
    from tests.support.postgres import fresh_database

    return fresh_database(f"tests_{worker_id}")


@pytest.fixture(scope="session")
def _app(backend: str, _url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    config = Config(
        data_dir=tmp_path_factory.mktemp(f"data-{backend}"), database_url=_url, secret_key="for tests only", demo=True, public_port="8000"
    )
    app = create_app(config)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context(), db.engine.begin() as connection:
        create_all(connection)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(_app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The app on an empty database, in an application context that across-operator set-up may use."""
    yield _app
    with _app.app_context():
        tenancy.enter(None)
        with tenancy.across_operators():
            _emptied()
        db.session.remove()
    shutil.rmtree(_app.extensions["coworking.config"].data_dir / "files", ignore_errors=True)


def _emptied() -> None:
    """Empty the database. A worker of the test that just ended may still finish a recurring job: then once more."""
    for left in (2, 1, 0):
        try:
            _empty()
        except OperationalError:
            db.session.rollback()
            if not left:
                raise
        else:
            return


def _empty() -> None:
    # Issued papers and the ledger refuse to be removed while the books are closed.
    db.session.add(Unsealing(reason="a test is over"))
    db.session.flush()
    for table in reversed(db.metadata.sorted_tables):
        if table.name != Unsealing.__tablename__:
            db.session.execute(table.delete())
    db.session.execute(sa.delete(Unsealing))
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql("DELETE FROM procrastinate_events; DELETE FROM procrastinate_jobs")
    db.session.commit()


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The standing people; their rows are detached and safe to read."""
    with app.app_context():
        gathered = standing.gather()
        db.session.expunge_all()
    return gathered


@pytest.fixture
def bergen(cast: Cast) -> House:
    """The house where most tests take place."""
    return cast.bergen


@pytest.fixture
def nantes(cast: Cast) -> House:
    """The outsider's house."""
    return cast.nantes


@pytest.fixture
def inside(app: Flask, bergen: House) -> Iterator[House]:
    """Inside an application context with the Bergen house in force, for tests of rules and verbs."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        yield bergen
        db.session.rollback()


class HouseClient(FlaskClient):
    """A browser that stays on one host."""

    host = "localhost"

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """A request to the host of the house."""
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", f"http://{self.host}")
        return super().open(*args, **kwargs)


class As:
    """Makes clients: ``browse(house)`` for nobody, ``browse(house, person)`` signed in."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, house: House, person: Person | None = None, language: str = "en") -> FlaskClient:
        """A client on the house's host, speaking ``language``, signed in as ``person`` if given."""
        client = HouseClient(self.app, self.app.response_class)
        client.host = house.host
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        if person is not None:
            self._sign_in(client, house, person)
        return client

    def _sign_in(self, client: FlaskClient, house: House, person: Person) -> None:
        from coworking.people.sign_in import start_session

        with self.app.app_context(), tenancy.acting_for(house.operator.id):
            token = start_session(db.session.get_one(Person, person.id), keep=False)
            db.session.commit()
        with client.session_transaction(base_url=f"http://{house.host}") as session:
            session["_user_id"] = token
            session["_fresh"] = True


@pytest.fixture
def browse(app: Flask) -> As:
    """Clients, signed in or not. Forms are checked for CSRF in tests that ask for it; elsewhere it is off."""
    app.config["WTF_CSRF_ENABLED"] = False
    return As(app)
