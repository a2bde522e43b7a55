"""Allowances and terms of a plan in the reader's words. One place, so that the offer, the order and the papers say the same."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from coworking.core import i18n
from coworking.core.texts import Texts
from coworking.spaces.models import Kind

from . import ledger
from .models import Allowance, PlanVersion

HOURS = {
    ledger.minutes_of(Kind.MEETING_ROOM.value): lazy_gettext("%(length)s in meeting rooms"),
    ledger.minutes_of(Kind.PHONE_BOOTH.value): lazy_gettext("%(length)s in phone booths"),
    ledger.minutes_of(Kind.STUDIO.value): lazy_gettext("%(length)s in studios"),
    ledger.minutes_of(Kind.EVENT_SPACE.value): lazy_gettext("%(length)s in event spaces"),
    ledger.minutes_of(Kind.OFFICE.value): lazy_gettext("%(length)s in offices"),
    ledger.minutes_of(Kind.DESK.value): lazy_gettext("%(length)s at a desk"),
    ledger.minutes_of(Kind.HOT_DESKS.value): lazy_gettext("%(length)s at open desks"),
    ledger.ANY_SPACE: lazy_gettext("%(length)s in any room or at any desk"),
}
EVERY_DAY = 31
"""As many days as a month can have: no need to count them."""
UNITS = (*HOURS, ledger.DAY, ledger.CREDIT, ledger.PRINT)


def amount_of(unit: str, quantity: int) -> str:
    """``4 h in meeting rooms``, ``5 days at open desks``."""
    if unit in HOURS:
        return str(HOURS[unit]) % {"length": i18n.length(quantity)}
    if unit == ledger.DAY and quantity >= EVERY_DAY:
        return _("Any open desk on every open day")
    if unit == ledger.DAY:
        return ngettext("%(num)d day at open desks", "%(num)d days at open desks", quantity)
    if unit == ledger.PRINT:
        return ngettext("%(num)d printed page", "%(num)d printed pages", quantity)
    return ngettext("%(num)d credit", "%(num)d credits", quantity)


def granted(allowance: Allowance, months: int) -> str:
    """What a plan gives, and how often."""
    what = amount_of(allowance.unit, allowance.quantity)
    if months == 0 or (allowance.unit == ledger.DAY and allowance.quantity >= EVERY_DAY):
        return what
    return _("%(what)s each month", what=what) if months == 1 else ngettext("%(what)s each month", "%(what)s every %(num)d months", months, what=what)


def contents(version: PlanVersion) -> list[str]:
    """Everything that a version holds: what is counted first, then the operator's own words."""
    counted = [granted(each, version.months) for each in version.allowances]
    if version.discount:
        counted.append(_("%(percent)s %% off rooms and desks", percent=f"{version.discount / 100:g}"))
    if version.seats > 1:
        counted.append(ngettext("For %(num)d person", "For %(num)d people", version.seats))
    if version.access == "always":
        counted.append(_("Access day and night"))
    if version.valid_days:
        counted.append(ngettext("To be used within %(num)d day", "To be used within %(num)d days", version.valid_days))
    return counted + [i18n.words(Texts(line)) for line in version.includes]


def period(months: int) -> str:
    """``a month``, ``a year``: what a price is for. Nothing for what is bought once."""
    if months == 0:
        return ""
    if months == 1:
        return _("a month")
    return _("a year") if months == 12 else ngettext("for %(num)d month", "for %(num)d months", months)


def terms(version: PlanVersion) -> list[str]:
    """How long one is bound, and how to leave."""
    said = []
    if version.trial_days:
        said.append(ngettext("%(num)d day to try it, free", "%(num)d days to try it, free", version.trial_days))
    if version.minimum_months:
        said.append(ngettext("At least %(num)d month", "At least %(num)d months", version.minimum_months))
    if version.months:
        said.append(
            ngettext("Cancel with %(num)d day of notice", "Cancel with %(num)d days of notice", version.notice_days)
            if version.notice_days
            else _("Cancel at any time, to the end of the period")
        )
    return said
