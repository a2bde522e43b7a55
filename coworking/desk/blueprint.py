"""The blueprint that every desk page hangs on."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
