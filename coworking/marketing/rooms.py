"""Every space in one list, those that are free at the wanted time first."""

from uuid import UUID

from flask import Response, request
from sqlalchemy import func, select

from coworking.core import clock, i18n, kept
from coworking.core.db import db
from coworking.core.pages import Part, draw, framed, wants_fragment
from coworking.core.permissions import Permission, requires
from coworking.spaces import known
from coworking.spaces.models import Equipment, Resource, ResourceEquipment

from . import listing, reader
from .blueprint import blueprint
from .search import SearchForm


@blueprint.get("/rooms")
@requires(Permission.PUBLIC)
def rooms() -> Response:
    """The list with its filters; a filter that can't be read is left out and says so."""
    same = reader.unchanged()
    if same is not None:
        return same
    member = reader.pays_as_member()
    part = kept.for_this_minute("rooms", member, request.full_path, wants_fragment(), make=lambda: drawn(member))
    return reader.marked(framed("marketing/rooms.html", part))


def drawn(member: bool) -> Part:
    """The filters and what they leave, with members' prices or everybody's."""
    shown = listing.catalogue()
    form = SearchForm(request.args)
    form.offer([resource.kind for resource in shown.resources], shown.locations, equipment())
    readable = form.validate()
    look = listing.look(shown.only(matching(shown.resources, form)), form.wanted(), member=member)
    return draw(
        "marketing/_rooms.html", "results", status=200 if readable else 422, form=form, look=look, wanted=form.wanted(), today=clock.today(form.zone)
    )


def equipment() -> list[tuple[str, str]]:
    """Keys and names of what rooms here can have, in the order of the reader's alphabet."""
    return sorted(((each.key, i18n.words(each.name)) for each in known.equipment()), key=lambda each: each[1].casefold())


def matching(resources: list[Resource], form: SearchForm) -> list[Resource]:
    """Those with the seats, the kind, the house and all of the equipment that were asked for."""
    seats = None if form.seats.errors else form.seats.data
    kind = None if form.kind.errors else form.kind.data
    house = None if form.location.errors else form.location.data
    keys = [] if form.equipment.errors else form.equipment.data or []
    equipped = having(keys) if keys else None
    return [
        resource
        for resource in resources
        # Each booking of an area is one desk, however many the area has.
        if (not seats or (1 if resource.is_area else resource.capacity) >= seats)
        and (not kind or resource.kind == kind)
        and (not house or resource.location.slug == house)
        and (equipped is None or resource.id in equipped)
    ]


def having(keys: list[str]) -> set[UUID]:
    """Ids of the spaces that have every piece of equipment named."""
    wanted = (
        select(ResourceEquipment.resource_id)
        .join(Equipment, ResourceEquipment.equipment_id == Equipment.id)
        .where(Equipment.key.in_(keys))
        .group_by(ResourceEquipment.resource_id)
        .having(func.count() == len(set(keys)))
    )
    return set(db.session.scalars(wanted))
