"""One server a database for all journeys, and the browser they are made with."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.support.chromium import launch_args

from .site import Site, serving


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, headless and offline (read by pytest-playwright)."""
    return launch_args()


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Callable[[str], Site]]:
    """``sites("sqlite")`` is the demo on that database, started once."""
    started: dict[str, Site] = {}
    with ExitStack() as servers:

        def site_on(database: str) -> Site:
            if database not in started:
                url = ""
                if database == "postgresql":
                    from tests.support.postgres import fresh_database

                    url = fresh_database(f"journeys_{worker_id}")
                started[database] = servers.enter_context(serving(tmp_path_factory.mktemp(f"journeys-{database}"), url))
            return started[database]

        yield site_on


@pytest.fixture
def site(sites: Callable[[str], Site]) -> Site:
    """The demo on SQLite, for what does not depend on the database."""
    return sites("sqlite")
