"""Everything that is kept of somebody, in groups, with what the policy says of each; signed in or by a link."""

from typing import Any

from flask import Response, abort, flash, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from coworking.core import clock
from coworking.core.db import db
from coworking.core.pages import go, page
from coworking.core.permissions import Permission, requires
from coworking.people.models import Person
from coworking.privacy import recipients_told, requests, statements
from coworking.privacy.finding import Subject
from coworking.privacy.policy import wording
from coworking.privacy.showing import Names, columns, said
from coworking.privacy.showing import about as showing_about
from coworking.privacy.showing.labels import title
from coworking.privacy.showing.records import counts, some_of

from .blueprint import blueprint
from .request_words import KINDS, STATES
from .subject import came_by_link, for_subject, layout

FEW, A_PAGE = 3, 20
EDITED = {
    "person.email": "people.security",
    "person.name": "people.profile",
    "person.phone": "people.profile",
    "person.photo": "people.profile",
    "person.profile": "people.profile",
    "person.preferences": "people.profile",
    "person.company": "portal.company",
    "session.person": "people.security",
    "session.browser": "people.security",
    "person.password": "people.security",
    "booking.person": "bookings.mine",
    "booking.time": "bookings.mine",
    "booking.title": "bookings.mine",
    "guest.name": "bookings.mine",
    "guest.email": "bookings.mine",
    "subscription.record": "memberships.plan",
    "account.name": "billing.details",
    "account.email": "billing.details",
    "account.address": "billing.details",
    "account.tax": "billing.details",
    "payment.method": "billing.payment_methods",
    "mail.choice": "privacy.mails",
}
"""Pages on which somebody with an account changes or clears it themselves. For all else there is a request."""


@blueprint.get("/privacy/mine")
@for_subject
def mine(subject: Subject) -> Response:
    """What there is, and everything that can be done about it."""
    held = counts(subject)
    found = [(group, sum(held.get(name, 0) for name in group.tables)) for group in showing_about.groups()]
    return page(
        "privacy/mine.html", layout=layout(), by_link=came_by_link(), subject=subject, groups=found, requests=requests.of(subject), kinds=KINDS,
        states=STATES, overdue=lambda each: requests.is_overdue(each, clock.today(g.operator.zone)),
    )  # fmt: skip


@blueprint.get("/privacy/mine/data/<name>")
@for_subject
def data(subject: Subject, name: str) -> Response:
    """One group: what it says of each kind of data, and the newest records."""
    group, stated, held = _group(name), showing_about.in_force(g.operator), counts(subject)
    show = _shower(subject)
    return page(
        "privacy/mine_group.html", layout=layout(), by_link=came_by_link(), group=group, entries=showing_about.said(stated, group.keys),
        recipients={row["key"]: row for row in stated["recipients"]}, tables=[(each, held[each], show(each, 1, FEW)) for each in group.tables if each in held],
        title=title, few=FEW, edited=EDITED, statements=statements.of(subject.person_id), told=recipients_told.of(subject), w=wording,
    )  # fmt: skip


@blueprint.get("/privacy/mine/data/<name>/<table>")
@for_subject
def records(subject: Subject, name: str, table: str) -> Response:
    """All records of one kind, a page at a time."""
    group, held = _group(name), counts(subject)
    number = request.args.get("page", 1, type=int)
    if table not in group.tables or table not in held or not 1 <= number <= held[table] // A_PAGE + 1:
        abort(404)
    rows = _shower(subject)(table, number, A_PAGE)
    return page(
        "privacy/mine_records.html", layout=layout(), by_link=came_by_link(), group=group, table=table, title=title, count=held[table], rows=rows, number=number,
        more=held[table] > number * A_PAGE,
    )  # fmt: skip


@blueprint.post("/privacy/mine/check")
@requires(Permission.HAVE_ACCOUNT)
def still_right() -> Response:
    """The person says that the profile is right: asked once a year."""
    current_user.check()
    flash(_("Thank you. We ask again in a year."), "success")
    return go(url_for("portal.home"))


def zone_of(subject: Subject) -> str:
    """The zone in which the subject reads moments."""
    person = db.session.get(Person, subject.person_id) if subject.person_id is not None else None
    zone: str = (person.zone if person is not None else None) or g.operator.zone
    return zone


def _group(name: str) -> showing_about.Group:
    return next((group for group in showing_about.groups() if group.name == name), None) or abort(404)


def _shower(subject: Subject) -> Any:
    """Records of a table in words: what is there as pairs, and the names of what is empty."""
    names, zone = Names(subject), zone_of(subject)

    def show(table: str, number: int, count: int) -> list[tuple[list[tuple[str, str]], str]]:
        drawn = []
        for row in some_of(subject, table, names, number, count):
            cells = [(str(column.label), said(column, row, names, zone, g.operator.currency)) for column in columns(table)]
            empty = ", ".join(dict.fromkeys(label for label, value in cells if not value))
            drawn.append(([cell for cell in cells if cell[1]], empty))
        return drawn

    return show
