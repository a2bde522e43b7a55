"""Requests a second of our pages against the reference, both behind the same server with two workers, in turns."""

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import select

from coworking import create_app
from coworking.config import Config
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.permissions import Role
from coworking.demo import scale
from coworking.demo.accounts import PASSWORD
from coworking.people.models import Person
from tests.bench import booking, reference, weight
from tests.bench.load import Seen, Visit, measure, returning, visit
from tests.support.server import ROOT, Server, free_port, start

CLIENTS = 8
ROOMS, ROOMS_OF_A_DAY = 50, 30
PER_DAY, PER_QUIET_DAY = 29, 8
"""In each room: about 200 a week, and about as many in all rooms of a day at the desk."""
FILLED_DAYS = 22
MEMBER = "tone@nordlys.example"


@dataclass(slots=True)
class Bench:
    """Servers that are up, and how long and how often to ask them."""

    port: int
    """Of the reference."""
    reference: int
    """Its process."""
    ours: Server
    """The demo, and beside its operators one with ROOMS rooms."""
    day: Server
    """One operator with ROOMS_OF_A_DAY rooms."""
    seconds: float
    rounds: int

    def compare(self, name: str, mine: Visit, other: Visit, at: Server | None = None, against: Server | None = None) -> None:
        """Print one row: ours (at ``at``), theirs (the reference's, or at ``against``), the medians of the rounds' ratios."""
        at = at or self.ours
        port, process = (against.port, against.processes[0].pid) if against else (self.port, self.reference)
        seen = [
            (
                measure(at.port, mine, CLIENTS, self.seconds, at.processes[0].pid),
                measure(port, other, CLIENTS, self.seconds, process),
            )
            for _round in range(self.rounds)
        ]
        _row(name, seen)


def report(folder: Path, seconds: float, rounds: int) -> None:
    """Print the table of ratios, then what starting and standing costs."""
    with (
        _reference(folder) as (port, process),
        _ours(folder / "ours", ROOMS, PER_DAY, demo=True) as ours,
        _ours(folder / "day", ROOMS_OF_A_DAY, PER_QUIET_DAY) as day,
    ):
        bench = Bench(port, process, ours, day, seconds, rounds)
        print(
            f"| work, {CLIENTS} clients | ours /s | reference /s | ratio | CPU ms ours | CPU ms reference | ratio | p99 ours ms | p99 reference ms |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        _pages(bench)
        _unchanged(bench)
        print(f"\n| weight | |\n|---|---|\n| memory (PSS) of the web server with two workers, after this | {weight.memory(ours):.0f} MB |")
        print(f"| cold start: first page after | {weight.cold_start(ours):.1f} s |")
        print(f"| `make run` the second time: first page after | {weight.second_run(ours):.1f} s |", flush=True)


def _pages(bench: Bench) -> None:
    ours, day = bench.ours, bench.day
    bare = {"Cookie": _cookie(bench.port, "GET", "/sign-in", {})[0]}
    member, staff = _signed_in(ours, "bench", scale.EMAIL), _signed_in(day, "bench", scale.EMAIL)
    week = visit("/rooms/room-1", member)
    bench.compare(f"list of {ROOMS} rooms with availability, signed in, against raw", visit("/rooms", member), visit("/raw", {}))
    bench.compare("the same against bare", visit("/rooms", member), visit("/rooms", bare))
    kvartal = visit("/rooms", _signed_in(ours, "kvartal", MEMBER))
    bench.compare("list of the demo's Kvartal, with photos and equipment, against raw", kvartal, visit("/raw", {}))
    bench.compare("week page, 200 bookings, against bare week", week, visit("/week", bare))
    name = f"day of {ROOMS_OF_A_DAY} rooms at the desk, against our week page (reference)"
    bench.compare(name, visit("/desk/", staff), week, at=day, against=ours)
    first = clock.today("UTC") + timedelta(days=20)
    bench.compare("one booking, form GET and POST, committed, against bare", booking.ours(member, ROOMS, first), booking.bare(bare))
    _tail(bench, member)


def _tail(bench: Bench, member: dict[str, str]) -> None:
    for name, path in (("list", "/rooms"), ("week page", "/rooms/room-1")):
        seen = [measure(bench.ours.port, visit(path, member), 1, bench.seconds, bench.ours.processes[0].pid) for _round in range(bench.rounds)]
        ratio = statistics.median(each.p99 / each.p50 for each in seen)
        print(f"| {name}, one client: p99 / p50 | | | {ratio:.2f} | | | | {statistics.median(each.p99 for each in seen):.1f} | |", flush=True)


def _unchanged(bench: Bench) -> None:
    """A visitor comes back to a public page that is as it was."""
    visitor = {"Host": bench.ours.host("kvartal")}
    name = "public list unchanged since the last visit (304), against the whole page (reference)"
    bench.compare(name, returning("/rooms", visitor), visit("/rooms", visitor), against=bench.ours)


def _row(name: str, seen: list[tuple[Seen, Seen]]) -> None:
    ratio = statistics.median(ours.rate / theirs.rate for ours, theirs in seen)
    work = statistics.median(theirs.cpu / ours.cpu for ours, theirs in seen)
    ours, theirs = sorted(seen, key=lambda pair: pair[0].rate)[len(seen) // 2]
    rates, cpu = f"{ours.rate:.0f} | {theirs.rate:.0f} | {ratio:.0%}", f"{ours.cpu:.1f} | {theirs.cpu:.1f} | {work:.0%}"
    print(f"| {name} | {rates} | {cpu} | {ours.p99:.1f} | {theirs.p99:.1f} |", flush=True)


@contextmanager
def _reference(folder: Path) -> Iterator[tuple[int, int]]:
    """Its port and its process."""
    database = folder / "reference.sqlite3"
    reference.fill(str(database))
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "-b", f"127.0.0.1:{port}", "tests.bench.reference:app"]
    server = subprocess.Popen(command, cwd=ROOT, env={"PATH": "/usr/bin:/bin", "REFERENCE_DB": str(database), "WEB_CONCURRENCY": "2"})
    try:
        _wait(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _ours(folder: Path, rooms: int, per_day: int, demo: bool = False) -> Iterator[Server]:
    """A server on SQLite with an operator ``bench`` whose rooms are well booked; with the demo beside it where wanted."""
    env = {"DEMO": "1" if demo else "0"}
    folder.mkdir(parents=True)
    server = start(data_dir=folder, env=env)
    server.stop()
    app = create_app(Config(data_dir=folder, secret_key=server.env["SECRET_KEY"]))
    with app.app_context(), tenancy.across_operators():
        operator = scale.grow(rooms, rooms * per_day * FILLED_DAYS, per_day)
        if not demo:
            db.session.scalars(select(Person).where(Person.operator_id == operator.id)).one().role = Role.OWNER.value
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
    server = start(data_dir=folder, env=env)
    try:
        yield server
    finally:
        server.stop()


def _wait(port: int) -> None:
    for _attempt in range(600):
        try:
            _cookie(port, "GET", "/healthz", {})
        except OSError:
            time.sleep(0.05)
            continue
        return
    raise TimeoutError("the reference does not answer")


def _signed_in(server: Server, name: str, email: str) -> dict[str, str]:
    """Headers of somebody signed in at the operator called ``name``."""
    host = {"Host": server.host(name)}
    cookie, form = _cookie(server.port, "GET", "/sign-in", host)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    body = urlencode({"csrf_token": token[1] if token else "", "email": email, "password": PASSWORD})
    headers = host | {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://{server.host(name)}/sign-in"}
    return host | {"Cookie": _cookie(server.port, "POST", "/sign-in", headers, body)[0]}


def _cookie(port: int, method: str, path: str, headers: dict[str, str], body: str | None = None) -> tuple[str, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    return "; ".join(value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"), text
