"""Names for addresses: what people call a thing, in the letters that links can hold."""

import re
import unicodedata
from collections.abc import Container

LONGEST = 50
_FOLDED = str.maketrans({"ø": "o", "æ": "ae", "å": "a", "ß": "ss", "œ": "oe", "ð": "d", "þ": "th", "ł": "l"})


def slug(name: str, taken: Container[str] = (), otherwise: str = "room", longest: int = LONGEST) -> str:
    """``name`` in a to z, digits and dashes, at most ``longest`` long, with a number behind it where it is taken.

    A name without any such letter, as in Japanese, becomes ``otherwise``.
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_FOLDED)).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].rstrip("-") or otherwise
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}-{number}"
    return found
