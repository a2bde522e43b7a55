"""Noting that somebody of the staff opened a page about a person."""

from uuid import UUID

from flask import request
from flask_login import current_user

from coworking.privacy import access
from coworking.privacy.register.terms import Purpose


def looked(person_id: UUID | None, purpose: Purpose) -> None:
    """Note that this request's person opened this page about ``person_id``; None: about everybody at once."""
    access.record(person_id, current_user, request.endpoint or "", purpose)
