"""Names for addresses: what people call a thing, in the letters that links can hold."""

import re
import unicodedata
from collections.abc import Container

LONGEST = 50
_FOLDED = str.maketrans({"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "œ": "oe", "ð": "d", "þ": "th", "ł": "l"})


def slug(name: str, taken: Container[str] = ()) -> str:
    """``name`` in a to z, digits and dashes, with a number behind it where it is taken already."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_FOLDED)).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST] or "room"
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found
