"""Leaving this host: how long the contract still runs, how long everything can be fetched, and removing it afterwards.

The Data Act sets the frame (Regulation (EU) 2023/2854, applied since 12 September 2025). Its numbers stand here once, dated.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from coworking.billing.models import Unsealing
from coworking.core import clock, files, jobs, tenancy
from coworking.core.db import Base, db
from coworking.core.outbox import OutboxAttachment, OutboxMail
from coworking.operators.models import Operator
from coworking.privacy.models import Departure

NOTICE_MOST = relativedelta(months=2)
"""The longest notice that may be asked for: Art. 25(2)(d)."""
FETCH_LEAST = timedelta(days=30)
"""How long everything can be fetched after the contract ended, at least: Art. 25(2)(g)."""
NO_CHARGES_SINCE = date(2027, 1, 12)
"""From this day on no charge may be made for switching: Art. 29(1)."""
SOURCE = "https://eur-lex.europa.eu/eli/reg/2023/2854/oj"


class TooLate(Exception):
    """Notice that counted already is not taken back."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The latest days that notice given today would lead to."""

    ends_on: date
    fetch_until: date


def frame(today: date) -> Frame:
    """What notice given today means when the whole time is taken."""
    ends_on = today + NOTICE_MOST
    return Frame(ends_on, ends_on + FETCH_LEAST)


def departure() -> Departure | None:
    """The notice of the operator in force."""
    return db.session.scalar(sa.select(Departure))


def give_notice(today: date, ends_on: date) -> Departure:
    """Leave on a day from today on, two months ahead at most; ValueError for another. Giving it twice changes nothing."""
    if not today <= ends_on <= frame(today).ends_on:
        raise ValueError(ends_on)
    if (given := departure()) is not None:
        return given
    given = Departure(ends_on=ends_on, fetch_until=ends_on + FETCH_LEAST)
    db.session.add(given)
    db.session.flush()
    return given


def take_back(today: date) -> None:
    """Stay after all; raises TooLate once the contract has ended."""
    given = departure()
    if given is None:
        return
    if today > given.ends_on:
        raise TooLate
    db.session.delete(given)
    db.session.flush()


def due(today: date) -> list[Operator]:
    """Operators whose time to fetch is over."""
    with tenancy.across_operators():
        return list(
            db.session.scalars(sa.select(Operator).join(Departure, Departure.operator_id == Operator.id).where(Departure.fetch_until < today))
        )


def remove(operator: Operator) -> None:
    """Remove every row and file of an operator from this installation. What the law makes them keep, they keep themselves from then on."""
    with tenancy.acting_for(operator.id):
        kept = files.keys()
    with tenancy.across_operators():
        unsealed = Unsealing(reason=f"operator left on {clock.now().date()}")
        db.session.add(unsealed)
        db.session.flush()
        mails = sa.select(OutboxMail.id).where(OutboxMail.operator_id == operator.id)
        db.session.connection().execute(sa.delete(OutboxAttachment.__table__).where(OutboxAttachment.mail_id.in_(mails)))  # type: ignore[arg-type]
        for table in reversed(Base.metadata.sorted_tables):
            if "operator_id" in table.c:
                db.session.connection().execute(table.delete().where(table.c.operator_id == operator.id))
        db.session.connection().execute(sa.delete(Operator.__table__).where(Operator.id == operator.id))  # type: ignore[arg-type]
        unsealed.closed_at = clock.now()
        db.session.flush()
        for key in kept:
            jobs.enqueue("files.delete", key=key)
