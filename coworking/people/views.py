"""Joining, signing in and the profile."""

from flask import Blueprint

blueprint = Blueprint("people", __name__)
