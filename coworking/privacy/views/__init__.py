"""Pages about personal data, and the documents that the law wants in public."""

from coworking.privacy.moving import jobs as moving_jobs

from . import looked_at, reporting
from .blueprint import blueprint

__all__ = ["blueprint", "looked_at", "moving_jobs", "reporting"]
