"""People pay and cards are charged while server and worker are killed under them; the provider's book is the witness."""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import requests
import sqlalchemy as sa
from flask import Flask

from coworking import create_app
from coworking.billing import collecting, gateways, reconciling
from coworking.billing.models import Account, Invoice, ReconciliationDifference
from coworking.config import Config
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.jobs.sqlite import QueuedJob
from coworking.demo.stripe_double.postman import Postman
from coworking.demo.stripe_double.store import Store
from coworking.payments.port import MovementKind
from coworking.people.models import Person
from coworking.people.sign_in import start_session
from coworking.schema import create_all
from tests import cast as standing
from tests.bookings.arena import SECRET, NoAnswer, Racer, session_cookie
from tests.support.server import ROOT, Server, children, start, start_web

from .helpers import account, issued
from .till import HOOK, Till, double_running, paid_of

PATIENCE = 90
PAYERS = CARDS = 2
LATE = 0.15
"""Seconds by which the provider's answers are late, so that kills fall between what it did and what we wrote."""


@dataclass
class Shop:
    """A server, its worker, the double, and everybody who pays."""

    app: Flask
    till: Till
    server: Server
    works: tuple[str, ...]
    operator_id: UUID
    racers: list[Racer] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)
    cards: list[UUID] = field(default_factory=list)
    told: list[UUID] = field(default_factory=list)
    """Invoices of which somebody read that they are paid."""
    charged: list[UUID] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)
    worker: subprocess.Popen[bytes] | None = None

    @contextmanager
    def inside(self) -> Iterator[None]:
        """In the database, beside the server; let go afterwards, so that the next server recovers what a dead one left."""
        with self.app.app_context(), tenancy.acting_for(self.operator_id):
            yield
            db.session.commit()
            db.session.remove()
            db.engine.dispose()

    def start_worker(self) -> None:
        """Start the worker, again after it was killed. What the dead one had in hand is free, as it is once its lease ends."""
        with self.inside():
            if db.engine.dialect.name == "postgresql":
                db.session.connection().exec_driver_sql("UPDATE procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE status = 'doing'")
            else:
                db.session.execute(sa.update(QueuedJob).values(leased_until=clock.now()), execution_options={"synchronize_session": False})
        with self.server.log.open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, *self.works], cwd=ROOT, env=self.server.env, stdin=subprocess.DEVNULL, stdout=log.fileno(), stderr=log.fileno(), start_new_session=True
            )  # fmt: skip

    def stop_worker(self) -> None:
        """Kill -9."""
        if self.worker is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.worker = None

    def bill(self) -> list[UUID]:
        """New invoices: one for each payer, to pay on the page, and one for each saved card, charged by a job."""
        with self.inside():
            mine = [issued(account(db.session.get_one(Person, person))).id for person in self.people]
            by_card = [issued(db.session.get_one(Account, card)).id for card in self.cards]
            for invoice_id in by_card:
                collecting.ask_for(invoice_id)
        self.charged += by_card
        return mine

    def pay(self, racer: Racer, invoice_id: UUID) -> None:
        """Pay on the page, trying again whenever no answer comes, until the page says that it is paid."""
        patience = time.monotonic() + PATIENCE
        home = ""
        while time.monotonic() < patience:
            try:
                if not home:
                    status, where, body = racer.post_once(f"/billing/pay/{invoice_id}", {"form_key": str(invoice_id)})
                    home = self._pay_there(invoice_id, status, where, body)
                elif "Paid:" in _get(racer, home):
                    self.told.append(invoice_id)
                    return
            except NoAnswer:
                pass
            time.sleep(0.05)
        self.strange.append(f"{invoice_id}: never paid in {PATIENCE} s")

    def _pay_there(self, invoice_id: UUID, status: int, where: str, body: str) -> str:
        """The payer's part at the provider; returns the page that they come back to."""
        if status != 303:
            if status != 503:
                self.strange.append(f"{invoice_id}: {status} {body[:300]}")
            return ""
        if "/checkout/" not in where:
            return where
        visit = requests.post(f"{self.till.url}/_test/checkout/{where.rpartition('/')[2]}", data={"card": "4242424242424242"}, timeout=30).json()
        return "/" + str(visit["success_url"]).split("/", 3)[3] if "success_url" in visit else ""

    def kill_somewhere(self, dice: random.Random) -> None:
        """SIGKILL a web worker, all of the web, or the worker of jobs, in the midst of things; then all of it runs again."""
        victim = dice.choice(("web worker", "web", "jobs", "jobs"))
        self.kills[victim] += 1
        if dice.random() < 0.5:
            self._until_asked("payment_intent" if victim == "jobs" else "checkout.session")
        time.sleep(dice.uniform(0, 0.4))
        if victim == "jobs":
            self.stop_worker()
            self.start_worker()
        elif victim == "web worker":
            with suppress(ProcessLookupError):
                os.kill(dice.choice(children(self.server.processes[0].pid) or [self.server.processes[0].pid]), signal.SIGKILL)
            if self.server.processes[0].poll() is not None:
                start_web(self.server)
        else:
            self.server.kill()
            _until_free(self.server.port)
            start_web(self.server)

    def kill_jobs(self) -> None:
        """SIGKILL the worker of jobs while it waits for the answer to a charge, and let another one take over."""
        self._until_asked("payment_intent")
        self.stop_worker()
        self.start_worker()

    def _until_asked(self, kind: str) -> None:
        """Wait until the provider has done something of that kind, and has not answered yet."""
        before, patience = self._count(kind), time.monotonic() + 4
        while self._count(kind) == before and time.monotonic() < patience:
            time.sleep(0.01)

    def _count(self, kind: str) -> int:
        with self.till.store.change() as state:
            return int(state.sql.execute("SELECT count(*) FROM object WHERE kind = ?", (kind,)).fetchone()[0])

    def round(self, dice: random.Random) -> None:
        """Everybody pays, and something is killed under them."""
        invoices = self.bill()
        payers = [threading.Thread(target=self.pay, args=pair) for pair in zip(self.racers, invoices, strict=True)]
        for payer in payers:
            payer.start()
        self.kill_somewhere(dice)
        for payer in payers:
            payer.join()

    def broken_promises(self) -> list[str]:
        """What somebody read and the database does not know."""
        with self.inside():
            wrong = [f"{each}: read as paid, and is not" for each in self.told if _open(each)]
            if db.engine.dialect.name == "sqlite":
                told = db.session.connection().exec_driver_sql("PRAGMA integrity_check").scalar_one()
                wrong += [] if told == "ok" else [f"integrity_check: {told}"]
        return wrong

    def settle(self) -> list[str]:
        """Let time pass until nothing is left to do, then lay the books side by side. Returns what is wrong."""
        self.stop_worker()
        with self.inside(), patch.object(reconciling, "YOUNG", timedelta(0)):
            self.till.run_jobs()
            tenancy.enter(self.operator_id)
            standing_differences = [f"{row.kind} {row.provider_ref}" for row in reconciling.reconcile()]
        with self.inside():
            charges = Counter(_purpose_of(movement.payment_ref) for movement in _book() if movement.kind is MovementKind.PAYMENT)
            wrong = standing_differences + [f"{purpose} was charged {times} times" for purpose, times in charges.items() if times > 1]
            for invoice_id in self.told + self.charged:
                theirs = charges[f"invoice:{invoice_id}"]
                paid, gross = paid_of(db.session.get_one(Invoice, invoice_id)), db.session.get_one(Invoice, invoice_id).gross
                wrong += [] if (theirs, paid) == (1, gross) else [f"{invoice_id}: charged {theirs} times, {paid} of {gross} paid"]
            found = db.session.scalar(sa.select(sa.func.count()).select_from(ReconciliationDifference)) or 0
            wrong += [f"{found} differences were ever found"] if found and not standing_differences else []
        return wrong + self.strange


@contextmanager
def shop(backend: str, folder: Path, works: tuple[str, ...] = ("-m", "flask", "--app", "app", "worker")) -> Iterator[Shop]:
    """A shop that is open until the block ends. ``works`` is what runs the jobs."""
    url = ""
    if backend == "postgresql":
        from tests.support.postgres import fresh_database

        url = fresh_database("shop")
    with double_running(folder) as (double, store):
        app = create_app(Config(data_dir=folder, database_url=url, secret_key=SECRET, stripe_api_base=double))
        with app.app_context():
            with db.engine.begin() as connection:
                create_all(connection)
            house = standing.gather().bergen
            operator_id = house.operator.id
            db.session.remove()
            db.engine.dispose()
        server = start(data_dir=folder, database_url=url, workers=2, prepare=False, env={"STRIPE_API_BASE": double})
        opened = Shop(app, Till(app, house, double, store), server, works, operator_id)
        postman = _postman(store, server)
        try:
            _furnish(opened)
            opened.till.test("faults", path="payment_intents$|checkout/sessions$|refunds$", kind="sleep", seconds=str(LATE), times=1_000_000)
            opened.start_worker()
            yield opened
            assert "Traceback" not in _ours(server.output()), server.output()[-4000:]
        finally:
            postman.stop()
            opened.stop_worker()
            for racer in opened.racers:
                racer.connection.close()
            server.stop()
            with app.app_context():
                db.engine.dispose()


def _furnish(opened: Shop) -> None:
    with opened.inside():
        opened.till.connect(hook=HOOK)
        people = [
            Person(email=f"payer{number}@example.com", name=f"Payer {number}", email_confirmed_at=clock.now()) for number in range(PAYERS + CARDS)
        ]
        db.session.add_all(people)
        db.session.flush()
        tokens = [start_session(person, keep=False) for person in people[:PAYERS]]
        opened.people = [person.id for person in people[:PAYERS]]
        accounts = [account(person) for person in people[PAYERS:]]
        db.session.commit()
        for each in accounts:
            opened.till.save_card(each)
        opened.cards = [each.id for each in accounts]
    opened.racers = [Racer(opened.server, session_cookie(opened.app, token)) for token in tokens]


def _postman(store: Store, server: Server) -> Postman:
    postman = Postman(store, f"127.0.0.1:{server.port}")
    postman.start()
    return postman


def _get(racer: Racer, path: str) -> str:
    try:
        racer.connection.request("GET", path, headers=racer._headers())
        answer = racer.connection.getresponse()
        return answer.read().decode()
    except (http.client.HTTPException, OSError) as broken:
        racer.connection.close()
        raise NoAnswer from broken


def _until_free(port: int) -> None:
    for _attempt in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.01)
    raise TimeoutError(f"somebody still listens on port {port}")


def _open(invoice_id: UUID) -> bool:
    invoice = db.session.get_one(Invoice, invoice_id)
    return paid_of(invoice) != invoice.gross


def _book() -> list[Any]:
    return list(gateways.payments().list_movements(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)))


def _purpose_of(ref: str) -> str:
    return str(gateways.payments().fetch(ref).metadata.get("purpose", ref))


def _ours(log: str) -> str:
    # A worker that meets a locked or dying database says so and goes on; that is no mistake of a page.
    return "" if "Exception on" not in log and "unexpected error" not in log else log
