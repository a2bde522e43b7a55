"""Data that is set aside: kept, and not used (GDPR Art. 18).

Whoever asks has it at once, and is asked only which of the four reasons of the law it is. What goes on: what the person does
themselves, contracts that they have, what the law asks, and answers to them. What stops: letters that are not needed, lists
and searches of people, statistics, suggestions, opening their page at the desk, and erasing, be it by age or by inactivity.
Why just this: docs/decisions/0016-what-is-set-aside.md.
"""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.people.models import Person

from . import finding, keeping_mails
from .models import PrivacyRequest, Restriction
from .models.asking import RequestKind, RequestState
from .requests import Asker, open_request

ACCURACY, UNLAWFUL, CLAIMS, OBJECTION = "accuracy", "unlawful", "claims", "objection"
REASONS = (ACCURACY, UNLAWFUL, CLAIMS, OBJECTION)
"""Art. 18(1)(a) to (d)."""
TOLD_BEFORE = timedelta(days=1)
"""Between telling the person that it ends, and its end (Art. 18(3))."""


class NoReason(ValueError):
    """None of the four reasons of the law."""


def ask(operator: Operator, person: Person, reason: str, channel: str, words: str = "", known: PrivacyRequest | None = None) -> Restriction:
    """Set a person's data aside from now on. Asking again while it is set aside changes nothing. Raises NoReason.

    ``known``: the request that the desk wrote down already.
    """
    if reason not in REASONS:
        raise NoReason
    if (running := of(person.id)) is not None:
        return running
    row = Restriction(person_id=person.id, reason=reason)
    db.session.add(row)
    request = known or open_request(operator, Asker.of(finding.Subject(person.id, person.email), operator), RequestKind.RESTRICT, channel, words)
    request.state, request.answered_at = RequestState.DONE.value, clock.now()
    request.facts = {**request.facts, "reason": reason}
    db.session.flush()
    keeping_mails.restriction(person, "began")
    return row


def of(person_id: UUID | None) -> Restriction | None:
    """The restriction that holds for a person now."""
    if person_id is None:
        return None
    return db.session.scalar(sa.select(Restriction).where(Restriction.person_id == person_id, Restriction.lifted_at.is_(None)).limit(1))


def people() -> sa.Select[UUID]:
    """Ids of everybody whose data is set aside, as a subquery."""
    return sa.select(Restriction.person_id).where(Restriction.lifted_at.is_(None))


def running() -> list[tuple[Restriction, Person]]:
    """Everybody whose data is set aside, the longest first."""
    both = sa.select(Restriction, Person).join(Person, Restriction.person_id == Person.id).where(Restriction.lifted_at.is_(None))
    return [(row[0], row[1]) for row in db.session.execute(both.order_by(Restriction.since, Restriction.id))]


def announce(row: Restriction) -> None:
    """Tell the person that it ends. It does no sooner than TOLD_BEFORE after that. Telling twice changes nothing."""
    if row.told_at is not None or row.lifted_at is not None:
        return
    row.told_at = clock.now()
    keeping_mails.restriction(db.session.get_one(Person, row.person_id), "ending")


def lift_own(row: Restriction) -> None:
    """The person wants their data used again: at once."""
    if row.lifted_at is None:
        row.lifted_at = clock.now()


def lift_announced() -> int:
    """End what was announced long enough ago, at the operator in force; how many."""
    over = sa.select(Restriction).where(Restriction.lifted_at.is_(None), Restriction.told_at <= clock.now() - TOLD_BEFORE)
    ended = db.session.scalars(over).all()
    for row in ended:
        row.lifted_at = clock.now()
        keeping_mails.restriction(db.session.get_one(Person, row.person_id), "lifted")
    return len(ended)


def subjects() -> list[finding.Subject]:
    """Everybody whose data is set aside, for jobs that must leave it alone."""
    return [finding.Subject.of(person) for _row, person in running()]


__all__ = ["REASONS", "NoReason", "announce", "ask", "lift_announced", "lift_own", "of", "people", "running", "subjects"]
