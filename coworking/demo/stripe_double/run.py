"""Serving the double."""

import logging
from pathlib import Path

from werkzeug.serving import make_server

from .app import Api
from .postman import Postman
from .store import Store


def quiet() -> None:
    """Write no line for each call: half of them carry ids of people."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)


def serve(file: Path, port: int, via: str = "") -> None:
    """Serve until told to stop."""
    store = Store(file)
    Postman(store, via).start()
    quiet()
    make_server("127.0.0.1", port, Api(store), threaded=True).serve_forever()
