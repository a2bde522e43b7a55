"""A company's people: invited by mail, in one company at a time, added and removed by its admins."""

import secrets
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from coworking.core import clock
from coworking.core.db import db

from .company import Company, Seat, SeatInvitation
from .models import Person
from .sessions import digest

INVITATION_LASTS = timedelta(days=14)
MOST_OPEN = 200


class SeatRefused(ValueError):
    """Why somebody can't be added or removed, in words for who asked."""


def found(name: str, by: Person) -> Company:
    """A new company with ``by`` as its first admin. Raises SeatRefused when they have a company already."""
    company = Company(name=name)
    db.session.add(company)
    db.session.flush()
    seat(company, by, admin=True)
    return company


def seat(company: Company, person: Person, *, admin: bool = False) -> Seat:
    """Give a person a seat. A second time changes nothing. Raises SeatRefused when they sit in another company."""
    if (now := seat_of(person)) is not None:
        if now.company_id == company.id:
            return now
        raise SeatRefused(_("%(name)s belongs to another company here. They have to leave that one first.", name=person.name))
    taken = Seat(company_id=company.id, person_id=person.id, admin=admin, joined_at=clock.now())
    try:
        with db.session.begin_nested():
            db.session.add(taken)
    except IntegrityError:
        raise SeatRefused(_("%(name)s belongs to another company here. They have to leave that one first.", name=person.name)) from None
    return taken


def seat_of(person: Person) -> Seat | None:
    """The seat that a person has now, with its company."""
    wanted = sa.select(Seat).where(Seat.person_id == person.id, Seat.left_at.is_(None)).options(joinedload(Seat.company))
    return db.session.scalar(wanted)


def people_of(company: Company) -> list[Seat]:
    """Who sits in the company now, by name."""
    wanted = sa.select(Seat).join(Person, Seat.person_id == Person.id).where(Seat.company_id == company.id, Seat.left_at.is_(None))
    return list(db.session.scalars(wanted.order_by(Person.name, Person.id).options(joinedload(Seat.person))))


def remove(company: Company, person_id: UUID) -> None:
    """Take a person's seat away from now on. Raises SeatRefused for the last admin: somebody has to be able to add people."""
    sitting = people_of(company)
    leaving = next((each for each in sitting if each.person_id == person_id), None)
    if leaving is None:
        return
    if leaving.admin and not any(each.admin for each in sitting if each is not leaving):
        raise SeatRefused(_("Make somebody else an admin first."))
    leaving.left_at = clock.now()
    db.session.flush()


def set_admin(company: Company, person_id: UUID, admin: bool) -> None:
    """Let a person manage the company's people and papers, or no longer. Raises SeatRefused for the last admin."""
    sitting = people_of(company)
    changing = next((each for each in sitting if each.person_id == person_id), None)
    if changing is None:
        return
    if not admin and not any(each.admin for each in sitting if each is not changing):
        raise SeatRefused(_("Make somebody else an admin first."))
    changing.admin = admin
    db.session.flush()


def invite(company: Company, email: str, by: Person) -> str:
    """A new invitation for an address; returns the token of its link. An older one for the address stops working.

    Raises SeatRefused for somebody who sits here already, or when too many invitations are open.
    """
    if any(each.person.email == email for each in people_of(company)):
        raise SeatRefused(_("%(email)s belongs to the company already.", email=email))
    now = clock.now()
    waiting = open_invitations(company)
    for each in waiting:
        if each.email == email:
            each.used_at = now
    if len(waiting) >= MOST_OPEN:
        raise SeatRefused(_("Too many invitations are open. Take some back first."))
    token = secrets.token_urlsafe(32)
    db.session.add(
        SeatInvitation(
            company_id=company.id, invited_by_id=by.id, email=email, token_hash=digest(token), created_at=now, expires_at=now + INVITATION_LASTS
        )
    )
    db.session.flush()
    return token


def open_invitations(company: Company) -> list[SeatInvitation]:
    """Invitations that still can be accepted, the newest first."""
    wanted = sa.select(SeatInvitation).where(
        SeatInvitation.company_id == company.id, SeatInvitation.used_at.is_(None), SeatInvitation.expires_at > clock.now()
    )
    return list(db.session.scalars(wanted.order_by(SeatInvitation.created_at.desc())))


def invitation(token: str) -> tuple[SeatInvitation, Company] | None:
    """The invitation of a token while it is good, and whose it is."""
    wanted = (
        sa.select(SeatInvitation, Company)
        .join(Company, SeatInvitation.company_id == Company.id)
        .where(
            SeatInvitation.token_hash == digest(token),
            SeatInvitation.used_at.is_(None),
            SeatInvitation.expires_at > clock.now(),
            Company.closed_at.is_(None),
        )
    )
    row = db.session.execute(wanted).first()
    return None if row is None else (row[0], row[1])


def accept(asked: SeatInvitation, company: Company, person: Person) -> Seat:
    """Take the seat. Raises SeatRefused for whoever isn't the one invited: a link alone proves no address."""
    if person.email != asked.email or person.email_confirmed_at is None:
        raise SeatRefused(_("This invitation is for %(email)s. Sign in with that address.", email=asked.email))
    used = sa.update(SeatInvitation).where(SeatInvitation.id == asked.id, SeatInvitation.used_at.is_(None)).values(used_at=clock.now())
    result: sa.CursorResult[object] = db.session.execute(used)  # type: ignore[assignment]
    if result.rowcount != 1:
        raise SeatRefused(_("This invitation was used already."))
    return seat(company, person)


def take_back(company: Company, invitation_id: UUID) -> None:
    """Make an invitation stop working."""
    for each in open_invitations(company):
        if each.id == invitation_id:
            each.used_at = clock.now()
    db.session.flush()
