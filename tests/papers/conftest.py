"""An app that knows languages and nothing else: papers need no database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from coworking.core import i18n


@pytest.fixture(scope="session")
def speech() -> Flask:
    """The app whose context papers are written in."""
    app = Flask("papers")
    app.config["TRANSLATIONS"] = Path(__file__).parents[2] / "translations"
    i18n.init_app(app)
    return app


@pytest.fixture
def spoken(speech: Flask) -> Iterator[None]:
    """Within the app's context."""
    with speech.app_context():
        yield
