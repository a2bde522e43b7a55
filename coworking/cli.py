"""Commands of ``flask --app app``."""

import signal
import threading

import click
from flask import Flask, current_app
from flask_migrate import Migrate, upgrade
from sqlalchemy import func, select

from coworking.config import ROOT, Config
from coworking.core import jobs, tenancy
from coworking.core.db import db
from coworking.core.money import Money
from coworking.demo.cli import demo
from coworking.hosting import subscribing
from coworking.operators.models import Operator
from coworking.payments.failures import PaymentError
from coworking.payments.host import Interval
from coworking.privacy.commands import privacy
from coworking.privacy.erasing import replaying

MIGRATIONS = str(ROOT / "coworking" / "migrations")


def init_app(app: Flask) -> None:
    """Register the commands."""
    Migrate(app, db, directory=MIGRATIONS)
    app.cli.add_command(prepare)
    app.cli.add_command(worker)
    app.cli.add_command(demo)
    app.cli.add_command(route_list)
    app.cli.add_command(host_plan)
    app.cli.add_command(privacy)


def listing(app: Flask) -> str:
    """One line a route: path, methods, endpoint, permission."""
    lines = []
    for rule in app.url_map.iter_rules():
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        lines.append(f"{rule.rule} {methods} {rule.endpoint} {permission.value if permission else '-'}")
    return "\n".join(sorted(lines)) + "\n"


@click.command()
def route_list() -> None:
    """Print every route with its permission, as tests/architecture/routes.txt keeps it."""
    click.echo(listing(_app()), nl=False)


@click.command()
def prepare() -> None:
    """Bring the database up to date, and fill an empty one with demo data where this is the demo."""
    config: Config = current_app.extensions["coworking.config"]
    upgrade(directory=MIGRATIONS)
    again = replaying.replay()
    if again:
        click.echo(f"This database is older than the journal of erasures: {again} done again")
    with tenancy.across_operators():
        empty = not db.session.scalar(select(func.count()).select_from(Operator))
    db.session.rollback()
    if config.demo and empty:
        from coworking.core import clock
        from coworking.demo.build import build

        click.echo("Filling the demo: three operators, 60 spaces, 250 people")
        build(clock.now())


@click.command("host-plan")
@click.argument("key")
@click.argument("name")
@click.argument("amount", type=click.IntRange(1, 10**9))
@click.argument("currency")
@click.option("--yearly", is_flag=True, help="Billed once a year.")
@click.option("--withdraw", is_flag=True, help="Offer it no longer; who has it keeps it.")
def host_plan(key: str, name: str, amount: int, currency: str, yearly: bool, withdraw: bool) -> None:
    """Offer operators a plan of the host under KEY, for AMOUNT minor units of CURRENCY a month, without VAT."""
    try:
        if withdraw:
            subscribing.withdraw(key)
        else:
            subscribing.publish(key, name, Money(amount, currency.upper()), Interval.YEAR if yearly else Interval.MONTH)
    except PaymentError as error:
        raise click.ClickException(str(error.failure.sentence)) from None
    db.session.commit()
    click.echo("Withdrawn" if withdraw else "Published")


@click.command()
def worker() -> None:
    """Do the jobs that requests left: mail, cleaning up. Stops at SIGTERM."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    jobs.run_worker(_app(), stop)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Werkzeug's own way out of its proxy
