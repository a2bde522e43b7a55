"""Serving: prepare the database, then run the web server and, where wanted, the worker beside it."""

import os
import secrets
import signal
import socket
import subprocess
import sys
from types import FrameType

from coworking.config import ROOT, Config, load

GRACE = 15
DEMO_HOST = {
    "HOST_NAME": "Rom og Bord Drift AS (demo)",
    "HOST_ADDRESS": "Nedre Eksempelgate 1, 0100 Oslo",
    "HOST_EMAIL": "privacy@host.example",
    "HOST_PHONE": "+47 21 00 00 00",
    "HOST_COUNTRY": "NO",
}
"""A host that doesn't exist, so that the demo's imprints and agreements are whole."""


def serve_demo() -> None:
    """The living demo: what ``make run`` starts. Settings given in the environment win."""
    os.environ.setdefault("DEMO", "1")
    os.environ.setdefault("PORT", "8000")
    os.environ.setdefault("PUBLIC_PORT", os.environ["PORT"])
    for name, value in DEMO_HOST.items():
        os.environ.setdefault(name, value)
    serve()


def serve() -> None:
    """Migrate, fill the demo when it is one and empty, then serve until told to stop."""
    config = load()
    processes = [_stripe_double(config)] if config.demo and not (config.stripe_api_base or config.stripe_secret_key) else []
    try:
        subprocess.run([sys.executable, "-m", "flask", "--app", "app", "prepare"], cwd=ROOT, check=True)
    except BaseException:
        for process in processes:
            process.terminate()
        raise
    commands = [[sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", f"{config.bind}:{config.port}", "app:app"]]
    if config.worker:
        commands.append([sys.executable, "-m", "flask", "--app", "app", "worker"])
    processes += [subprocess.Popen(command, cwd=ROOT) for command in commands]
    if config.demo:
        print(f"\n  Coworking is at http://localhost:{config.public_port or config.port}\n", flush=True)
    sys.exit(_supervise(processes))


def _stripe_double(config: Config) -> subprocess.Popen[bytes]:
    """Start the demo's stand-in for Stripe on a free port of this machine, and tell everything started later where it is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ |= {"STRIPE_API_BASE": f"http://127.0.0.1:{port}", "STRIPE_SECRET_KEY": "sk_test_host"}
    os.environ.setdefault("STRIPE_WEBHOOK_SECRET", f"whsec_{secrets.token_urlsafe(24)}")
    command = [sys.executable, "-m", "coworking.demo.stripe_double", f"--port={port}", f"--file={config.data_dir / 'stripe-double.sqlite3'}"]
    host = f"{config.base_domain}:{config.public_port}" if config.public_port else config.base_domain
    command += [f"--via=127.0.0.1:{config.port}", f"--host-hook={config.scheme}://{host}/webhooks/stripe"]
    return subprocess.Popen(command, cwd=ROOT)


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
