"""Houses: where they are, when they are open, and what can be booked in them."""

from uuid import UUID

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from coworking.core import once, stale
from coworking.core.db import db
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.core.slugs import slug
from coworking.core.texts import Texts
from coworking.spaces.forms import ExceptionForm, HoursForm, LocationForm
from coworking.spaces.models import Location, OpeningException, OpeningHours, Resource
from coworking.spaces.names import kind_name

from .blueprint import blueprint

USUAL = (480, 1080)
"""A new house is open from 08:00 to 18:00, Monday to Friday, until somebody says otherwise."""


@blueprint.get("/spaces")
@requires(Permission.SEE_DAY)
def spaces() -> Response:
    """Every house with its rooms."""
    houses = db.session.scalars(select(Location).options(selectinload(Location.opening_hours)).order_by(Location.position, Location.name)).all()
    rooms = db.session.scalars(select(Resource).options(selectinload(Resource.rates)).order_by(Resource.position, Resource.name)).all()
    return page("desk/spaces/index.html", houses=houses, rooms=rooms, kind_name=kind_name)


@blueprint.get("/locations/new")
@requires(Permission.EDIT_SPACES)
def new_location() -> Response:
    """The form of a new house, with the operator's address filled in."""
    operator = g.operator
    form = LocationForm(
        data={"street": operator.street, "postcode": operator.postcode, "city": operator.city, "zone": operator.zone, "closed_on_holidays": True}
    )
    return page("desk/spaces/location_new.html", form=form)


@blueprint.post("/locations")
@requires(Permission.EDIT_SPACES)
def add_location() -> Response:
    """Keep a new house, with the usual hours to begin with."""
    form = LocationForm()
    if not form.validate_on_submit():
        return page("desk/spaces/location_new.html", status=422, form=form)
    taken = set(db.session.scalars(select(Location.slug)))
    location = Location(
        id=once.id_of(request.form, current_user.id),
        operator_id=g.operator.id,
        slug=slug(form.name.data or "", taken, otherwise="house"),
        country=g.operator.country,
        description=Texts(),
        position=len(taken),
    )
    form.fill(location)
    location.opening_hours = [OpeningHours(operator_id=g.operator.id, weekday=weekday, opens=USUAL[0], closes=USUAL[1]) for weekday in range(5)]
    return _saved(once.add(location))


@blueprint.get("/locations/<uuid:location_id>")
@requires(Permission.EDIT_SPACES)
def location(location_id: UUID) -> Response:
    """Everything about one house."""
    return _location_page(_load(location_id))


@blueprint.post("/locations/<uuid:location_id>")
@requires(Permission.EDIT_SPACES)
def save_location(location_id: UUID) -> Response:
    """Keep address, zone and directions."""
    house, form = _load(location_id), LocationForm()
    if not form.validate_on_submit():
        return _location_page(house, 422, form=form)
    stale.hold(house)
    if form.is_stale(_form(house)):
        return _location_page(house, 409, form=form)
    form.fill(house)
    return _saved(house)


@blueprint.post("/locations/<uuid:location_id>/hours")
@requires(Permission.EDIT_SPACES)
def save_hours(location_id: UUID) -> Response:
    """Keep the week of opening hours. Bookings made before stay as they are."""
    house, hours = _load(location_id), HoursForm()
    if not hours.validate_on_submit():
        return _location_page(house, 422, hours=hours)
    stale.hold(house)
    if hours.is_stale(_hours(house)):
        return _location_page(house, 409, hours=hours)
    hours.fill(house)
    return _saved(house)


@blueprint.post("/locations/<uuid:location_id>/exceptions")
@requires(Permission.EDIT_SPACES)
def add_exception(location_id: UUID) -> Response:
    """Keep a date with hours of its own; a date that had some gets the new ones."""
    house, exception = _load(location_id), ExceptionForm()
    if not exception.validate_on_submit():
        return _location_page(house, 422, exception=exception)
    for old in [row for row in house.exceptions if row.day == exception.day.data]:
        house.exceptions.remove(old)
    db.session.flush()
    house.exceptions.append(exception.made(house))
    db.session.flush()
    return _saved(house)


@blueprint.post("/exceptions/<uuid:exception_id>/removal")
@requires(Permission.EDIT_SPACES)
def remove_exception(exception_id: UUID) -> Response:
    """Go back to the weekday's hours."""
    row = db.session.get(OpeningException, exception_id) or abort(404)
    house = _load(row.location_id)
    house.exceptions.remove(row)
    return _saved(house)


def _load(location_id: UUID) -> Location:
    return db.session.get(Location, location_id) or abort(404)


def _form(house: Location) -> LocationForm:
    form = LocationForm(formdata=None, obj=house)
    form.show("directions", house.directions)
    return form.marked()


def _hours(house: Location) -> HoursForm:
    hours = HoursForm(formdata=None)
    hours.show(house)
    return hours.marked()


def _saved(house: Location) -> Response:
    flash(_("Saved."))
    return redirect(url_for("desk.location", location_id=house.id), code=303)


def _location_page(
    house: Location, status: int = 200, form: LocationForm | None = None, hours: HoursForm | None = None, exception: ExceptionForm | None = None
) -> Response:
    form = form or _form(house)
    hours = hours or _hours(house)
    exception = exception or ExceptionForm(formdata=None)
    failed = bool(form.changes or hours.changes) or any(each.errors for each in (form, hours, exception))
    return page("desk/spaces/location.html", status=status, house=house, form=form, hours=hours, exception=exception, form_errors=failed)
