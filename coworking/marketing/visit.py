"""How to get here, and when."""

from flask import Response

from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.spaces import houses, known

from . import reader
from .blueprint import blueprint


@blueprint.get("/visit")
@requires(Permission.PUBLIC)
def visit() -> Response:
    """Every house with its address, way in, hours and coming holidays."""
    response = page("marketing/visit.html", houses=[houses.described(location) for location in known.houses()])
    return reader.cacheable(response)
