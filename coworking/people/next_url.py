"""Where to go on to after signing in: a path of this site, and nothing that a browser could read as another."""

import re
from urllib.parse import unquote, urlsplit

LONGEST = 1000

# Browsers drop tabs and line ends, and read a backslash as a slash: none of them belongs in a path of ours.
_STRANGE = re.compile(r"[\x00-\x20\\\x7f-\x9f\u2028\u2029]")


def safe_next(target: str | None) -> str | None:
    """``target`` when it is an absolute path on this site, else None. Whoever follows it must fall back to a page of their own."""
    if not target or len(target) > LONGEST or _STRANGE.search(target):
        return None
    if not target.startswith("/") or target.startswith("//"):
        return None
    # A server in front may decode once before it redirects: the decoded form must be as harmless.
    decoded = unquote(urlsplit(target).path)
    if decoded.startswith(("//", "/\\")) or _STRANGE.search(decoded.replace(" ", "")):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    return target if not parts.scheme and not parts.netloc else None
