"""The member portal."""

from . import company, home
from .blueprint import blueprint

__all__ = ["blueprint", "company", "home"]
