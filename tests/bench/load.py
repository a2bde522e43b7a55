"""Load from a few clients that each keep one connection, and what they saw."""

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection


@dataclass(frozen=True, slots=True)
class Seen:
    """Requests a second, and milliseconds."""

    rate: float
    p50: float
    p99: float


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


def measure(port: int, once: Visit, clients: int, seconds: float) -> Seen:
    """Let ``clients`` repeat ``once`` for ``seconds``, after a warm-up of a tenth."""
    times: list[float] = []
    errors: list[Exception] = []
    begin = time.perf_counter() + seconds / 10
    end = begin + seconds

    def client() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            while (start := time.perf_counter()) < end:
                once(connection)
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
    return Seen(len(times) / seconds, statistics.median(times) * 1000, times[int(len(times) * 0.99)] * 1000)
