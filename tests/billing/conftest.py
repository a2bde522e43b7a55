"""The double of Stripe, and a house in Bergen whose payments run against it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from coworking.demo.stripe_double.store import Store
from tests.cast import House

from .till import Till, double_running, pointed_at


@pytest.fixture(scope="session")
def _provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    with double_running(tmp_path_factory.mktemp("stripe")) as running:
        yield running


@pytest.fixture
def till(app: Flask, inside: House, _provider: tuple[str, Store]) -> Iterator[Till]:
    """Inside the Bergen house, connected to an account of its own at the double."""
    before = app.extensions["coworking.config"]
    url, store = _provider
    pointed_at(app, url)
    opened = Till(app, inside, url, store)
    with store.change() as state:
        state.set("ahead", 0)
    opened.test("faults", path="nothing", kind="refuse", times=0)
    opened.connect()
    opened.letters()
    yield opened
    app.extensions["coworking.config"] = before
