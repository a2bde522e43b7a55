"""Rooms, desks and areas: what they are, what they cost, their rules and photos."""

from uuid import UUID

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from coworking.bookings.models import Booking, State
from coworking.core import clock, files, images, lighter, once, stale
from coworking.core.db import db
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.core.slugs import slug
from coworking.core.texts import Texts
from coworking.spaces.equipment_form import NotesForm, notes_form
from coworking.spaces.forms import PhotoForm
from coworking.spaces.models import Equipment, Kind, Location, Photo, Resource
from coworking.spaces.room_form import RoomForm
from coworking.tax.rates import VatClass

from .blueprint import blueprint

WIDTHS = (1200, 640)
MOST_PHOTOS = 12


@blueprint.get("/rooms/new")
@requires(Permission.EDIT_SPACES)
def new_room() -> Response:
    """The form of a new room, with what most rooms have filled in."""
    locations = _locations()
    if not locations:
        return redirect(url_for("desk.new_location"), code=303)
    form = _form(None)
    form.process(data={
        "kind": Kind.MEETING_ROOM.value, "capacity": 6, "granularity": 30, "shortest": 30, "longest": 480, "notice": 0, "horizon": 90, "buffer": 0,
        "free_cancellation": 1440, "vat_class": VatClass.SPACE.value, "location_id": str(locations[0].id), "step_free": locations[0].step_free,
    })  # fmt: skip
    return page("desk/spaces/room_new.html", form=form)


@blueprint.post("/rooms")
@requires(Permission.EDIT_SPACES)
def add_room() -> Response:
    """Keep a new room; it can be booked from now on."""
    form = _form(None)
    if not form.validate_on_submit():
        return page("desk/spaces/room_new.html", status=422, form=form)
    taken = set(db.session.scalars(select(Resource.slug)))
    room = Resource(
        id=once.id_of(request.form, current_user.id), operator_id=g.operator.id, slug=slug(form.name.data or "", taken), position=len(taken)
    )
    form.fill(room)
    room = once.add(room)
    return _saved(room, _("%(name)s can be booked.", name=room.name))


@blueprint.get("/rooms/<uuid:room_id>")
@requires(Permission.EDIT_SPACES)
def room(room_id: UUID) -> Response:
    """Everything about one room."""
    return _room_page(_load(room_id))


@blueprint.post("/rooms/<uuid:room_id>")
@requires(Permission.EDIT_SPACES)
def save_room(room_id: UUID) -> Response:
    """Keep what was changed. Prices of bookings made before stay as agreed."""
    room, form = _load(room_id), _form(None)
    if not form.validate_on_submit():
        return _room_page(room, 422, form=form)
    if (needed := _units_needed(room)) > (form.capacity.data or 1 if form.kind.data == Kind.HOT_DESKS.value else 1):
        form.capacity.errors = [_("%(count)d desks are booked already at times to come. Keep at least as many.", count=needed)]
        return _room_page(room, 422, form=form)
    stale.hold(room)
    if form.is_stale(_form(room)):
        return _room_page(room, 409, form=form)
    form.fill(room)
    db.session.flush()
    return _saved(room)


@blueprint.post("/rooms/<uuid:room_id>/retirement")
@requires(Permission.EDIT_SPACES)
def retire_room(room_id: UUID) -> Response:
    """Take a room off the public pages. Bookings made before stay."""
    room = _load(room_id)
    room.retired = True
    return _saved(room, _("%(name)s can no longer be booked. Bookings made before stay.", name=room.name))


@blueprint.post("/rooms/<uuid:room_id>/return")
@requires(Permission.EDIT_SPACES)
def return_room(room_id: UUID) -> Response:
    """Put a retired room back."""
    room = _load(room_id)
    room.retired = False
    return _saved(room, _("%(name)s can be booked.", name=room.name))


@blueprint.post("/rooms/<uuid:room_id>/photos")
@requires(Permission.EDIT_SPACES)
def add_photo(room_id: UUID) -> Response:
    """Keep a photo in two sizes, as WebP now and AVIF soon, without what the camera wrote into it."""
    room, form = _load(room_id), PhotoForm()
    if not form.validate_on_submit():
        return _room_page(room, 422, photo=form)
    if len(room.photos) >= MOST_PHOTOS:
        form.file.errors = [_("A room has at most %(most)d photos", most=MOST_PHOTOS)]
        return _room_page(room, 422, photo=form)
    data = form.file.data.read()
    photo_id = once.id_of(request.form, current_user.id, data)
    if db.session.get(Photo, photo_id) is not None:
        return _saved(room)
    try:
        sizes = images.prepare(data, WIDTHS)
    except images.PictureRefused as refusal:
        form.file.errors = [str(refusal)]
        return _room_page(room, 422, photo=form)
    room.photos.append(_photo(photo_id, sizes, form.words("alt"), len(room.photos)))
    return _saved(room)


@blueprint.post("/rooms/<uuid:room_id>/equipment-notes")
@requires(Permission.EDIT_SPACES)
def save_notes(room_id: UUID) -> Response:
    """Keep what is particular about this room's equipment, such as "75 inches, HDMI"."""
    room = _load(room_id)
    notes = notes_form(room)
    if not notes.validate_on_submit():
        return _room_page(room, 422, notes=notes)
    notes.fill(room)
    return _saved(room)


@blueprint.post("/photos/<uuid:photo_id>/removal")
@requires(Permission.EDIT_SPACES)
def remove_photo(photo_id: UUID) -> Response:
    """Remove a photo, and its files."""
    photo = db.session.get(Photo, photo_id) or abort(404)
    room = _load(photo.resource_id)
    room.photos.remove(photo)
    files.delete(photo.large_file)
    files.delete(photo.small_file)
    return _saved(room)


@blueprint.post("/photos/<uuid:photo_id>/first")
@requires(Permission.EDIT_SPACES)
def put_photo_first(photo_id: UUID) -> Response:
    """Show this photo first."""
    photo = db.session.get(Photo, photo_id) or abort(404)
    room = _load(photo.resource_id)
    for position, each in enumerate(sorted(room.photos, key=lambda each: (each.id != photo.id, each.position))):
        each.position = position
    return _saved(room)


def _photo(photo_id: UUID, sizes: list[images.Size], alt: Texts, position: int) -> Photo:
    large, small = sizes
    keys = [files.store("public", size.data, images.CONTENT_TYPE) for size in (large, small)]
    for key in keys:
        lighter.lighten(key)
    return Photo(
        id=photo_id,
        operator_id=g.operator.id,
        width=large.width,
        height=large.height,
        alt=alt,
        position=position,
        large_file=keys[0],
        small_file=keys[1],
    )


def _load(room_id: UUID) -> Resource:
    return db.session.get(Resource, room_id) or abort(404)


def _locations() -> list[Location]:
    return list(db.session.scalars(select(Location).order_by(Location.position, Location.name)))


def _form(room: Resource | None) -> RoomForm:
    equipment = list(db.session.scalars(select(Equipment).order_by(Equipment.key)))
    if room is None:
        return RoomForm(_locations(), equipment)
    form = RoomForm(_locations(), equipment, formdata=None, obj=room)
    form.show_room(room)
    return form.marked()


def _units_needed(room: Resource) -> int:
    """How many units bookings to come hold, counted to the highest."""
    highest = db.session.scalar(
        select(func.max(Booking.unit)).where(Booking.resource_id == room.id, Booking.state == State.CONFIRMED.value, Booking.held_until > clock.now())
    )
    return 0 if highest is None else highest + 1


def _saved(room: Resource, message: str | None = None) -> Response:
    flash(message or _("Saved."))
    return redirect(url_for("desk.room", room_id=room.id), code=303)


def _room_page(
    room: Resource, status: int = 200, form: RoomForm | None = None, photo: PhotoForm | None = None, notes: NotesForm | None = None
) -> Response:
    form, photo = form or _form(room), photo or PhotoForm(formdata=None)
    if notes is None:
        notes = notes_form(room, formdata=None)
        notes.show_notes(room)
    return page(
        "desk/spaces/room.html",
        status=status,
        room=room,
        form=form,
        photo=photo,
        notes=notes,
        most_photos=MOST_PHOTOS,
        form_errors=bool(form.errors or form.changes or photo.errors or notes.errors),
    )
