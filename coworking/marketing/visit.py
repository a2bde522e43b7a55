"""How to get here, and when."""

from flask import Response

from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.privacy.views import add_ons
from coworking.spaces import houses, known

from . import reader
from .blueprint import blueprint


@blueprint.get("/visit")
@requires(Permission.PUBLIC)
def visit() -> Response:
    """Every house with its address, way in, hours and coming holidays."""
    cards = add_ons.cards_here()
    response = page("marketing/visit.html", houses=[houses.described(location) for location in known.houses()], cards=cards)
    # A page that asks carries a form's token, and is each reader's own.
    return add_ons.let_in(response, cards) if cards else reader.cacheable(response)
