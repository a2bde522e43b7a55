"""Fixtures of the desk's tests."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from tests.cast import House
from tests.desk.work import Look


@pytest.fixture
def look(app: Flask, bergen: House) -> Look:
    """Reads one row or number of Bergen as the database has it now, with what hangs on it."""

    def read(statement: sa.Select[Any]) -> Any:
        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            found = db.session.scalar(statement)
            for relation in ("rates", "photos", "equipment", "opening_hours", "exceptions", "hosts"):
                getattr(found, relation, None)
            db.session.expunge_all()
            return found

    return read
