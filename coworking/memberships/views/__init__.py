"""Pages of this domain: ordering, one's plan, changing, pausing, leaving and withdrawing."""

from .. import explained, jobs
from . import changing, joining, leaving, ordering, pausing, plan, withdrawing
from .blueprint import blueprint

__all__ = ["blueprint", "changing", "explained", "jobs", "joining", "leaving", "ordering", "pausing", "plan", "withdrawing"]
