"""The member portal."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__)
