"""What kill -9 can't show: the log of the database is on the disk, not just in a cache, before the answer leaves.

strace watches the server, and PostgreSQL's processes, while bookings are made: each answer of success must come after
a write to the write-ahead log and a sync of it that ended. SQLite's log ends in -wal, PostgreSQL's is in pg_wal.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.server import children

from .arena import Arena, opened

BOOKINGS = 3
WRITE = re.compile(r"(?:write|pwrite64|pwritev)\(\d+<[^>]*(?:-wal|/pg_wal/\w+)>")
SYNC = re.compile(r"(?:fsync|fdatasync)\(\d+<[^>]*(?:-wal|/pg_wal/\w+)>")
ANSWER = "HTTP/1.1 303"


@pytest.fixture
def durable(backend: str) -> Iterator[None]:
    """PostgreSQL as it is installed, not as tests usually have it."""
    if backend == "sqlite":
        yield
        return
    from tests.support.postgres import make_durable

    make_durable(True)
    yield
    make_durable(False)


@pytest.mark.usefixtures("durable")
def test_the_log_is_on_the_disk_before_anybody_is_told(backend: str, tmp_path: Path) -> None:
    with opened(backend, tmp_path, workers=1, people=1) as arena:
        assert _synced_first(arena, backend, tmp_path) == [True] * BOOKINGS


@pytest.mark.usefixtures("durable")
def test_control_an_answer_before_the_commit_is_seen(backend: str, tmp_path: Path) -> None:
    with opened(backend, tmp_path, workers=1, people=1, serves="tests.bookings.broken:answers_early()") as arena:
        assert False in _synced_first(arena, backend, tmp_path)


def _synced_first(arena: Arena, backend: str, folder: Path) -> list[bool]:
    """For each of a few bookings: was the log written and synced between the answer before and its own?"""
    racer = arena.racers[0]
    assert racer.post("/rooms/fjord/bookings", arena.free_time())[0] == 303
    time.sleep(0.5)
    with _watched(_processes(arena, backend), folder / "trace"):
        for _number in range(BOOKINGS):
            assert racer.post("/rooms/fjord/bookings", arena.free_time())[0] == 303
            time.sleep(0.5)
    lines = (folder / "trace").read_text(errors="replace").splitlines()
    answers = [number for number, line in enumerate(lines) if ANSWER in line]
    assert len(answers) == BOOKINGS, "\n".join(lines[-50:])
    return [_ends_synced(lines[start:end]) for start, end in zip([0, *answers], answers, strict=False)]


def _ends_synced(lines: list[str]) -> bool:
    written, syncing = False, set[str]()
    for line in lines:
        process = line.split(maxsplit=1)[0]
        written = written or bool(WRITE.search(line))
        if SYNC.search(line) and "<unfinished" in line:
            syncing.add(process)
        ended = line.endswith("= 0") and (SYNC.search(line) or ("sync resumed>" in line and process in syncing))
        if written and ended:
            return True
    return False


def _processes(arena: Arena, backend: str) -> list[int]:
    workers = children(arena.server.processes[0].pid)
    if backend == "sqlite":
        return workers
    # Who commits syncs the log itself. Other databases of the same server are other tests', and sync when they like.
    return [*workers, *arena.backends()]


@contextmanager
def _watched(processes: list[int], trace: Path) -> Iterator[None]:
    if shutil.which("strace") is None:
        pytest.skip("no strace here: apt-get install strace")
    calls = "trace=write,pwrite64,pwritev,fsync,fdatasync,sendto,sendmsg"
    command = ["strace", "-f", "-y", "-s", "32", "-e", calls, "-o", str(trace), *(f"--attach={process}" for process in processes)]
    said = trace.with_suffix(".said")
    with said.open("w") as file:
        strace = subprocess.Popen(command, stderr=file)
    try:
        for process in processes:
            _until_attached(strace, said, process)
        yield
    finally:
        strace.terminate()
        strace.wait()


def _until_attached(strace: subprocess.Popen[bytes], said: Path, process: int) -> None:
    for _attempt in range(500):
        text = said.read_text()
        if f"Process {process} attached" in text:
            return
        if strace.poll() is not None:
            pytest.skip(f"strace may not watch here: {text.strip()[:200]}")
        time.sleep(0.01)
    pytest.skip(f"strace did not attach: {text.strip()[:200]}")
