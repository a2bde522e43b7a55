"""Revenue: what comes in each month, from which plans and houses, and who came and left."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

from flask import Response, g
from flask_babel import format_decimal, lazy_gettext
from flask_babel import gettext as _
from sqlalchemy import select

from coworking.core import clock
from coworking.core.db import db
from coworking.core.money import Money
from coworking.core.pages import page
from coworking.core.permissions import Permission, requires
from coworking.memberships import revenue as earned
from coworking.privacy import restricting
from coworking.spaces.models import Location

from .blueprint import blueprint

KINDS = {
    "subscription": lazy_gettext("Plans"),
    "booking": lazy_gettext("Bookings"),
    "pass": lazy_gettext("Passes and bundles"),
    "fee": lazy_gettext("Fees"),
    "proration": lazy_gettext("Changes within a period"),
    "discount": lazy_gettext("Discounts"),
    "given_back": lazy_gettext("Given back"),
    "manual": lazy_gettext("Other"),
}
SHOWN = 12


@blueprint.get("/revenue")
@requires(Permission.SEE_PAPERS)
def revenue() -> Response:
    """Recurring revenue, members, and what was invoiced in the last twelve months."""
    today = clock.today(g.operator.zone)
    months = earned.months(g.operator, today, SHOWN, restricting.people())
    shares = earned.recurring(g.operator, today, restricting.people())
    split = earned.invoiced(months[0].first, today + timedelta(days=1), g.operator.currency)
    names = {location.id: location.name for location in db.session.scalars(select(Location))}
    total = sum((share.monthly for share in shares), Money(0, g.operator.currency))
    return page(
        "desk/money/revenue.html",
        months=months,
        shares=shares,
        total=total,
        by_house=[(names.get(house, _("No house of its own")) if house else _("Every house"), amount) for house, amount in split.by_house.items()],
        by_kind=[(str(KINDS.get(kind, kind)), amount) for kind, amount in split.by_kind.items()],
        most=max((month.invoiced.minor for month in months), default=0),
        churn=format_decimal(Decimal(months[-1].churn) / 100, "0.0"),
    )


@blueprint.get("/revenue.csv")
@requires(Permission.SEE_PAPERS)
def revenue_file() -> Response:
    """The months as CSV (RFC 4180): amounts in whole units, without VAT."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["month", "members_at_start", "started", "ended", "churn_percent", "invoiced_net", "currency"])
    for month in earned.months(g.operator, clock.today(g.operator.zone), SHOWN, restricting.people()):
        row = [f"{month.first:%Y-%m}", month.at_start, month.started, month.ended, f"{month.churn / 100:.2f}"]
        writer.writerow([*row, str(month.invoiced.decimal), month.invoiced.currency])
    headers = {"Content-Disposition": "attachment; filename=revenue.csv"}
    return Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
