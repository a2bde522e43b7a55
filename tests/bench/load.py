"""Load from a few clients that each keep one connection, and what they saw."""

import os
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.support.server import children


@dataclass(frozen=True, slots=True)
class Seen:
    """Requests a second, and milliseconds."""

    rate: float
    p50: float
    p99: float
    cpu: float
    """Of the server's workers for one request. Who else uses the machine changes it least."""


Visit = Callable[[HTTPConnection], None]


def visit(path: str, headers: dict[str, str], expect: int = 200) -> Visit:
    """One GET that must answer ``expect``."""

    def once(connection: HTTPConnection) -> None:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != expect:
            raise RuntimeError(f"{path} answered {answer.status}")

    return once


def returning(path: str, headers: dict[str, str]) -> Visit:
    """GETs of somebody who has the page: 304 as long as it is the same, then the new one is kept."""
    tags = {"": ""}

    def once(connection: HTTPConnection) -> None:
        connection.request("GET", path, headers=headers | {"If-None-Match": tags[""]})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in {200, 304}:
            raise RuntimeError(f"{path} answered {answer.status}")
        tags[""] = answer.headers.get("ETag", "")

    return once


def measure(port: int, once: Visit, clients: int, seconds: float, server: int) -> Seen:
    """Let ``clients`` repeat ``once`` for ``seconds``, after a warm-up of a tenth. ``server``: gunicorn's process."""
    times: list[float] = []
    done: list[float] = []
    errors: list[Exception] = []
    spent = _cpu(server)
    begin = time.perf_counter() + seconds / 10
    end = begin + seconds

    def client() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            while (start := time.perf_counter()) < end:
                once(connection)
                done.append(start)
                if start >= begin:
                    times.append(time.perf_counter() - start)
        except Exception as error:  # noqa: BLE001 - told below, in the thread that can fail
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    times.sort()
    if not times:
        raise RuntimeError(f"nobody was served in {seconds} s")
    cpu = (_cpu(server) - spent) / len(done) * 1000
    return Seen(len(times) / seconds, statistics.median(times) * 1000, times[int(len(times) * 0.99)] * 1000, cpu)


def _cpu(server: int) -> float:
    """Seconds that the workers of gunicorn have spent on a processor."""
    ticks = 0
    for worker in children(server):
        fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
