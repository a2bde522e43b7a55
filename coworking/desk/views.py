"""Every page of the desk."""

from . import agenda, booking, companies, drawer, enquiries, equipment, hosts, locations, people, plans, roles, rooms, settings, today
from .blueprint import blueprint

__all__ = [
    "agenda",
    "blueprint",
    "companies",
    "booking",
    "drawer",
    "enquiries",
    "equipment",
    "hosts",
    "locations",
    "people",
    "plans",
    "roles",
    "rooms",
    "settings",
    "today",
]
