"""Booking for somebody, and taking a room out of use."""

from datetime import datetime
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response as AnyResponse

from coworking.bookings import booking as verbs
from coworking.bookings import choosing
from coworking.bookings.covering import benefits
from coworking.bookings.pricing import quote
from coworking.bookings.refusals import RuleBroken, SlotTaken
from coworking.bookings.rules import Wish, broken_by
from coworking.bookings.words import quote_lines
from coworking.core import clock
from coworking.core.db import db
from coworking.core.forms import one_line
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.people import accounts
from coworking.people.addresses import find_person, normal_address
from coworking.people.models import Person
from coworking.spaces.models import Location, Resource

from .blueprint import blueprint
from .drawer import free_time
from .people import search

NAMES_SHOWN = 6


@blueprint.get("/bookings/new")
@requires(Permission.BOOK_FOR_OTHERS)
def new_booking() -> Response:
    """The form, with the room and time that were clicked filled in, and the price once both are known."""
    return _form_page(request.args.to_dict())


@blueprint.post("/bookings")
@requires(Permission.BOOK_FOR_OTHERS)
def add_booking() -> AnyResponse:
    """Book in somebody's name. Staff may go beyond notice, length and hours; nobody can go over another booking."""
    typed = request.form.to_dict()
    if typed.get("step") or typed.get("pick"):
        return _form_page(_picked(typed))
    room = _room(typed.get("room", ""))
    errors: dict[str, str] = {} if room else {"room": _("Choose a room")}
    person = _person(typed, errors)
    if room is None or person is None or errors:
        return _form_page(typed, 422, errors=errors)
    try:
        start, end = choosing.times(room, choosing.read(typed))
        title = one_line(typed.get("title"))[:120]
        made = verbs.book(room, person, start, end, by=current_user, title=title, idempotency_key=typed.get("form_key") or None, by_staff=True)
    except RuleBroken as refusal:
        return _form_page(typed, 422, errors={each.field: each.message for each in refusal.broken})
    except SlotTaken as clash:
        return _form_page(typed, 409, clash=clash)
    flash(_("Booked: %(room)s for %(name)s.", room=made.resource.name, name=person.name))
    return redirect(url_for("desk.booking", booking_id=made.id), code=303)


@blueprint.get("/blocks/new")
@requires(Permission.BLOCK_SPACE)
def new_block() -> Response:
    """The form that takes a room out of use."""
    return _block_page(request.args.to_dict())


@blueprint.post("/blocks")
@requires(Permission.BLOCK_SPACE)
def add_block() -> AnyResponse:
    """Take a room out of use, for whatever reason is written."""
    typed = request.form.to_dict()
    room, reason = _room(typed.get("room", "")), one_line(typed.get("reason"))[:120]
    errors = {} if room else {"room": _("Choose a room")}
    if not reason:
        errors["reason"] = _("Say why, for whoever asks")
    if room is None or errors:
        return _block_page(typed, 422, errors)
    try:
        start, end = _stretch(room, typed)
        made = verbs.block(room, start, end, reason, current_user)
    except RuleBroken as refusal:
        return _block_page(typed, 422, {each.field: each.message for each in refusal.broken})
    except SlotTaken:
        return _block_page(typed, 409, {"from": _("Somebody has booked part of that time. Move or cancel that booking first.")})
    flash(_("%(room)s is out of use.", room=room.name))
    return redirect(url_for("desk.booking", booking_id=made[0].id), code=303)


def _stretch(room: Resource, typed: dict[str, str]) -> tuple[datetime, datetime]:
    """From a time on one day to a time on the same or a later day."""
    start, _end = choosing.times(room, choosing.read({**typed, "to": "24:00"}))
    _start, end = choosing.times(room, choosing.read({"day": typed.get("until") or typed.get("day", ""), "from": "00:00", "to": typed.get("to", "")}))
    return start, end


def _picked(typed: dict[str, str]) -> dict[str, str]:
    """What was typed, with the time that was picked from the nearest free ones."""
    pick = typed.pop("pick", "").split("|")
    return {**typed, **dict(zip(("room", "day", "from", "to"), pick, strict=True))} if len(pick) == 4 else typed


def _picks(clash: SlotTaken | None) -> list[tuple[str, str]]:
    """Value and words of the buttons for the nearest free times."""
    wishes = [free_time(each) for each in clash.alternatives] if clash else []
    return [("|".join(wish.values()), words) for words, wish in wishes]


def _person(typed: dict[str, str], errors: dict[str, str]) -> Person | None:
    """Whoever was chosen from the search, or somebody new by name and address."""
    chosen = typed.get("person", "")
    if chosen and chosen != "new":
        try:
            person = db.session.get(Person, UUID(chosen))
        except ValueError:
            person = None
        if person is None or not person.is_active:
            errors["person"] = _("Choose somebody of the list")
        return person
    name, email = one_line(typed.get("name"))[:120], one_line(typed.get("email"))
    if not name:
        errors["name"] = _("Choose somebody, or enter a name")
    address = normal_address(email)
    if address is None:
        errors["email"] = _("Enter an e-mail address like name@example.com")
    if errors or address is None:
        return None
    try:
        return find_person(address) or accounts.open_by_staff(name, address, by=current_user)
    except accounts.AddressTaken:
        errors["email"] = _("An account with this address was closed. Enter another address")
        return None


def _room(slug: str) -> Resource | None:
    query = select(Resource).where(Resource.slug == one_line(slug), Resource.retired.is_(False))
    return db.session.scalar(query.options(joinedload(Resource.location), selectinload(Resource.rates)))


def _rooms() -> list[Resource]:
    query = select(Resource).join(Location, Resource.location_id == Location.id).where(Resource.retired.is_(False))
    return list(db.session.scalars(query.options(joinedload(Resource.location)).order_by(Location.position, Resource.position)))


def _form_page(typed: dict[str, str], status: int = 200, errors: dict[str, str] | None = None, clash: SlotTaken | None = None) -> Response:
    room = _room(typed.get("room", ""))
    found, _more = search(one_line(typed.get("q")), count=NAMES_SHOWN)
    chosen = typed.get("person", "")
    if chosen and chosen != "new" and chosen not in {str(each.id) for each in found}:
        try:
            found = [*filter(None, [db.session.get(Person, UUID(chosen))]), *found]
        except ValueError:
            chosen = ""
    if room is not None:
        typed.setdefault("day", clock.today(room.zone).isoformat())
    if typed.get("q") and not chosen and len(found) == 1:
        chosen = str(found[0].id)
    price, warnings = _preview(room, typed, next((each for each in found if str(each.id) == chosen), None))
    return page(
        "desk/booking_new.html", status=status, typed=typed, errors=errors or {}, clash=clash, picks=_picks(clash), rooms=_rooms(), room=room,
        found=found, chosen=chosen, price=price, warnings=warnings, form_errors=bool(errors or clash),
    )  # fmt: skip


def _preview(room: Resource | None, typed: dict[str, str], person: Person | None) -> tuple[object, list[str]]:
    """Lines and sum by the code that bills, and the house's rules that only staff may go beyond; nothing before a time is chosen."""
    if room is None:
        return None, []
    try:
        start, end = choosing.times(room, choosing.read(typed))
    except RuleBroken:
        return None, []
    if start >= end:
        return None, []
    asked, now = quote(room, start, end, person, benefits(person)), clock.now()
    buyer = person or current_user
    refused = {each.message for each in broken_by(Wish(room, start, end, buyer, by_staff=True), now)}
    beyond = [each.message for each in broken_by(Wish(room, start, end, buyer), now) if each.field and each.message not in refused]
    return (quote_lines(asked), asked.to_pay), beyond


def _block_page(typed: dict[str, str], status: int = 200, errors: dict[str, str] | None = None) -> Response:
    return page("desk/block_new.html", status=status, typed=typed, errors=errors or {}, rooms=_rooms(), form_errors=bool(errors))
