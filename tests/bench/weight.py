"""What the app costs before anybody asks for anything: seconds to the first page, and memory."""

import statistics
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.support.server import ROOT, Server, children, free_port, start

STARTS = 3
PATIENCE = 60


def memory(server: Server) -> float:
    """MB of gunicorn and its workers as PSS: what they share is counted once. Linux tells in smaps_rollup."""
    master = server.processes[0].pid
    return sum(_pss(process) for process in (master, *children(master))) / 1024


def _pss(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def cold_start(server: Server) -> float:
    """Seconds from starting gunicorn, two workers, on a filled database to the first page read. Median of a few."""
    taken = []
    folder = Path(server.env["DATA_DIR"])
    for _start in range(STARTS):
        begin = time.perf_counter()
        again = start(data_dir=folder, prepare=False, env={"DEMO": "1"})
        _first_page(again.port, again.host("kvartal"))
        taken.append(time.perf_counter() - begin)
        again.stop()
    return statistics.median(taken)


def second_run(server: Server) -> float:
    """Seconds of `make run` when all is set up already: migrations looked at, worker and server started, first page read."""
    taken = []
    for _start in range(STARTS):
        port = free_port()
        env = server.env | {"DEMO": "1", "PORT": str(port), "PUBLIC_PORT": str(port)}
        begin = time.perf_counter()
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _first_page(port, f"kvartal.localhost:{port}")
        taken.append(time.perf_counter() - begin)
        process.terminate()
        process.wait()
    return statistics.median(taken)


def _first_page(port: int, host: str) -> None:
    patience = time.perf_counter() + PATIENCE
    while time.perf_counter() < patience:
        with suppress(OSError, HTTPException):
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/", headers={"Host": host})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                return
        time.sleep(0.02)
    raise TimeoutError(f"no page in {PATIENCE} s")
