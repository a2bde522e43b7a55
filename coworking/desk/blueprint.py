"""The blueprint that every desk page hangs on."""

from flask import Blueprint, current_app

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.app_template_global("has_page")
def has_page(endpoint: str) -> bool:
    """Whether a page of that name is part of this installation."""
    return endpoint in current_app.view_functions
