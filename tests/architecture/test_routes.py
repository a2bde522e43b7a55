"""The list of routes is kept, so that a new one is seen; and none is open by mistake."""

from pathlib import Path

from flask import Flask

from coworking.cli import listing
from coworking.core.permissions import Permission

GOLDEN = Path(__file__).with_name("routes.txt")
WITHOUT_PERMISSION = {"platform.alive", "platform.ready"}


def test_the_list_of_routes_is_the_one_we_know(app: Flask) -> None:
    # The demo's own pages are there with DEMO=1 alone, whichever way the list was made.
    now, known = ([line for line in text.splitlines() if not line.startswith("/demo/")] for text in (listing(app), GOLDEN.read_text()))
    assert now == known, "after checking the change: flask --app app route-list > tests/architecture/routes.txt"


def test_every_route_names_its_permission(app: Flask) -> None:
    for endpoint, view in app.view_functions.items():
        if endpoint not in WITHOUT_PERMISSION:
            assert isinstance(getattr(view, "permission", None), Permission), endpoint
