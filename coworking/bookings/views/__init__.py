"""Pages of a person's own bookings."""

from .. import jobs
from . import guests, making, moving, own
from .blueprint import blueprint

__all__ = ["blueprint", "guests", "jobs", "making", "moving", "own"]
