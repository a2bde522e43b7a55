"""What can be booked: rooms and desks with their equipment, photos, prices and rules."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from coworking.core import files
from coworking.core.texts import Texts
from coworking.spaces.models import Audience, Equipment, Kind, Location, Photo, Rate, RateUnit, Resource, ResourceEquipment

from .data import read
from .world import World

PHOTOS = Path(__file__).parent / "photos"

RULES: dict[Kind, dict[str, int]] = {
    Kind.DESK: {"granularity": 60, "shortest": 240, "longest": 900, "horizon": 60},
    Kind.HOT_DESKS: {"granularity": 30, "shortest": 60, "longest": 900, "horizon": 60, "free_cancellation": 120},
    Kind.MEETING_ROOM: {"granularity": 30, "shortest": 30, "longest": 600, "horizon": 90},
    Kind.OFFICE: {"granularity": 60, "shortest": 240, "longest": 900, "notice": 720, "horizon": 90, "free_cancellation": 2880},
    Kind.PHONE_BOOTH: {"granularity": 15, "shortest": 15, "longest": 120, "horizon": 14, "free_cancellation": 0},
    Kind.STUDIO: {"granularity": 30, "shortest": 60, "longest": 600, "notice": 60, "horizon": 90, "buffer": 15},
    Kind.EVENT_SPACE: {"granularity": 60, "shortest": 120, "longest": 840, "notice": 2880, "horizon": 180, "buffer": 60, "free_cancellation": 10080},
}
"""Booking rules by kind, in minutes (``horizon``: days). A space's own ``rules`` come on top."""


def make_equipment(world: World) -> dict[str, Equipment]:
    """What the operator's spaces have, by key."""
    wanted = {key.partition(".")[0] for space in world.data["spaces"] for key in space["equipment"]}
    return {
        key: Equipment(id=world.new_id(), key=key, icon=entry["icon"], name=world.texts(entry["name"]), access=entry.get("access", False))
        for key, entry in read("equipment").items()
        if key in wanted
    }


def make_spaces(world: World, locations: Sequence[Location], equipment: Mapping[str, Equipment]) -> list[Resource]:
    """The operator's spaces, not yet in the database."""
    houses = {location.slug: location for location in locations}
    return [_make(world, position, space, houses[space["at"]], equipment) for position, space in enumerate(world.data["spaces"])]


def _make(world: World, position: int, space: Mapping[str, Any], house: Location, equipment: Mapping[str, Equipment]) -> Resource:
    kind = Kind(space["kind"])
    resource = Resource(
        id=world.new_id(world.ago(days=880)),
        location_id=house.id,
        kind=kind.value,
        units=space.get("units", 1),
        capacity=space.get("capacity", space.get("units")),
        step_free=space["access"] != "stairs",
        description=world.texts(space["description"]),
        access_notes=world.texts(world.data["texts"]["access"][space["access"]]),
        house_rules=world.texts(world.data["texts"]["house_rules"][space.get("rules_text", kind.value)]),
        who_may_book=space.get("who", Audience.PUBLIC.value),
        position=position,
        **{key: space[key] for key in ("slug", "name", "floor", "area")},
        **(RULES[kind] | space.get("rules", {})),
    )
    resource.location = house
    resource.rates = list(_rates(world, space))
    resource.equipment = list(_equipped(world, space, equipment))
    resource.photos = [_photo(world, key, number) for number, key in enumerate(space["photos"])]
    return resource


def _rates(world: World, space: Mapping[str, Any]) -> Iterator[Rate]:
    for unit in RateUnit:
        for audience, price in zip((Audience.PUBLIC, Audience.MEMBER), space.get(unit.value, ()), strict=False):
            yield Rate(id=world.new_id(), audience=audience.value, unit=unit.value, amount=round(price * 100), currency=world.data["currency"])


def _equipped(world: World, space: Mapping[str, Any], equipment: Mapping[str, Equipment]) -> Iterator[ResourceEquipment]:
    for position, name in enumerate(space["equipment"]):
        key, _, note = name.partition(".")
        words = world.texts(read("equipment")[key]["notes"][note]) if note else Texts()
        yield ResourceEquipment(id=world.new_id(), equipment=equipment[key], equipment_id=equipment[key].id, note=words, position=position)


def _photo(world: World, key: str, position: int) -> Photo:
    # Files of its own for each photo: removing one leaves the others alone.
    folder = PHOTOS / world.slug
    with Image.open(folder / f"{key}.webp") as picture:
        width, height = picture.size
    large, small = (files.store("public", (folder / f"{key}{size}.webp").read_bytes(), "image/webp") for size in ("", "-s"))
    words = world.texts(read("photos")[key])
    return Photo(id=world.new_id(), large_file=large, small_file=small, width=width, height=height, alt=words, position=position)
