"""What browsers keep for us, from the register of cookies."""

from flask_babel import gettext as _
from flask_babel import ngettext

from ..register.cookies import KEPT, Kept
from .document import Document, Grid, Section


def cookies() -> Document:
    """Every cookie and everything else kept in the browser."""
    rows = tuple((kept.name, _place(kept), str(kept.what_for), lifetime(kept)) for kept in KEPT)
    return Document(
        "cookies",
        _("Cookies"),
        _("Few, and only what the site can't work without. So no banner asks you for anything."),
        (
            Section("list", _("All of them"), grid=Grid((_("Name"), _("Where"), _("What it is for"), _("Stays")), rows)),
            Section(
                "what", _("What a cookie is"),
                (_("A short text that a site gives your browser, and gets back with every page that you open there. Nobody else gets it."),),
            ),
            Section(
                "not", _("What there is not"),
                (_("No cookie of anybody else, nothing that follows you to other sites, and no measuring of visitors by cookies."),
                 _("Your browser can refuse all of these. You can then still read every page; signing in needs the first one.")),
            ),
        ),
    )  # fmt: skip


def lifetime(kept: Kept) -> str:
    """How long it stays, in words."""
    if kept.days is None:
        return _("until you clear it")
    if not kept.days:
        return _("until you close the browser")
    return ngettext("%(num)d day at most", "%(num)d days at most", kept.days)


def _place(kept: Kept) -> str:
    return _("Cookie") if kept.where == "cookie" else _("Storage of the browser")
