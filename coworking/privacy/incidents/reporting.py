"""Somebody tells us of a problem with data. It is looked at within 24 hours; a late look is shown as late, and none is refused."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, mail
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.privacy.models import ProblemReport

LOOKED_AT_WITHIN = timedelta(hours=24)
"""What we promise for every report, whoever sends it."""
DATA, CHILD = "data", "child"
NOTHING, MENDED, INCIDENT = "nothing", "mended", "incident"
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def report(operator: Operator, *, words: str, email: str, locale: str, page: str, kind: str = DATA) -> ProblemReport:
    """Keep a report, tell the operator, and confirm to the sender where an address was given."""
    now = clock.now()
    made = ProblemReport(
        reference=new_reference("P"), kind=kind, words=words, email=email, locale=locale, page=page, received_at=now, due_at=now + LOOKED_AT_WITHIN
    )
    db.session.add(made)
    db.session.flush()
    mail.post(to=operator.email, template="emails/privacy/problem_reported", locale=operator.default_locale, report=made)
    if email:
        mail.post(to=email, template="emails/privacy/problem_received", locale=locale, reference=made.reference)
    return made


def waiting() -> list[ProblemReport]:
    """Reports that nobody has looked at yet, the most urgent first."""
    return list(db.session.scalars(sa.select(ProblemReport).where(ProblemReport.closed_at.is_(None)).order_by(ProblemReport.due_at)))


def looked_at(count: int = 25) -> list[ProblemReport]:
    """The latest reports that were dealt with."""
    return list(
        db.session.scalars(sa.select(ProblemReport).where(ProblemReport.closed_at.is_not(None)).order_by(ProblemReport.closed_at.desc()).limit(count))
    )


def close(found: ProblemReport, outcome: str, by: UUID, incident_id: UUID | None = None) -> None:
    """Say what came of a report. Closing twice changes nothing."""
    if found.closed_at is None:
        found.closed_at, found.outcome, found.handled_by_id, found.incident_id = clock.now(), outcome, by, incident_id


def is_late(found: ProblemReport, now: datetime) -> bool:
    """Whether it was, or still is, looked at later than promised."""
    return (found.closed_at or now) > found.due_at


def new_reference(kind: str) -> str:
    """A number that a person can quote and nobody can guess, such as ``P-7KQ2M4XW``."""
    return f"{kind}-" + "".join(secrets.choice(LETTERS) for _ in range(8))
