"""Whose data a request is about: the person who is signed in, or whoever came by a link to the address that we know.

The link names a wish (people/models.py: LinkWish) and nothing of the address, in the mail's link and in the session alike.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from flask import abort, redirect, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from coworking.core.permissions import Permission, requires
from coworking.privacy.finding import Subject
from coworking.privacy.links import subject_of

P = ParamSpec("P")
R = TypeVar("R")
KEPT = "privacy_link"
"""Where the session keeps the token of the link that somebody came by."""


def subject_of_request() -> Subject | None:
    """The subject that may be seen, copied and erased here and now; None for a stranger. Who is signed in comes first."""
    if current_user.is_authenticated:
        return Subject.of(current_user)
    return subject_of(session.get(KEPT, ""))


def came_by_link() -> bool:
    """Whether the request is of somebody who has no sign-in, only a link."""
    return not current_user.is_authenticated


def channel() -> str:
    """How a request of this visitor reached us, as PrivacyRequest.channel says it."""
    return "link" if came_by_link() else "signed_in"


def layout() -> str:
    """The frame that a page of the privacy centre stands in: templates say ``{% extends layout %}``."""
    return "layouts/site.html" if came_by_link() else "layouts/portal.html"


def for_subject(view: Callable[P, R]) -> Callable[P, Any]:
    """Mark a view that needs a subject, which it gets as its first argument; a stranger is sent to ask for a link."""

    @wraps(view)
    def found(*args: Any, **kwargs: Any) -> R | AnyResponse:
        subject = subject_of_request()
        if subject is None and any(isinstance(each, UUID) for each in kwargs.values()):
            # Who asks for one thing by its number learns nothing, not even that there is such a thing.
            abort(404)
        if subject is None:
            return redirect(url_for("privacy.ask"), code=303)
        return view(subject, *args, **kwargs)  # type: ignore[arg-type]

    return requires(Permission.PUBLIC)(found)
