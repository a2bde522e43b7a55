"""Pages of a person's own bookings."""

from .. import explaining, jobs
from . import guests, making, moving, own, paying
from .blueprint import blueprint

__all__ = ["blueprint", "explaining", "guests", "jobs", "making", "moving", "own", "paying"]
