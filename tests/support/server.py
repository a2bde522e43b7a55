"""The real server: gunicorn with several workers on a free port, as it runs in production. Never the test client.

with running(database_url=url, data_dir=tmp_path, workers=4) as server:
    httpx.get(server.url("kvartal", "/rooms"))
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30
STOP_SECONDS = 30
# Settings of the shell that runs the tests must not reach the server under test.
OURS = {
    "BASE_DOMAIN",
    "DATABASE_URL",
    "DATA_DIR",
    "DEMO",
    "ENCRYPTION_KEY",
    "MAIL_FROM",
    "PORT",
    "PUBLIC_PORT",
    "PYTHONDONTWRITEBYTECODE",
    "SCHEME",
    "SECRET_KEY",
    "SMTP_URL",
    "STORAGE_URL",
    "STRIPE_API_BASE",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "TRUSTED_PROXIES",
    "WEB_CONCURRENCY",
    "WEB_THREADS",
    "WORKER",
}


@dataclass
class Server:
    """A server under test, and the worker of jobs beside it where one was wanted."""

    port: int
    log: Path
    env: dict[str, str]
    serves: str = "app:app"
    """What gunicorn runs: ours, or in a control something that is broken on purpose."""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def base(self) -> str:
        """Where a client in Python connects: few resolvers know ``*.localhost``, so the name goes into the Host header."""
        return f"http://127.0.0.1:{self.port}"

    def host(self, name: str = "") -> str:
        """Host header of the operator called ``name``; of the host's own site without a name."""
        return f"{name}.localhost:{self.port}" if name else f"localhost:{self.port}"

    def url(self, name: str = "", path: str = "/") -> str:
        """Address for a browser of ``path`` at the operator called ``name``."""
        return f"http://{self.host(name)}{path}"

    def output(self) -> str:
        """All that the server wrote so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """Kill -9 of everything, workers included, in the midst of whatever they do."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()

    def stop(self) -> None:
        """Stop as an operator would: SIGTERM, requests in flight end. Raises TimeoutError when it won't."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.terminate()
        late = [process for process in self.processes if not _ended(process)]
        self.kill()
        if late:
            raise TimeoutError(f"the server did not stop in {STOP_SECONDS} s:\n{self.output()}")


@contextmanager
def running(
    *,
    data_dir: Path,
    database_url: str = "",
    workers: int = 2,
    job_worker: bool = False,
    prepare: bool = True,
    port: int | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """A server that answers, until the block ends. ``prepare`` migrates first; ``env`` wins over everything."""
    server = start(data_dir=data_dir, database_url=database_url, workers=workers, job_worker=job_worker, prepare=prepare, port=port, env=env)
    try:
        yield server
    finally:
        server.stop()


def start(
    *,
    data_dir: Path,
    database_url: str = "",
    workers: int = 2,
    job_worker: bool = False,
    prepare: bool = True,
    port: int | None = None,
    env: Mapping[str, str] | None = None,
    serves: str = "app:app",
) -> Server:
    """Start a server and wait for ``/healthz``; the caller calls ``stop()`` or ``kill()``."""
    port = port or free_port()
    data_dir.mkdir(parents=True, exist_ok=True)
    settings = _settings(data_dir, database_url, workers, port) | dict(env or {})
    server = Server(port, data_dir / "server.log", settings, serves)
    if prepare:
        flask("prepare", env=settings)
    if job_worker:
        with server.log.open("ab") as log:
            server.processes.append(_spawn(settings, log.fileno(), "flask", "--app", "app", "worker"))
    start_web(server)
    return server


def start_web(server: Server) -> None:
    """Start gunicorn, again after it was killed, and wait for ``/healthz``."""
    with server.log.open("ab") as log:
        command = ("gunicorn", "-c", "gunicorn.conf.py", "-b", f"127.0.0.1:{server.port}", server.serves)
        server.processes.insert(0, _spawn(server.env, log.fileno(), *command))
    try:
        _wait_for_health(server)
    except BaseException:
        server.kill()
        raise


def flask(*arguments: str, env: Mapping[str, str]) -> str:
    """Run a command of ``flask --app app`` under ``env``; returns what it printed, raises RuntimeError when it fails."""
    command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=dict(env), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def children(process: int) -> list[int]:
    """Processes that ``process`` started, such as gunicorn's workers."""
    with suppress(FileNotFoundError):
        return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return []


def free_port() -> int:
    """A TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(data_dir: Path, database_url: str, workers: int, port: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    return inherited | {
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "PUBLIC_PORT": str(port),
        "PYTHONWARNINGS": "default",
        "SECRET_KEY": "for tests only, never anywhere else",
        "WEB_CONCURRENCY": str(workers),
    }


def _spawn(env: Mapping[str, str], log: int, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    # A session of its own, so that kill() reaches the workers too.
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _wait_for_health(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for process in server.processes:
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with {process.returncode} while starting:\n{server.output()}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/healthz", timeout=5) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.05)
    raise TimeoutError(f"no answer from /healthz in {START_SECONDS} s:\n{server.output()}")


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True
