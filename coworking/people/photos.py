"""A person's photo: one small square, without what the camera wrote into it, for people of the house only."""

from coworking.core import files, images
from coworking.core.db import release

from .models import Person

SIDE = 384
"""Pixels: the largest place where a face is shown is 96 wide, on screens of up to four pixels a point."""


def keep(person: Person, data: bytes) -> None:
    """Make ``data`` the person's photo; raises images.PictureRefused. Rolls back what this transaction did so far."""
    release()
    square = images.square(data, SIDE)
    remove(person)
    person.photo_file = files.store("private", square.data, images.CONTENT_TYPE)


def remove(person: Person) -> None:
    """Go back to the initials."""
    if person.photo_file:
        files.delete(person.photo_file)
    person.photo_file = None
