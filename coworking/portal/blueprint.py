"""Where the pages of the member portal hang."""

from flask import Blueprint

blueprint = Blueprint("portal", __name__)
