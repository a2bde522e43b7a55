"""The public site of an operator, and of the host."""

from . import contact, home, plans, preferences, room, rooms, sitemap, visit
from .blueprint import blueprint

__all__ = ["blueprint", "contact", "home", "plans", "preferences", "room", "rooms", "sitemap", "visit"]
