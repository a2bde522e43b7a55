"""One space: what it is, when it is free, and the form that books it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from coworking.bookings import panel as booking_panel
from coworking.bookings import week
from coworking.bookings.availability import Interval, Outlook, taken
from coworking.bookings.choosing import a_day
from coworking.core import clock, i18n
from coworking.core.db import db
from coworking.core.pages import page, wants_fragment
from coworking.core.permissions import Permission, requires
from coworking.spaces import names
from coworking.spaces.hours import Stretch, open_stretches
from coworking.spaces.houses import opens_at
from coworking.spaces.models import Audience, Location, RateUnit, Resource

from . import reader
from .blueprint import blueprint
from .others import also_free
from .weekgrid import Choice, grid, monday_of, week_name

LOOK_AHEAD = 13
"""Days after today in which the next free times are looked for."""
WEEK = timedelta(days=7)
SLUG = re.compile(r"[a-z0-9-]{1,60}")


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


@blueprint.get("/rooms/<slug>")
@requires(Permission.PUBLIC)
def room(slug: str) -> Response:
    """The page of a space. A pick in the grid answers with the panel and the grid, a poll with the grid if it changed."""
    resource, now = find(slug), clock.now()
    asked = a_day(request.args.get("day", ""))
    week_asked = request.args.get("week")
    monday = monday_of(week_asked, asked or clock.wall_day(now, resource.zone), resource, now)
    seen = outlook(resource, monday, now)
    panel = booking_panel.of(resource, reader.person(), request.args, now, seen=seen)
    choice = Choice(panel.start, panel.end, picked="from" in request.args) if panel.start and panel.end else None
    if choice and not (asked or week_asked):
        monday = monday_of(None, clock.wall_day(choice.start, resource.zone), resource, now)
    shown = grid(resource, monday, now, seen, choice, asked or monday)
    if wants_fragment() and request.args.get("v") == shown.version:
        return Response(status=204)
    response = page(
        "marketing/room.html",
        fragment="polled" if "v" in request.args else "picked",
        resource=resource, panel=panel, grid=shown, live=status(resource, now, seen), choice=choice,
        others=also_free(resource, choice.start, choice.end, now, reader.pays_as_member()) if choice else [],
        pictures=pictures(resource), names=names, audience=Audience.PUBLIC, per_hour=RateUnit.HOUR, **addresses(slug, monday, choice, shown.version),
    )  # fmt: skip
    return reader.cacheable(response)


def addresses(slug: str, monday: date, choice: Choice | None, version: str) -> dict[str, Any]:
    """Where picks, polls and the weeks beside this one lead, keeping what was picked."""
    kept = {name: request.args[name] for name in ("day", "from", "to") if name in request.args} if choice and choice.picked else {}
    here: dict[str, Any] = {"slug": slug, **kept}
    return {
        "room_page": url_for("site.room", slug=slug),
        "poll_url": url_for("site.room", week=week_name(monday), v=version, **here),
        "week_urls": {name: url_for("site.room", week=name, _anchor="free", **here) for name in (week_name(monday - WEEK), week_name(monday + WEEK))},
    }


def find(slug: str) -> Resource:
    """The space with all that its page tells; 404 when there is none to show."""
    wanted = select(Resource).where(Resource.slug == slug, ~Resource.retired, Resource.who_may_book != Audience.STAFF.value)
    house = joinedload(Resource.location)
    options = (
        house.options(joinedload(Location.opening_hours), selectinload(Location.exceptions)),
        selectinload(Resource.rates),
        selectinload(Resource.photos),
        selectinload(Resource.equipment),
    )
    found = db.session.scalars(wanted.options(*options)).unique().one_or_none() if SLUG.fullmatch(slug) else None
    return found if found is not None else abort(404)


def outlook(resource: Resource, monday: date, now: datetime) -> Outlook:
    """Hours and holds of the coming days, and of the week that the grid shows where it lies beyond."""
    today, location = clock.wall_day(now, resource.zone), resource.location
    spans = [(min(today, monday), today + timedelta(days=LOOK_AHEAD))]
    if monday + timedelta(days=6) > spans[0][1]:
        spans.append((max(monday, spans[0][1] + timedelta(days=1)), monday + timedelta(days=6)))
    opens: dict[date, list[Stretch]] = {}
    held: dict[Interval, None] = {}
    for first_day, last_day in spans:
        opens |= open_stretches(location, first_day, last_day)
        start, end = clock.at_wall(first_day, 0, location.zone), clock.at_wall(last_day, 1440, location.zone)
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
