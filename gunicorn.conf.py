"""The web server. ``app.py`` starts it; by hand: ``gunicorn app:app``. Settings of the app itself are in coworking/config.py."""

import gc
import os
import runpy
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

# By its path: importing the app here would keep its code in the first process, and SIGHUP would bring no new one.
logs = runpy.run_path(str(Path(__file__).with_name("coworking") / "core" / "logs.py"))

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))

# At SIGTERM, requests in flight get this long to end: less than coworking/serve.py waits. A worker silent for `timeout` is replaced.
graceful_timeout = 12
timeout = 60
keepalive = 15

# A socket that takes commands is one more door, and nothing here uses it.
control_socket_disable = True
# Heartbeats in memory: on a disk they can stall a worker while the disk is busy.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None

# No access log unless one is asked for ("-" for standard output).
accesslog = os.environ.get("ACCESS_LOG") or None
access_log_format = '%(t)s "%(m)s %(U)s %(H)s" %(s)s %(b)s %(L)s'
LOGGED = frozenset("tmUHsbBLMDTp")


class PlainLogger(Logger):
    """Logs without people: of a request the method, the path without keys, the status, its size and how long it took."""

    def setup(self, cfg: Any) -> None:
        """Mask the lines of the server itself too: they quote requests and where these came from."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(logs["Masked"](self.error_fmt))

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        """What a format of the access log may use, whichever format is set."""
        known = super().atoms(resp, req, environ, request_time)
        return {name: value for name, value in known.items() if name in LOGGED} | {"U": logs["masked"](known["U"] or "")}


logger_class = PlainLogger
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "warning")


def post_worker_init(worker: Worker) -> None:
    """Spare every request the walk over what boot left in memory.

    What the app imported and built lives as long as the process, yet Python's collector walks it again and
    again: that walk, not our code, was the tail (p99 at one client 20 ms; 3.3 ms without, rate + 7 %). So it is
    frozen once the app is loaded, which is after ``post_fork`` as each worker loads it itself, and the collector
    runs more rarely. A request leaves about 1,000 objects in circles: collected after 10,000 they cost a pause of
    4 ms; after 100,000 it was 51 ms, and 15 MB more in each worker. The older generations are due rarely, but due:
    with 50 and 1,000 for them, 30 big pages left 25 MB behind.
    """
    worker.wsgi.extensions["coworking.page_counts"].start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def worker_exit(server: Any, worker: Worker) -> None:  # noqa: ARG001 - gunicorn's signature
    """Write what the worker counted of its last minute."""
    app = getattr(worker, "wsgi", None)
    if app is not None:
        app.extensions["coworking.page_counts"].stop()
