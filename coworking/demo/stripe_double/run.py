"""Serving the double."""

import logging
from pathlib import Path

from werkzeug.serving import make_server

from coworking.config import Config, load

from .app import Api
from .postman import Postman
from .seeding import watched
from .store import Store


def quiet() -> None:
    """Write no line for each call: half of them carry ids of people."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)


def watch_host(store: Store, config: Config, url: str) -> None:
    """Send events of the host's account, and of those connected to it, to ``url``, signed with the host's own secret."""
    if config.stripe_webhook_secret:
        for connected in (False, True):
            watched(store, config.stripe_secret_key, url, secret=config.stripe_webhook_secret, connected=connected)


def serve(file: Path, port: int, via: str = "", host_hook: str = "") -> None:
    """Serve until told to stop; the host's own events go to ``host_hook``."""
    store, config = Store(file), load()
    if host_hook:
        watch_host(store, config, host_hook)
    Postman(store, via, config.base_domain).start()
    quiet()
    make_server("127.0.0.1", port, Api(store), threaded=True).serve_forever()
