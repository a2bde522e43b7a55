"""How charges of plans and passes say themselves, from the facts that they kept."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from coworking.billing.explaining import Explanation, Link, rule
from coworking.billing.models import Charge
from coworking.core import i18n
from coworking.core.money import Money
from coworking.core.texts import Texts

from . import saying
from .periods import DAYS_BACK, DAYS_MORE, FEE, PERIOD, PROMOTION
from .quoting import PASS
from .withdrawal import BACK

WHY_BACK = {
    "pause": lazy_gettext("Pause of %(plan)s: days that are not used"),
    "change": lazy_gettext("Change from %(plan)s: days that are not used"),
    "end": lazy_gettext("End of %(plan)s: days that are not used"),
    "withdrawal": lazy_gettext("Withdrawal from %(plan)s: days that are not used"),
    "resume": lazy_gettext("Pause of %(plan)s: days that are not used"),
    "undo": lazy_gettext("%(plan)s: days that are not used"),
}
WHY_MORE = {
    "resume": lazy_gettext("%(plan)s goes on before the end of the pause"),
    "change": lazy_gettext("Change to %(plan)s: days to the next renewal"),
    "undo": lazy_gettext("%(plan)s goes on: the notice was taken back"),
}
GOES_ON = lazy_gettext("%(plan)s: more days in use")


@rule(PERIOD)
def period(charge: Charge) -> Explanation:
    """A period, or the part of it on which the plan runs."""
    facts = charge.facts
    title = _("%(plan)s, %(start)s to %(end)s", plan=_plan(charge), start=_day(charge, "from"), end=_day(charge, "until"))
    return Explanation(title, _price_lines(charge) + _day_lines(facts["before"], facts["days"], facts["of_days"]), _links())


@rule(PROMOTION)
def promotion(charge: Charge) -> Explanation:
    """What a code takes off the same period."""
    facts = charge.facts
    lines = [(_("The code takes this off each period"), i18n.money(Money(facts["discount"], facts["currency"])))]
    title = _("Code for %(plan)s, %(start)s to %(end)s", plan=_plan(charge), start=_day(charge, "from"), end=_day(charge, "until"))
    return Explanation(title, lines + _day_lines(facts["before"], facts["days"], facts["of_days"]), _links())


@rule(DAYS_BACK)
def days_back(charge: Charge) -> Explanation:
    """Days of a period that was charged and is not used."""
    facts = charge.facts
    text = WHY_BACK.get(facts.get("why", ""), WHY_BACK["undo"])
    return Explanation(str(text) % {"plan": _plan(charge)}, _price_lines(charge) + _difference(facts), _links())


@rule(DAYS_MORE)
def days_more(charge: Charge) -> Explanation:
    """Days that are charged beside those charged before."""
    facts = charge.facts
    text = WHY_MORE.get(facts.get("why", ""), GOES_ON)
    return Explanation(str(text) % {"plan": _plan(charge)}, _price_lines(charge) + _difference(facts), _links())


@rule(FEE)
def fee(charge: Charge) -> Explanation:
    """What is paid once at the start."""
    return Explanation(_("Sign-up fee for %(plan)s", plan=_plan(charge)), [], _links())


@rule(BACK)
def back(charge: Charge) -> Explanation:
    """What a withdrawal gives back besides unused days."""
    return Explanation(_("Withdrawal from %(plan)s: given back", plan=_plan(charge)), [], _links())


@rule(PASS)
def bought(charge: Charge) -> Explanation:
    """Something bought once."""
    facts = charge.facts
    lines = [(_("Price"), i18n.money(Money(facts["price"], facts["currency"])))]
    if facts["discount"]:
        lines.append((_("The code takes this off"), i18n.money(Money(-facts["discount"], facts["currency"]))))
    start = _day(charge, "from")
    if facts["until"]:
        return Explanation(_("%(plan)s, to be used from %(start)s to %(end)s", plan=_plan(charge), start=start, end=_day(charge, "until")), lines)
    return Explanation(_("%(plan)s, to be used from %(start)s on", plan=_plan(charge), start=start), lines)


def _plan(charge: Charge) -> str:
    return i18n.words(Texts(charge.facts["name"]))


def _day(charge: Charge, key: str) -> str:
    return i18n.short_date(date.fromisoformat(charge.facts[key]))


def _price_lines(charge: Charge) -> list[tuple[str, str]]:
    facts = charge.facts
    amount = i18n.money(Money(facts["price"], facts["currency"]))
    lines = [(_("Price %(period)s, version %(number)d of the plan", period=saying.period(facts["months"]), number=facts["number"]), amount)]
    if facts["seats"] > 1:
        lines.append((ngettext("For %(num)d person", "For %(num)d people", facts["seats"]), ""))
    if facts["discount"] and charge.rule != PERIOD:
        lines.append((_("Less what the code takes off"), i18n.money(Money(-facts["discount"], facts["currency"]))))
    return lines


def _day_lines(before: int, days: int, of_days: int) -> list[tuple[str, str]]:
    return [] if days - before == of_days else [(_("For %(days)d of the %(all)d days", days=days - before, all=of_days), "")]


def _difference(facts: dict[str, int]) -> list[tuple[str, str]]:
    return [(_("%(before)d of %(all)d days were charged, %(days)d are now", before=facts["before"], all=facts["of_days"], days=facts["days"]), "")]


def _links() -> list[Link]:
    return [Link(_("Your plan"), "memberships.plan")]
