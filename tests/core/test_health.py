"""Whoever watches over us learns that we live, that we are ready, and what is missing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import clock, health
from coworking.core.db import db
from coworking.core.jobs import recurring


def test_the_process_answers_without_a_database(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.session, "execute", None)
    response = app.test_client().get("/healthz")
    assert (response.status_code, response.json) == (200, {"status": "ok"})


def test_ready_with_a_worker_alive(app: Flask) -> None:
    recurring.tick(app)
    response = app.test_client().get("/readyz")
    assert (response.status_code, response.json) == (200, {"status": "ready", "not_ready": []})


def test_not_ready_without_a_worker_for_two_minutes(app: Flask) -> None:
    assert app.test_client().get("/readyz").json == {"status": "not ready", "not_ready": ["worker"]}
    recurring.tick(app)
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        response = app.test_client().get("/readyz")
    assert (response.status_code, response.json) == (503, {"status": "not ready", "not_ready": ["worker"]})


def test_not_ready_while_a_migration_is_missing(app: Flask) -> None:
    recurring.tick(app)
    with app.app_context():
        db.session.execute(sa.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        db.session.execute(sa.text("INSERT INTO alembic_version VALUES ('long_ago')"))
        db.session.commit()
        try:
            assert app.test_client().get("/readyz").json == {"status": "not ready", "not_ready": ["migrations"]}
        finally:
            db.session.execute(sa.text("DROP TABLE alembic_version"))
            db.session.commit()


def test_not_ready_on_a_full_disk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    recurring.tick(app)
    monkeypatch.setattr(health, "LEAST_BYTES", 10**18)
    assert app.test_client().get("/readyz").json == {"status": "not ready", "not_ready": ["disk"]}
