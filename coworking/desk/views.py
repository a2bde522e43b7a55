"""Every page of the desk."""

from .blueprint import blueprint

__all__ = ["blueprint"]
