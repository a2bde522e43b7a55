"""The same picture in AVIF, made after the answer because it takes a while, and kept beside the WebP under its key.

Nothing in the database names it: the address stays that of the WebP, and a browser that says that it reads AVIF gets it.
"""

from . import files, images, jobs
from .db import release

LIGHTEN = "images.lighten"
AVIF = "image/avif"


def lighten(key: str) -> None:
    """Have the picture under ``key``, a WebP, kept as AVIF too once this transaction commits."""
    jobs.enqueue(LIGHTEN, key=key)


@jobs.job(LIGHTEN)
def make(key: str) -> None:
    """Make the AVIF and keep it where it is the lighter of both. A picture that is gone meanwhile needs none."""
    # Nobody waits for the database while a picture is drawn.
    release()
    try:
        webp = files.read(key)
    except files.NoSuchFile:
        return
    avif = images.as_avif(webp)
    if avif is not None and len(avif) < len(webp):
        files.store_beside(key, avif, AVIF)
        _only_with_its_own(key)


def _only_with_its_own(key: str) -> None:
    # Removed while it was drawn: what was just kept would be shown for ever.
    try:
        files.read(key)
    except files.NoSuchFile:
        files.remove(key)
