"""The start page: of the operator whose host this is, or of the host itself."""

from dataclasses import dataclass

from flask import Response, g
from sqlalchemy import select

from coworking.core.db import db
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.memberships.models import PlanKind
from coworking.operators.hosts import on_host_site
from coworking.spaces import houses
from coworking.spaces.models import Audience, Photo, Resource

from . import host, listing, plans, reader
from .blueprint import blueprint
from .finding import Wanted

SHOWN = 6
"""Rooms on the start page; the list has all."""
PLANS = 3


@dataclass(frozen=True, slots=True)
class Live:
    """How much is free at this moment."""

    desks: int
    rooms: int


@blueprint.get("/")
@on_host_site
@requires(Permission.PUBLIC)
def home() -> Response:
    """What is free now, what it costs, and how to get here."""
    if g.operator is None:
        return host.home()
    known = listing.catalogue()
    look = listing.look(known, Wanted(), member=reader.pays_as_member())
    company = plans.for_company()
    response = page(
        "marketing/home.html",
        photo=first_photo(),
        live=live(look.cards),
        look=look,
        cards=look.cards[:SHOWN],
        offers=plans.offers(company, PLANS, PlanKind.PLAN),
        company=company,
        houses=[houses.described(location) for location in known.locations],
    )
    return reader.cacheable(response)


def live(cards: list[listing.Card]) -> Live:
    """Desks are counted one by one, in areas too; rooms as rooms."""
    return Live(desks=sum(card.left for card in cards if card.is_desk), rooms=sum(card.free for card in cards if not card.is_desk))


def first_photo() -> Photo | None:
    """The photo that the operator put first."""
    shown = select(Photo).join(Resource, Photo.resource_id == Resource.id).where(~Resource.retired, Resource.who_may_book != Audience.STAFF.value)
    return db.session.scalar(shown.order_by(Resource.position, Photo.position).limit(1))
