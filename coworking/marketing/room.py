"""One space: what it is, when it is free, and the form that books it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import bindparam, select

from coworking.bookings import panel as booking_panel
from coworking.bookings import week
from coworking.bookings.availability import LOOK_BACK, Interval, Outlook, taken
from coworking.bookings.choosing import a_day
from coworking.bookings.models import Booking, State
from coworking.core import clock, i18n, kept
from coworking.core.db import db
from coworking.core.pages import page, wants_fragment
from coworking.core.permissions import Permission, requires
from coworking.spaces import known, names
from coworking.spaces.hours import Stretch, open_stretches
from coworking.spaces.houses import opens_at
from coworking.spaces.models import Audience, RateUnit, Resource

from . import reader
from .blueprint import blueprint
from .others import also_free
from .weekgrid import Choice, Grid, first_day, grid

LOOK_AHEAD = 13
"""Days after today in which the next free times are looked for."""
WEEK = timedelta(days=7)
OWN = (
    select(Booking.id)
    .where(
        Booking.person_id == bindparam("person"),
        Booking.resource_id == bindparam("resource"),
        Booking.state == State.CONFIRMED.value,
        Booking.starts_at >= bindparam("earliest"),
        Booking.held_until > bindparam("midnight"),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as the gallery shows it."""

    url: str
    thumb_url: str
    srcset: str
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Live:
    """What the space is at this moment."""

    is_free: bool
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of the page that are alike for many readers, drawn already; and the form, without a price."""

    panel: booking_panel.Panel
    version: str
    """Changes when the week does."""
    week: Markup
    live: Markup
    others: Markup


@blueprint.get("/rooms/<slug>")
@requires(Permission.PUBLIC)
def room(slug: str) -> Response:
    """The page of a space. A pick in the grid answers with the panel and the grid, a poll with the grid if it changed."""
    same = reader.unchanged()
    if same is not None:
        return same
    resource, now = find(slug), clock.now()
    member, path = reader.pays_as_member(), request.full_path
    shown = kept.for_this_minute("room", path, member, wants_fragment(), marked_for(resource, now), make=lambda: look(resource, now, member))
    if wants_fragment() and request.args.get("v") == shown.version:
        return Response(status=204)
    response = page(
        "marketing/room.html",
        fragment="polled" if "v" in request.args else "picked",
        resource=resource, shown=shown, panel=booking_panel.priced(shown.panel, reader.person(), now), room_page=url_for("site.room", slug=slug),
        pictures=pictures, names=names, audience=Audience.PUBLIC, per_hour=RateUnit.HOUR,
    )  # fmt: skip
    return reader.marked(response)


def look(resource: Resource, now: datetime, member: bool) -> Shown:
    """What everybody sees of the space who pays alike and has the same times in it: drawn once, and kept."""
    asked = a_day(request.args.get("day", ""))
    week_asked = request.args.get("week")
    first = first_day(week_asked, asked or clock.wall_day(now, resource.zone), resource, now)
    seen = outlook(resource, first, now)
    panel = booking_panel.unpriced(resource, request.args, now, seen=seen)
    choice = Choice(panel.start, panel.end, picked="from" in request.args) if panel.start and panel.end else None
    if choice and not (asked or week_asked):
        first = first_day(None, clock.wall_day(choice.start, resource.zone), resource, now)
    days = grid(resource, first, now, seen, choice, on=asked or _first_open(choice, first, resource))
    others = also_free(resource, choice.start, choice.end, now, member) if choice else []
    picked, polled = wants_fragment() and "v" not in request.args, wants_fragment() and "v" in request.args
    where = addresses(resource.slug, first, choice, days)
    return Shown(
        panel=panel,
        version=days.version,
        week=_drawn("_week", resource=resource, grid=days, oob=picked, **where),
        live=_drawn("_live", live=status(resource, now, seen), oob=polled),
        others=_drawn("_others", others=others, panel=panel, oob=picked),
    )


def _drawn(name: str, **context: Any) -> Markup:
    return Markup(render_template(f"marketing/{name}.html", **context))  # noqa: S704 - our own templates escape


def marked_for(resource: Resource, now: datetime) -> UUID | None:
    """The reader, if something in the space is theirs from today on: only then does their week differ from everybody's."""
    viewer = reader.viewer_id()
    if viewer is None:
        return None
    midnight = clock.at_wall(clock.wall_day(now, resource.zone), 0, resource.zone)
    found = db.session.scalar(OWN, {"person": viewer, "resource": resource.id, "earliest": midnight - LOOK_BACK, "midnight": midnight})
    return viewer if found else None


def _first_open(choice: Choice | None, first: date, resource: Resource) -> date:
    """The day that the phone shows when nobody chose one: the proposed one if it is among the seven."""
    day = clock.wall_day(choice.start, resource.zone) if choice else first
    return day if first <= day < first + WEEK else first


def addresses(slug: str, first: date, choice: Choice | None, shown: Grid) -> dict[str, Any]:
    """Where picks, polls and the weeks beside this one lead, keeping what was picked."""
    kept = {name: request.args[name] for name in ("day", "from", "to") if name in request.args} if choice and choice.picked else {}
    here: dict[str, Any] = {"slug": slug, **kept}
    return {
        "same_days": f"&week={first.isoformat()}" if "week" in request.args else "",
        "poll_url": url_for("site.room", week=first.isoformat(), v=shown.version, **here),
        "week_urls": {day: url_for("site.room", week=day, _anchor="free", **here) for day in (shown.before, shown.after) if day},
    }


def find(slug: str) -> Resource:
    """The space with all that its page tells, for reading alone; 404 when there is none to show."""
    return next((space for space in known.spaces().values() if space.slug == slug), None) or abort(404)


def outlook(resource: Resource, first: date, now: datetime) -> Outlook:
    """Hours and holds of the coming days, and of the days that the grid shows where they lie beyond."""
    today, location = clock.wall_day(now, resource.zone), resource.location
    near, last = today + timedelta(days=LOOK_AHEAD), first + timedelta(days=6)
    spans = [(today, near)]
    if last > near:
        spans.append((max(first, near + timedelta(days=1)), last))
    opens: dict[date, list[Stretch]] = {}
    held: dict[Interval, None] = {}
    for begin, finish in spans:
        opens |= open_stretches(location, begin, finish)
        start, end = clock.at_wall(begin, 0, location.zone), clock.at_wall(finish, 1440, location.zone)
        held |= dict.fromkeys(taken([resource], start, end, viewer=reader.viewer_id())[resource.id])
    return Outlook({location.id: opens}, {resource.id: sorted(held, key=lambda interval: interval.start)})


def status(resource: Resource, now: datetime, seen: Outlook) -> Live:
    """The line beside the name."""
    found = week.live_status(resource, now, seen)
    until = i18n.wall_clock(found.until, resource.zone) if found.until else ""
    if found.state == week.FREE:
        if resource.is_area:
            return Live(True, _("%(left)d of %(all)d free now", left=found.left, all=resource.units))
        return Live(True, _("Free now, until %(time)s", time=until))
    if found.state == week.TAKEN:
        return Live(False, _("Taken until %(time)s", time=until))
    return Live(False, opens_at(found.until, resource.zone, now))


def pictures(resource: Resource) -> list[Picture]:
    """The photos in their two sizes, with what they show in the reader's language."""
    return [
        Picture(
            photo.large_url,
            photo.small_url,
            f"{photo.small_url} 640w, {photo.large_url} {photo.width}w",
            photo.width,
            photo.height,
            i18n.words(photo.alt),
        )
        for photo in resource.photos
    ]
