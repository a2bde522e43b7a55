"""Commands of ``flask --app app privacy ...``."""

from pathlib import Path

import click
import sqlalchemy as sa

from coworking.core import i18n, tenancy
from coworking.core.db import db
from coworking.operators.models import Operator

from .documents.identity import host_missing
from .erasing import replaying
from .moving import into, out
from .outward import files
from .promises import State, listing
from .promises.proofs import proven_on, recorded

privacy = click.Group("privacy", help="Personal data: the register in other words, moving an operator.")


@privacy.command("move-out")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True))
def move_out(slug: str, file: Path) -> None:
    """Pack the operator SLUG with everything of its own into FILE, a ZIP (docs/moving.md)."""
    operator = db.session.scalar(sa.select(Operator).where(Operator.slug == slug))
    db.session.rollback()
    if operator is None:
        raise click.ClickException(f"There is no operator {slug}.")
    with file.open("wb") as target:
        file.chmod(0o600)
        for chunk in out.pack(operator.id):
            target.write(chunk)
    click.echo(f"{operator.name}: {file.stat().st_size} bytes. It holds personal data: keep it safe, and remove it when it has arrived.")


@privacy.command("move-in")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="Write and check everything, then undo it.")
def move_in(file: Path, dry_run: bool) -> None:
    """Unpack an operator from FILE into this installation, all of it or nothing."""
    try:
        with file.open("rb") as source:
            arrived = into.unpack(source, dry_run)
    except into.Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    db.session.commit()
    for series, number in arrived.broken.items():
        click.echo(f"The chain of papers {series} does not hold from number {number} on, as it did not where it comes from.", err=True)
    done = "would arrive" if dry_run else "arrived"
    click.echo(f"{arrived.name} {done}: {arrived.rows} rows and {arrived.files} files, all as they were written.")


@privacy.command("replay")
def replay() -> None:
    """Erase again whoever the journal says was erased: after a restore, before anybody is served. Serving does it by itself."""
    click.echo(f"{replaying.replay()} erasures done again")


@privacy.command("register")
@click.argument("slug")
@click.option("--format", "name", type=click.Choice(list(files.KINDS)), required=True, help="Which of the files.")
@click.option("--language", type=click.Choice(list(i18n.CODES)), default="en", help="Of its words, where it has any.")
def register(slug: str, name: str, language: str) -> None:
    """Write the register as it stands for the operator SLUG to standard output."""
    with tenancy.across_operators():
        operator = db.session.scalar(sa.select(Operator).where(Operator.slug == slug))
    if operator is None:
        raise click.ClickException(f"There is no operator {slug}.")
    with tenancy.acting_for(operator.id), i18n.speaking(language):
        click.echo(files.made(name, operator), nl=False)
    db.session.rollback()


@privacy.command("promises")
def promises_command() -> None:
    """What the founding documents promise and we don't: not offered yet, refused, or without a recorded proof."""
    for promise in listing.PROMISES.values():
        if promise.state is State.NOT_OFFERED:
            click.echo(f"{promise.id:8} not offered  {promise.text} (needs: {promise.missing})")
        elif promise.state is State.REFUSED:
            click.echo(f"{promise.id:8} refused      {promise.text} ({promise.conflict})")
        elif promise.id not in recorded():
            click.echo(f"{promise.id:8} no proof     {promise.text}")
    click.echo(f"{len(listing.printed())} sentences stand in the policy; proofs were recorded on {proven_on() or 'no day yet'}.")
    for name in host_missing():
        click.echo(f"{name} is not set: documents say nothing of who hosts this installation.")
