"""Serving: prepare the database, then run the web server and, where wanted, the worker beside it."""

import os
import signal
import subprocess
import sys
from types import FrameType

from coworking.config import ROOT, load

GRACE = 15


def serve_demo() -> None:
    """The living demo: what ``make run`` starts. Settings given in the environment win."""
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("PORT", "8000")
    os.environ.setdefault("PUBLIC_PORT", os.environ["PORT"])
    serve()


def serve() -> None:
    """Migrate, fill the demo when it is one and empty, then serve until told to stop."""
    config = load()
    subprocess.run([sys.executable, "-m", "flask", "--app", "app", "prepare"], cwd=ROOT, check=True)
    server = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", f"{config.bind}:{config.port}", "app:app"]
    commands = [server]
    if config.worker:
        commands.append([sys.executable, "-m", "flask", "--app", "app", "worker"])
    processes = [subprocess.Popen(command, cwd=ROOT) for command in commands]
    if config.demo:
        print(f"\n  Coworking is at http://localhost:{config.public_port or config.port}\n", flush=True)
    sys.exit(_supervise(processes))


def _supervise(processes: list[subprocess.Popen[bytes]]) -> int:
    """Wait until one process ends or we are told to stop, then stop the others; returns the exit code."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    code = 0
    try:
        ended, status = os.wait()
        code = os.waitstatus_to_exitcode(status)
        print(f"process {ended} ended with {code}", file=sys.stderr)
    except (KeyboardInterrupt, SystemExit):
        pass
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(GRACE)
        except (subprocess.TimeoutExpired, ChildProcessError):
            process.kill()
    return code
