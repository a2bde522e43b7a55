"""The member portal."""

from . import home
from .blueprint import blueprint

__all__ = ["blueprint", "home"]
