"""``make bench``: ratios of one run. Absolute figures drift with the machine; ratios hold."""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.bench import growth, reference
from tests.bench.load import Seen, Visit, measure, visit
from tests.support.server import ROOT, Server, free_port, running

CLIENTS = 8
MEMBER, OWNER = "tone@nordlys.example", "ingunn@kvartal.example"


def main() -> None:
    """Measure, and print a table in Markdown."""
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--seconds", type=float, default=4)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--growth", type=int, nargs="*", default=[10_000, 100_000], help="numbers of bookings to compare")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _pages(Path(folder), chosen.seconds, chosen.rounds)
        if chosen.growth:
            growth.compare(Path(folder), chosen.growth)


def _pages(folder: Path, seconds: float, rounds: int) -> None:
    database = folder / "reference.sqlite3"
    reference.fill(str(database))
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", f"127.0.0.1:{port}", "tests.bench.reference:app"]
    theirs = subprocess.Popen(command, cwd=ROOT, env={"PATH": "/usr/bin:/bin", "REFERENCE_DB": str(database), "WEB_CONCURRENCY": "2"})
    try:
        with running(data_dir=folder / "ours", env={"DEMO": "1"}) as ours:
            _wait(port)
            _compare(ours, port, seconds, rounds)
    finally:
        theirs.terminate()
        theirs.wait()


def _wait(port: int) -> None:
    for _attempt in range(200):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            continue
        return


def _compare(ours: Server, port: int, seconds: float, rounds: int) -> None:
    signed_in = {"Host": ours.host("kvartal"), "Cookie": _sign_in(ours)}
    staff = {"Host": ours.host("kvartal"), "Cookie": _sign_in(ours, OWNER)}
    bare = {"Cookie": _cookie(port, "GET", "/sign-in", {})[0]}
    rooms = re.findall(r'href="(/rooms/[a-z0-9-]+)"', _get(ours.port, "/rooms", signed_in))
    pairs: list[tuple[str, Visit, Visit]] = [
        ("room list, signed in, against raw", visit("/rooms", signed_in), visit("/raw", {})),
        ("room list, signed in, against bare", visit("/rooms", signed_in), visit("/rooms", bare)),
        ("week page against bare week", visit(rooms[0], signed_in), visit("/week", bare)),
        ("desk timeline against our week page (theirs = ours)", visit("/desk/", staff), visit(rooms[0], signed_in)),
    ]
    print(f"| work, {CLIENTS} clients | ours /s | reference /s | ratio | p99 ours ms | p99 reference ms |\n|---|---|---|---|---|---|")
    for name, mine, other in pairs:
        at = ours.port if "theirs = ours" in name else port
        seen = [(measure(ours.port, mine, CLIENTS, seconds), measure(at, other, CLIENTS, seconds)) for _round in range(rounds)]
        _row(name, seen)
    one = measure(ours.port, visit("/rooms", signed_in), 1, seconds)
    print(f"| room list, one client: p99 / p50 | | | {one.p99 / one.p50:.2f} | {one.p99:.1f} | |")


def _row(name: str, seen: list[tuple[Seen, Seen]]) -> None:
    ratio = statistics.median(ours.rate / theirs.rate for ours, theirs in seen)
    ours, theirs = sorted(seen, key=lambda pair: pair[0].rate)[len(seen) // 2]
    print(f"| {name} | {ours.rate:.0f} | {theirs.rate:.0f} | {ratio:.0%} | {ours.p99:.1f} | {theirs.p99:.1f} |", flush=True)


def _sign_in(ours: Server, email: str = MEMBER) -> str:
    from coworking.demo.accounts import PASSWORD

    host = {"Host": ours.host("kvartal")}
    cookie, form = _cookie(ours.port, "GET", "/sign-in", host)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    body = urlencode({"csrf_token": token[1] if token else "", "email": email, "password": PASSWORD})
    headers = host | {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://{ours.host('kvartal')}/sign-in"}
    return _cookie(ours.port, "POST", "/sign-in", headers, body)[0]


def _cookie(port: int, method: str, path: str, headers: dict[str, str], body: str | None = None) -> tuple[str, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    return "; ".join(value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"), text


def _get(port: int, path: str, headers: dict[str, str]) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers=headers)
    return connection.getresponse().read().decode()


if __name__ == "__main__":
    main()
