"""Where the pages of privacy hang."""

from flask import Blueprint

blueprint = Blueprint("privacy", __name__)
