"""How the charge of a booking explains itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_babel import gettext as _

from coworking.billing.explaining import Explanation, Link, rule
from coworking.billing.models import Charge
from coworking.core import i18n
from coworking.core.db import db
from coworking.core.money import Money

from . import words
from .agreeing import RULE
from .models import Booking


@rule(RULE)
def booking(charge: Charge) -> Explanation:
    """Which room, when, and every line of its price as it was shown before it was booked."""
    facts = charge.facts
    start, end = (datetime.fromisoformat(facts[name]) for name in ("starts_at", "ends_at"))
    title = _("%(name)s, %(time)s", name=facts["space"], time=words.when(start, end, facts["zone"]))
    links = [Link(_("The booking"), "bookings.show", {"booking_id": charge.source_id}, lambda: _is_kept(charge.source_id))]
    return Explanation(title, [*_lines(facts["lines"], charge.currency), *_rules(facts)], links)


def _is_kept(booking_id: UUID | None) -> bool:
    """Bookings are forgotten long before the papers about them."""
    return db.session.scalar(sa.select(Booking.id).where(Booking.id == booking_id)) is not None


def _lines(lines: list[dict[str, Any]], currency: str) -> list[tuple[str, str]]:
    return [
        (words.explain(line["unit"], line["minutes"], line["count"], Money(line["price"], currency)), i18n.money(Money(line["amount"], currency)))
        for line in lines
    ]


def _rules(facts: dict[str, Any]) -> list[tuple[str, str]]:
    said = [_("Members' prices") if facts["audience"] == "member" else _("Prices for everybody")]
    if facts["discount"]:
        said.append(_("Your plan takes %(percent)s %% off", percent=f"{facts['discount'] / 100:g}"))
    return [(text, "") for text in said]
