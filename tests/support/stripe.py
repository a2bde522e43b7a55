"""The stand-in for Stripe as a process of its own, beside a server under test. Its pages are the server's own, under /demo/stripe.

with stripe_double(data_dir, server_port) as env, running(data_dir=data_dir, port=server_port, env=env | {"DEMO": "1"}) as server: ...
"""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.server import ROOT, free_port

START_SECONDS = 20


@contextmanager
def stripe_double(data_dir: Path, server_port: int) -> Iterator[dict[str, str]]:
    """Settings for a server that is to talk to the double; its events for ``*.localhost`` go to ``server_port``."""
    port = free_port()
    file = data_dir / "stripe-double.sqlite3"
    command = [sys.executable, "-m", "coworking.demo.stripe_double", f"--port={port}", f"--file={file}", f"--via=127.0.0.1:{server_port}"]
    process = subprocess.Popen(command, cwd=ROOT)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(base)
        yield {"STRIPE_API_BASE": base, "STRIPE_SECRET_KEY": "sk_test_host"}
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(base: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{base}/_test/deliveries", timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the double did not start")
