"""A house whose payments run against the double of Stripe: everything a test does as payer, bank or postman."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import requests
import sqlalchemy as sa
from flask import Flask, g
from werkzeug.serving import make_server

from coworking.billing import gateways, methods, paying
from coworking.billing.models import Account, Allocation, Invoice, Payment
from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.jobs.registry import Order
from coworking.core.jobs.running import carry_out
from coworking.core.jobs.sqlite import QueuedJob
from coworking.core.money import Money
from coworking.demo.stripe_double.app import Api
from coworking.demo.stripe_double.postman import Postman
from coworking.demo.stripe_double.run import quiet
from coworking.demo.stripe_double.store import Store
from tests.cast import House

HOOK = "http://kvartal.localhost/webhooks/stripe"


@contextmanager
def double_running(folder: Any) -> Iterator[tuple[str, Store]]:
    """The double on a port of its own."""
    store = Store(folder / "double.sqlite3")
    quiet()
    server = make_server("127.0.0.1", 0, Api(store), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}", store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Till:
    """The house, its account at the provider, and the hands of everybody else."""

    app: Flask
    house: House
    url: str
    store: Store

    def connect(self, key: str = "", hook: str = HOOK) -> None:
        """Give the house in force an account of its own, with events to ``hook``."""
        key = key or f"sk_test_{new_id().hex}"
        gateways.connect(key, gateways.describe(key))
        assert gateways.watch(hook)
        db.session.commit()

    def browser(self, browse: Any, person: Any = None) -> Any:
        """A client on the house's host. Nobody that this context asked about before is taken for its person."""
        # What stands open here would keep the sign-in from being written.
        db.session.commit()
        client = browse(self.house, person)
        for known in ("_login_user", "sign_in_session"):
            g.pop(known, None)
        # What stands open here would not see the session that was just begun.
        db.session.rollback()
        return client

    def test(self, path: str, /, **wishes: Any) -> dict[str, Any]:
        """Ask the double for something that only tests may ask."""
        answer = requests.post(f"{self.url}/_test/{path}", data=wishes, timeout=20)
        assert answer.status_code < 500, answer.text
        return dict(answer.json())

    def checkout(self, invoice: Invoice, payment_id: UUID | None = None, *, save: bool = False) -> paying.Asked:
        """The payer opens the page to pay an invoice."""
        from coworking.billing import balance

        account = db.session.get_one(Account, invoice.account_id)
        wish = paying.Wish(
            f"invoice:{invoice.id}",
            balance.open_amount(invoice),
            f"Kvartal {invoice.label}",
            "http://kvartal.localhost/x",
            "http://kvartal.localhost/y",
            save,
        )
        return paying.start_checkout(account, wish, payment_id or new_id())

    def pay(self, asked: paying.Asked, **wishes: Any) -> dict[str, Any]:
        """The payer pays on that page."""
        return self.test(f"checkout/{asked.redirect.ref}", **{"card": "4242424242424242", "approve": "true", **wishes})

    def save_card(self, account: Account, **wishes: Any) -> str:
        """The payer saves a card; returns its token."""
        redirect = methods.start_saving(account, new_id(), "http://kvartal.localhost/x", "http://kvartal.localhost/y")
        self.test(f"checkout/{redirect.ref}", **{"card": "4242424242424242", "approve": "true", **wishes})
        methods.sync(account.id)
        db.session.commit()
        found = methods.default_of(account)
        assert found is not None
        return found.token

    def letters(self) -> list[tuple[bytes, str]]:
        """Every event not delivered yet, as body and signature."""
        postman = Postman(self.store)
        with self.store.change() as state:
            state.run_due()
            due = postman._due(state)
            state.sql.execute("UPDATE delivery SET done = 1 WHERE done = 0")
        return [(payload, header) for _seq, _attempts, _url, payload, header in due]

    def run_jobs(self) -> list[str]:
        """Do every job that is due, and those that they ask for; returns their names. A job that raises is put aside."""
        done: list[str] = []
        while batch := self._due_jobs():
            for order in batch:
                done.append(order.name)
                db.session.remove()
                carry_out(self.app, order, lambda: None)
        return done

    def _due_jobs(self) -> list[Order]:
        db.session.rollback()
        if db.engine.dialect.name == "postgresql":
            rows = db.session.connection().exec_driver_sql(
                "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %s) ORDER BY id",
                (clock.now(),),
            )
            found = [
                (row[0], Order(row[1], row[2]["args"], UUID(row[2]["operator_id"]) if row[2]["operator_id"] else None, row[2]["locale"]))
                for row in rows
            ]
            for number, _order in found:
                db.session.connection().exec_driver_sql("DELETE FROM procrastinate_events WHERE job_id = %s", (number,))
                db.session.connection().exec_driver_sql("DELETE FROM procrastinate_jobs WHERE id = %s", (number,))
            db.session.commit()
            return [order for _number, order in found]
        wanted = sa.select(QueuedJob).where(QueuedJob.run_at <= clock.now()).order_by(QueuedJob.run_at, QueuedJob.id)
        jobs = db.session.scalars(wanted).all()
        orders = [Order(job.name, job.args, job.operator_id, job.locale) for job in jobs]
        for job in jobs:
            db.session.delete(job)
        db.session.commit()
        return orders


def paid_of(invoice: Invoice) -> int:
    """Minor units that pay it."""
    return int(db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Allocation.amount), 0)).where(Allocation.invoice_id == invoice.id)) or 0)


def payments_of(invoice: Invoice) -> list[Payment]:
    """Every payment that was meant for it."""
    return list(db.session.scalars(sa.select(Payment).where(Payment.purpose == f"invoice:{invoice.id}").order_by(Payment.created_at)))


def pointed_at(app: Flask, url: str) -> None:
    """Let the app find Stripe at ``url``."""
    app.extensions["coworking.config"] = replace(app.extensions["coworking.config"], stripe_api_base=url)


def kroner(whole: int) -> Money:
    """So many kroner."""
    return Money(whole * 100, "NOK")


__all__ = ["Till", "double_running", "kroner", "paid_of", "payments_of", "pointed_at"]
