"""Terms: of a space for those who use it, from the rules that it has set; and of the host for those who run spaces."""

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from coworking.billing.settings import settings_of
from coworking.core import i18n
from coworking.core.db import db
from coworking.memberships import plans
from coworking.memberships.models import PlanKind, PlanVersion
from coworking.memberships.withdrawal import DAYS
from coworking.operators.models import Operator
from coworking.spaces.models import Audience, Resource

from .document import Document, Grid, Link, Section
from .identity import country_name, host, host_missing, host_note, legal_identity, missing

MINIMUM_AGE = 18
"""From this age on somebody makes a contract with us by themselves, in every country."""
CONSUMERS = {
    "NO": (Link("Forbrukertilsynet", url="https://www.forbrukertilsynet.no"),),
    "FR": (Link("DGCCRF, SignalConso", url="https://signal.conso.gouv.fr"),),
    "GB": (Link("Citizens Advice", url="https://www.citizensadvice.org.uk"),),
}
"""Who helps consumers, by country."""


def terms(operator: Operator) -> Document:
    """The operator's terms as its settings are now."""
    company = operator.legal_name or operator.name
    sections = (
        Section("parties", _("Who makes the contract"), (
            _("You make it with %(company)s, %(address)s. Who that is stands in the imprint.", company=company, address=", ".join(operator.address_lines)),
            _("A booking is agreed when we confirm it by mail. A membership is agreed when you see it confirmed on the page, and in a mail with its terms."),
        ), links=(Link(_("Imprint"), "privacy.imprint"),)),
        Section("age", _("Your age"), (_("Whoever joins is %(age)d or older. We ask you to say so, and for no date of birth.", age=MINIMUM_AGE), _("At 16 and 17 the front desk opens an account, when a parent or guardian has agreed."),)),
        Section("prices", _("Prices and paying"), (
            _("What you see before you agree is what you pay. Consumers see prices with VAT."),
            ngettext("An invoice is due %(num)d day after it was issued.", "An invoice is due %(num)d days after it was issued.", settings_of(operator).payment_days),
        ), links=(Link(_("Plans"), "site.plans"),)),
        _bookings(),
        _memberships(),
        Section("withdrawal", _("If you change your mind"), (
            ngettext(
                "A consumer can withdraw from a membership or a pass within %(num)d day of agreeing to it, without a reason.",
                "A consumer can withdraw from a membership or a pass within %(num)d days of agreeing to it, without a reason.", DAYS,
            ),
            _("If you asked us to begin earlier you pay for the days until you withdraw. The rest is paid back the way it came."),
        ), links=(Link(_("Cancel a membership"), "memberships.leave"),)),
        Section("changes", _("When something changes"), (
            _("What we agreed with you stays. A higher price, or less for the same price, counts only after you said yes."),
        )),
        Section("liability", _("Who answers for what"), (_("We answer for what we do as the law says. Nothing in these terms takes away from that."),)),
        _law(operator),
        Section("more", _("What else there is to read"), links=(Link(_("Privacy"), "privacy.policy"), Link(_("Accessibility"), "privacy.accessibility"))),
    )  # fmt: skip
    lead = _("What you and %(name)s can expect of each other. These are the rules as they are set now.", name=operator.name)
    return Document("terms", _("Terms"), lead, sections, (*missing(operator), *host_note(operator)))


def _bookings() -> Section:
    rooms = db.session.scalars(
        sa.select(Resource).where(~Resource.retired, Resource.who_may_book != Audience.STAFF.value).order_by(Resource.position, Resource.name)
    )
    rows = tuple(
        (room.name, _before(room.free_cancellation), _before(room.notice) if room.notice else _("any time before the start")) for room in rooms
    )
    texts = (_("You can move or cancel a booking by yourself. After the time below the price stays due."),)
    return Section("bookings", _("Bookings"), texts, grid=Grid((_("Space"), _("Free to cancel until"), _("To be booked until")), rows))


def _before(minutes: int) -> str:
    return _("%(length)s before the start", length=i18n.length(minutes)) if minutes else _("the start")


def _memberships() -> Section:
    rows = tuple(
        (i18n.words(plan.current.name), _notice(plan.current), _least(plan.current))
        for plan in plans.offered(published=True)
        if plan.kind == PlanKind.PLAN.value
    )
    texts = (
        _("A membership goes on from period to period until somebody gives notice. You can do that on the site at any time, in three steps."),
        _("Your plan page shows the day on which it ends and the last invoice, before you confirm."),
    )
    return Section("memberships", _("Memberships"), texts, grid=Grid((_("Plan"), _("Notice"), _("Shortest time")), rows))


def _notice(version: PlanVersion) -> str:
    return ngettext("%(num)d day", "%(num)d days", version.notice_days) if version.notice_days else _("to the end of what is paid")


def _least(version: PlanVersion) -> str:
    return ngettext("%(num)d month", "%(num)d months", version.minimum_months) if version.minimum_months else _("none")


def _law(operator: Operator) -> Section:
    texts = [
        _("The law of %(country)s applies.", country=country_name(operator.country)),
        _("If you are a consumer, you keep the protection of the law of the country that you live in, and can go to court there."),
    ]
    if mediator := legal_identity().mediator:
        texts.append(_("If we can't agree, a consumer can turn to %(mediator)s, free of charge.", mediator=mediator))
    return Section("law", _("Law and disputes"), tuple(texts), links=CONSUMERS.get(operator.country, ()))


def host_terms() -> Document:
    """The host's terms for those who run spaces with it."""
    where = host(None)
    sections = [
        Section("parties", _("Who makes the contract"), (
            (_("You make it with %(name)s, %(address)s.", name=where.name, address=where.address) if where is not None else _("You make it with the company that hosts this service.")),
            _("It is for businesses that run coworking spaces. Their members make their contracts with them, not with us."),
        ), links=(Link(_("Imprint"), "privacy.imprint"),)),
        Section("service", _("What you get"), (_("The software, a server for it, back-ups and updates, for the price of the plan that you choose."),)),
        Section("paying", _("Prices and paying"), (_("Prices are without VAT and paid ahead for each period. You can end a plan with any period that is paid."),)),
        Section("data", _("Your data and your members' data"), (
            _("It is yours. You decide what happens with it; we work with it for you and by your instructions."),
        ), links=(Link(_("Data processing agreement"), "privacy.dpa"),)),
        Section("leaving", _("Leaving"), (
            _("You can leave with two months' notice at most, take everything along in an open format, and fetch it for 30 days after the end. Then it is erased."),
            _("That costs nothing."),
        )),
    ]  # fmt: skip
    return Document("terms", _("Terms"), _("For those who run a space with this service."), tuple(sections), host_missing())
