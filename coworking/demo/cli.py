"""Commands of the demo: ``flask --app app demo ...``."""

import json
import shutil

import click
import sqlalchemy as sa
from flask import current_app

from coworking.config import Config
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.operators.hosts import public_host
from coworking.operators.models import Operator

from .accounts import for_operator
from .build import build
from .erase import erase

demo = click.Group("demo", help="Three made-up operators to try everything with.")


@demo.command("build")
def build_demo() -> None:
    """Fill an empty database with the demo."""
    _only_in_the_demo()
    if _operators():
        raise click.ClickException("There are operators already. `flask demo reset` starts again, and removes everything.")
    build(clock.now())
    click.echo("Built: three operators, five houses, 60 spaces, 250 people")


@demo.command()
@click.option("--yes", is_flag=True, help="Don't ask.")
def reset(yes: bool) -> None:
    """Remove everything and build the demo again, around this moment."""
    _only_in_the_demo()
    if not yes:
        click.confirm("Remove every operator, person and booking in this database?", abort=True)
    erase()
    shutil.rmtree(_config().data_dir / "files", ignore_errors=True)
    build(clock.now())
    click.echo("Built again around this moment")


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def accounts(as_json: bool) -> None:
    """Print who can sign in, where, as what and with which password."""
    _only_in_the_demo()
    listed = [
        {"operator": operator.name, "host": host, "url": f"{_config().scheme}://{host}/", "name": account.name, "email": account.email,
         "role": account.role, "password": account.password}
        for operator in _operators()
        for host in [public_host(operator, _config())]
        for account in for_operator(operator)
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for account in listed:
        click.echo("  ".join((account["url"], account["role"].ljust(10), account["email"].ljust(34), account["password"], account["name"])))


def _operators() -> list[Operator]:
    with tenancy.across_operators():
        return list(db.session.scalars(sa.select(Operator).order_by(Operator.id)))


def _config() -> Config:
    config: Config = current_app.extensions["coworking.config"]
    return config


def _only_in_the_demo() -> None:
    if not _config().demo:
        raise click.ClickException("This is not the demo: set DEMO=1 where made-up people are wanted.")
