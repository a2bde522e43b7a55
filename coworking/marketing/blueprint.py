"""Where the pages of the public site hang."""

from flask import Blueprint

blueprint = Blueprint("site", __name__)
