"""How the public pages are used, in numbers too coarse to find anybody in."""

from datetime import date

from flask import Response, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from coworking.core import clock, i18n
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.privacy import counts_shown
from coworking.privacy.counting import PAGES

from .blueprint import blueprint

FAMILIES = {"chrome": "Chrome", "edge": "Edge", "firefox": "Firefox", "safari": "Safari", "other": lazy_gettext("Another browser")}
SCREENS = {"phone": lazy_gettext("Phone"), "computer": lazy_gettext("Computer")}


@blueprint.get("/privacy/visitors")
@requires(Permission.MANAGE_PRIVACY)
def page_counts() -> Response:
    """Twelve whole weeks: by week, by page, by where people came from, by browser."""
    seen = counts_shown.shown(clock.today(g.operator.zone))
    sides = [
        ("weeks", _("By week"), _("Week from"), {day: i18n.short_date(date.fromisoformat(day)) for day in seen.weeks.cells}, seen.weeks),
        ("pages", _("By page"), _("Page"), PAGES, seen.pages),
        ("hosts", _("Where people came from"), _("Site"), {"": _("Other sites")}, seen.came_from),
        ("families", _("By browser"), _("Browser"), FAMILIES, seen.families),
        ("screens", _("Phone or computer"), _("Device"), SCREENS, seen.screens),
    ]
    return page("desk/privacy/page_counts.html", seen=seen, sides=sides, least=counts_shown.LEAST)
