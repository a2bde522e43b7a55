"""Locations with their opening hours; rooms, desks and all else that can be booked; equipment, photos, prices, rules."""
