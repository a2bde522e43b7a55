"""Pages of a person's own bookings."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)
