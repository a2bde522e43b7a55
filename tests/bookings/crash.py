"""People book and cancel while the server is killed under them; a ledger keeps what they were told."""

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import sqlalchemy as sa

from coworking.bookings.models import Booking, State
from coworking.core import tenancy
from coworking.core.db import db, reading
from coworking.core.jobs.sqlite import QueuedJob
from tests.support.server import Server, children, start_web

from .arena import Arena, NoAnswer, Racer

PATIENCE = 60
"""Seconds that people try again before the server counts as gone for good."""


@dataclass
class Ledger:
    """What people were told. Ids of bookings as text."""

    booked: set[str] = field(default_factory=set)
    cancelling: set[str] = field(default_factory=set)
    """Asked for; the answer may not have come."""
    cancelled: set[str] = field(default_factory=set)
    refused: int = 0
    unasked: int = 0
    """Requests that never got an answer, each sent again with the same form key."""
    strange: list[str] = field(default_factory=list)
    """Answers that nobody should get, 5xx among them."""
    kills: dict[str, int] = field(default_factory=dict)

    @property
    def told(self) -> int:
        """How many changes were acknowledged."""
        return len(self.booked) + len(self.cancelled)


class Person:
    """Books one time after the other, some of them wanted by others too, and cancels some again."""

    def __init__(self, arena: Arena, ledger: Ledger, racer: Racer, name: str, stop: threading.Event, wanted: list[dict[str, str]]) -> None:
        self.arena, self.ledger, self.racer, self.name, self.stop, self.wanted = arena, ledger, racer, name, stop, wanted
        self.dice = random.Random(name)

    def live(self) -> None:
        """Until told to stop."""
        number = 0
        while not self.stop.is_set():
            number += 1
            page = self._book(f"{self.name}-{number}")
            if page and self.dice.random() < 0.25:
                self._cancel(page)

    def _book(self, form_key: str) -> str | None:
        if self.wanted and self.dice.random() < 0.3:
            wish = self.dice.choice(self.wanted[-8:])
        else:
            wish = self.arena.free_time()
            self.wanted.append(wish)
        status, page, body = self._until_answered("/rooms/fjord/bookings", {**wish, "form_key": form_key})
        if status == 303:
            self.ledger.booked.add(page.rpartition("/")[2])
            return page
        if status == 409:
            self.ledger.refused += 1
        elif status:
            self.ledger.strange.append(f"booking: {status} {page} {body[:200]}")
        return None

    def _cancel(self, page: str) -> None:
        booking = page.rpartition("/")[2]
        self.ledger.cancelling.add(booking)
        status, _page, body = self._until_answered(f"{page}/cancellation", {})
        if status == 303:
            self.ledger.cancelled.add(booking)
        elif status:
            self.ledger.strange.append(f"cancellation: {status} {body[:200]}")

    def _until_answered(self, path: str, form: dict[str, str]) -> tuple[int, str, str]:
        """What the server said in the end; status 0 when it said nothing before we were told to stop."""
        patience = time.monotonic() + PATIENCE
        while time.monotonic() < patience:
            try:
                return self.racer.post_once(path, form)
            except NoAnswer:
                self.ledger.unasked += 1
                if self.stop.wait(0.02):
                    return 0, "", ""
        self.ledger.strange.append(f"{path}: no answer in {PATIENCE} s")
        return 0, "", ""


@contextmanager
def crowd(arena: Arena) -> Iterator[Ledger]:
    """Everybody of the arena, booking until the block ends."""
    ledger, stop, wanted = Ledger(), threading.Event(), list[dict[str, str]]()
    people = [Person(arena, ledger, racer, f"person-{number}", stop, wanted) for number, racer in enumerate(arena.racers)]
    threads = [threading.Thread(target=person.live) for person in people]
    for thread in threads:
        thread.start()
    try:
        yield ledger
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def kill_somewhere(server: Server, ledger: Ledger, dice: random.Random) -> None:
    """Wait for somebody to be served, then SIGKILL a worker, the master, or all at once; afterwards it serves again."""
    told, patience = ledger.told, time.monotonic() + PATIENCE
    while ledger.told == told:
        assert time.monotonic() < patience, f"nobody was served for {PATIENCE} s:\n{server.output()[-4000:]}"
        time.sleep(0.005)
    time.sleep(dice.uniform(0, 0.5))
    victim = dice.choice(("worker", "worker", "master", "all"))
    ledger.kills[victim] = ledger.kills.get(victim, 0) + 1
    master = server.processes[0].pid
    if victim == "worker":
        _kill(dice.choice(children(master) or [master]))
        if server.processes[0].poll() is None:
            return
    if victim == "master":
        _kill(master)
        time.sleep(dice.uniform(0, 0.2))
    server.kill()
    _until_silent(server.port)
    start_web(server)


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _until_silent(port: int) -> None:
    """The kernel takes its time to close what a killed process held."""
    for _attempt in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.01)
    raise TimeoutError(f"somebody still listens on port {port}")


def broken_promises(arena: Arena, ledger: Ledger) -> list[str]:
    """What people were told and the database does not know; and what it should never hold, told or not."""
    booked, cancelled = set(ledger.booked), set(ledger.cancelled)
    with arena.app.app_context(), tenancy.across_operators(), reading():
        states = {str(booking): state for booking, state in db.session.execute(sa.select(Booking.id, Booking.state))}
        wrong = [f"two at one time: {booking}" for booking in _overlapping()]
        if db.engine.dialect.name == "sqlite":
            told = db.session.connection().exec_driver_sql("PRAGMA integrity_check").scalar_one()
            wrong += [] if told == "ok" else [f"integrity_check: {told}"]
        db.session.remove()
    arena.let_go()
    wrong += [f"lost: {booking}" for booking in booked if booking not in states]
    wrong += [f"came back: {booking}" for booking in cancelled if states.get(booking) != State.CANCELLED.value]
    kept = booked - set(ledger.cancelling)
    wrong += [f"cancelled by nobody: {booking}" for booking in kept if states.get(booking) == State.CANCELLED.value]
    return wrong


def _overlapping() -> list[str]:
    before = sa.func.lag(Booking.held_until).over(partition_by=(Booking.resource_id, Booking.unit), order_by=Booking.starts_at)
    times = sa.select(Booking.id, Booking.starts_at, before.label("before")).where(Booking.state == State.CONFIRMED.value).subquery()
    return [str(booking) for booking in db.session.scalars(sa.select(times.c.id).where(times.c.before > times.c.starts_at))]


def mails_asked_for(arena: Arena) -> tuple[int, int, int, int]:
    """Bookings, jobs that tell of one, cancellations, jobs that tell of one. Each pair was written in one transaction."""
    with arena.app.app_context(), tenancy.across_operators(), reading():
        if db.engine.dialect.name == "postgresql":
            rows = db.session.connection().exec_driver_sql("SELECT args->'args'->>'what' FROM procrastinate_jobs").scalars()
        else:
            rows = db.session.scalars(sa.select(QueuedJob.args["what"].as_string()))
        told = list(rows)
        states = list(db.session.scalars(sa.select(Booking.state)))
        db.session.remove()
    arena.let_go()
    return len(states), told.count("booked"), states.count(State.CANCELLED.value), told.count("cancelled")
