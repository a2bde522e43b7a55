"""People: found by name, address or company; one person's page; a list for the spreadsheet."""

import csv
import io
from collections.abc import Iterable
from uuid import UUID

from flask import Response, abort, request
from flask_login import current_user
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from coworking.bookings.models import Booking, BookingKind
from coworking.bookings.words import when
from coworking.core import clock
from coworking.core.db import db
from coworking.core.folding import fold, folded
from coworking.core.forms import one_line
from coworking.core.pages import page
from coworking.core.permissions import Permission, Role, can, requires
from coworking.memberships import history, words
from coworking.people.models import Person
from coworking.people.roles import ROLE_NAMES
from coworking.privacy import restricting, statements
from coworking.privacy.limits_words import REASONS
from coworking.privacy.models import Restriction
from coworking.privacy.register.terms import Purpose
from coworking.spaces.models import Resource

from .blueprint import blueprint
from .looking import looked

A_PAGE = 25
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet run what was typed (OWASP, CSV injection)."""


@blueprint.get("/people")
@requires(Permission.SEE_PEOPLE)
def people() -> Response:
    """The list, narrowed by ``q`` and ``role``, a page at a time."""
    q, role = one_line(request.args.get("q"))[:120], request.args.get("role", "")
    number = request.args.get("page", 1, type=int)
    number = number if 1 <= number <= 10_000 else 1
    found, more = search(q, role, number)
    names = {each.value: name for each, name in ROLE_NAMES.items()}
    return page("desk/people.html", fragment="results", found=found, more=more, q=q, role=role, number=number, roles=names, aside=_aside(found))


@blueprint.get("/people.csv")
@requires(Permission.SAVE_LISTS)
def people_file() -> Response:
    """The same list, whole, as CSV (RFC 4180) that no spreadsheet runs."""
    looked(None, Purpose.RUNNING)
    query = _query(one_line(request.args.get("q"))[:120], request.args.get("role", ""))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["name", "email", "company", "phone", "role", "joined"])
    for each in db.session.scalars(query.where(Person.id.not_in(restricting.people()))):
        writer.writerow(harmless([each.name, each.email, each.company, each.phone, each.role, each.joined_at.date().isoformat()]))
    headers = {"Content-Disposition": "attachment; filename=people.csv"}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.get("/people/<uuid:person_id>")
@requires(Permission.SEE_PEOPLE)
def person(person_id: UUID) -> Response:
    """One person: how to reach them, what they booked."""
    found = db.session.get(Person, person_id) or abort(404)
    aside = restricting.of(found.id)
    for_claims = request.args.get("because") == "claims" and can(Permission.MANAGE_PRIVACY)
    looked(found.id, Purpose.RIGHTS if aside else Purpose.RUNNING)
    if aside is not None and not for_claims:
        return page("desk/person_set_aside.html", person=found, restriction=aside, reason=REASONS[aside.reason])
    now = clock.now()
    own = (
        select(Booking)
        .where(Booking.person_id == found.id, Booking.kind == BookingKind.BOOKING.value)
        .options(joinedload(Booking.resource).joinedload(Resource.location))
    )
    coming = db.session.scalars(own.where(Booking.ends_at > now).order_by(Booking.starts_at).limit(A_PAGE)).all()
    past = db.session.scalars(own.where(Booking.ends_at <= now).order_by(Booking.starts_at.desc()).limit(A_PAGE)).all()
    held = [(each, words.plan_name(each.version), words.STATES[each.state], words.KINDS[each.state]) for each in history.of_person(found.id)]
    said = statements.read_by(found.id, Role(current_user.role))
    return page("desk/person.html", person=found, coming=coming, past=past, role=ROLE_NAMES[Role(found.role)], brief=when, held=held, said=said)


def search(q: str, role: str = "", number: int = 1, count: int = A_PAGE) -> tuple[list[Person], bool]:
    """A page of people whose name, address or company holds each word of ``q``, whatever its case and accents, and whether there are more."""
    rows = list(db.session.scalars(_query(q, role).offset((number - 1) * count).limit(count + 1)))
    return rows[:count], len(rows) > count


def _query(q: str, role: str) -> Select[Person]:
    query = select(Person).where(Person.closed_at.is_(None)).order_by(Person.name, Person.id)
    if role in {each.value for each in Role}:
        query = query.where(Person.role == role)
    told = folded(Person.name + " " + Person.email + " " + Person.company)
    for word in fold(q).split()[:5]:
        query = query.where(told.contains(word, autoescape=True))
    # Whose data is set aside is found by whoever knows them, and stands in no list.
    exactly = or_(folded(Person.name) == fold(q), Person.email == q.lower())
    return query.where(or_(Person.id.not_in(restricting.people()), exactly))


def _aside(found: list[Person]) -> set[UUID]:
    """Whose data is set aside, of some people."""
    return set(db.session.scalars(restricting.people().where(Restriction.person_id.in_([each.id for each in found]))))


def harmless(values: Iterable[str]) -> list[str]:
    """Cells that no spreadsheet takes for a formula."""
    return [f"'{value}" if value.startswith(FORMULAS) else value for value in values]
