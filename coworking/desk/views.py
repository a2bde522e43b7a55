"""Every page of the desk."""

from . import equipment, hosts, locations, roles, rooms, settings
from .blueprint import blueprint

__all__ = ["blueprint", "equipment", "hosts", "locations", "roles", "rooms", "settings"]
