"""Who reads a public page: what prices they see, and whose own bookings are marked."""

from uuid import UUID

from flask import Response
from flask_login import current_user

from coworking.bookings.pricing import audience_of
from coworking.core import pages
from coworking.people.models import Person
from coworking.spaces.models import Audience


def person() -> Person | None:
    """The signed-in reader, if any."""
    found: Person | None = current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001 - Werkzeug's own way out of its proxy
    return found


def pays_as_member() -> bool:
    """Whether member prices are the reader's own."""
    return audience_of(person()) is Audience.MEMBER


def viewer_id() -> UUID | None:
    """Id of the signed-in reader, to mark their own time."""
    found = person()
    return found.id if found else None


def cacheable(response: Response) -> Response:
    """The page of a stranger may be kept and asked for again; a person's own is never stored."""
    return response if current_user.is_authenticated or response.status_code != 200 else pages.unchanged_since(response)


def marked(response: Response) -> Response:
    """The same for a page of which the operator's marks say all, so that ``unchanged`` may answer in its place."""
    return response if current_user.is_authenticated or response.status_code != 200 else pages.marked(response)


def unchanged() -> Response | None:
    """A 304 for a stranger who has the page as it is."""
    return None if current_user.is_authenticated else pages.unchanged()
