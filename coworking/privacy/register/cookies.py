"""Every cookie that the software sets, and what browsers keep for it. All are strictly necessary, so no banner asks."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that stays in the browser: ``days`` at most, 0 for until it is closed, None for until it is cleared there."""

    name: str
    where: str
    """``cookie`` or ``local storage``."""
    what_for: LazyString
    days: int | None


KEPT = (
    Kept("session", "cookie", _("keeps you signed in, and forms safe from being sent by somebody else"), 30),
    Kept("lang", "cookie", _("remembers the language that you chose"), 365),
    Kept("choices", "cookie", _("remembers what you let pages load from others, and what not"), 182),
    Kept("theme", "local storage", _("remembers whether you chose light or dark"), None),
)
