"""An incident from the moment somebody knows of it to its end, with the 72 hours of GDPR Art. 33."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db
from coworking.privacy.models import Incident
from coworking.privacy.register import rules

from .affected import affected

NO_RISK, RISK, HIGH_RISK = "none", "risk", "high"
RISKS = (NO_RISK, RISK, HIGH_RISK)


class NeedsReason(Exception):
    """Telling the authority after the time is over needs a reason (Art. 33(1))."""


class NotJudged(Exception):
    """An incident is not closed before its risk was judged and, where needed, everybody was told."""


def open_incident(title: str, aware_at: datetime, by: UUID) -> Incident:
    """Write down an incident. The clock starts at ``aware_at``, when somebody first knew."""
    # One number after the other: on PostgreSQL two who open one at once are told apart by the constraint, and one tries again.
    number = (db.session.scalar(sa.select(sa.func.max(Incident.number))) or 0) + 1
    made = Incident(number=number, title=title, aware_at=aware_at, opened_by_id=by)
    db.session.add(made)
    db.session.flush()
    return made


def due_at(incident: Incident, country: str) -> datetime:
    """Until when the authority is told, unless nobody is at risk."""
    return incident.aware_at + timedelta(hours=rules.rule(rules.RuleKey.BREACH_HOURS, country, incident.aware_at.date()))


def judge(incident: Incident, risk: str, why: str) -> None:
    """Say how bad it is for the people concerned, and why; counts them as things stand."""
    if risk not in RISKS:
        raise ValueError(risk)
    incident.risk, incident.why = risk, why
    incident.affected = len(affected(incident).everybody)


def told_authority(incident: Incident, at: datetime, country: str, late_because: str) -> None:
    """Note that the authority was told; raises NeedsReason when that is late and nothing says why."""
    if at > due_at(incident, country) and not late_because:
        raise NeedsReason
    incident.authority_told_at, incident.late_because = at, late_because


def told_host(incident: Incident) -> None:
    """Note that the host was told: within 24 hours by contract, as it tells us."""
    incident.host_told_at = incident.host_told_at or clock.now()


def missing(incident: Incident) -> list[str]:
    """What still has to happen before it can be closed: judgement, authority, people."""
    if not incident.risk:
        return ["judgement"]
    wanted = []
    if incident.risk in {RISK, HIGH_RISK} and incident.authority_told_at is None:
        wanted.append("authority")
    if incident.risk == HIGH_RISK and incident.people_told_at is None:
        wanted.append("people")
    return wanted


def close(incident: Incident) -> None:
    """End it; raises NotJudged while something is missing. It stays in the list for good (Art. 33(5))."""
    if missing(incident):
        raise NotJudged
    incident.closed_at = incident.closed_at or clock.now()


def latest() -> list[Incident]:
    """All incidents, open ones first, then the latest."""
    return list(db.session.scalars(sa.select(Incident).order_by(Incident.closed_at.is_not(None), Incident.number.desc())))
