"""Houses and spaces as the operator's edition has them, kept in memory: for reading, on pages that change nothing."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from coworking.core import kept

from .models import Audience, Equipment, Location, Resource


def houses() -> Sequence[Location]:
    """Every house with its hours, in the operator's order."""
    return kept.under_edition("houses", make=_houses)


def spaces() -> Mapping[UUID, Resource]:
    """Spaces that may be shown in public, in the operator's order, with all that belongs to them."""
    return kept.under_edition("spaces", make=_spaces)


def equipment() -> Sequence[Equipment]:
    """Everything that rooms here can have."""
    return kept.under_edition("equipment", make=_equipment)


def _houses() -> Sequence[Location]:
    with kept.apart() as session:
        return _with_hours(session)


def _spaces() -> Mapping[UUID, Resource]:
    shown = ~Resource.retired, Resource.who_may_book != Audience.STAFF.value
    belongings = selectinload(Resource.rates), selectinload(Resource.photos), selectinload(Resource.equipment)
    with kept.apart() as session:
        # Held in a name until all is read: the session itself keeps only what somebody holds.
        houses = {house.id: house for house in _with_hours(session)}
        found = session.scalars(select(Resource).where(*shown).order_by(Resource.position, Resource.name).options(*belongings))
        return {space.id: space for space in found if space.location is houses[space.location_id]}


def _equipment() -> Sequence[Equipment]:
    with kept.apart() as session:
        return session.scalars(select(Equipment)).all()


def _with_hours(session: Session) -> Sequence[Location]:
    belongings = selectinload(Location.opening_hours), selectinload(Location.exceptions), joinedload(Location.operator)
    return session.scalars(select(Location).order_by(Location.position, Location.name).options(*belongings)).all()
