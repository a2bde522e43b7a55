"""Every page of the desk."""

from . import booking, drawer, enquiries, equipment, hosts, locations, people, roles, rooms, settings, today
from .blueprint import blueprint

__all__ = ["blueprint", "booking", "drawer", "enquiries", "equipment", "hosts", "locations", "people", "roles", "rooms", "settings", "today"]
