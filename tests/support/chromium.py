"""The browser that tests drive: Debian's Chromium, or the one that CHROMIUM names. Playwright downloads nothing."""

import os
import shutil
from functools import cache
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Nothing may leave the machine, and no sandbox starts as root in a container.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # *.localhost answers on this machine whatever its resolver thinks; no other host is looked up at all.
    "--host-resolver-rules=MAP *.localhost 127.0.0.1, MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@cache
def path() -> str:
    """Where the browser is; raises RuntimeError telling what to install."""
    wanted = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else []
    for name in (*wanted, *NAMES):
        found = shutil.which(name)
        if found:
            return found
    raise RuntimeError("No Chromium here. On Debian: apt-get install chromium. Elsewhere: set CHROMIUM to its path.")


def launch_args() -> dict[str, Any]:
    """Arguments for ``playwright.chromium.launch(**launch_args())``, and for pytest-playwright's ``browser_type_launch_args``."""
    return {"executable_path": path(), "args": list(FLAGS), "headless": True}
