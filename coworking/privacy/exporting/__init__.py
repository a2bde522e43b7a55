"""The copy of everything that somebody gets: a ZIP of open formats (GDPR Art. 15(3) and 20)."""

from .archive import made
from .places import places

__all__ = ["made", "places"]
