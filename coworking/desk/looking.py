"""Noting that somebody of the staff opened a page about a person."""

from collections.abc import Iterable
from uuid import UUID

from flask import request
from flask_login import current_user

from coworking.privacy import access
from coworking.privacy.register.terms import Purpose


def looked(people: UUID | Iterable[UUID | None] | None, purpose: Purpose) -> None:
    """Note that this request's person opened this page about somebody, or several; None: about everybody at once."""
    access.record([people] if people is None or isinstance(people, UUID) else people, current_user, request.endpoint or "", purpose)
