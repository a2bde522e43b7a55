"""Bookings in the reader's words: when, how the price comes about, until when it is free to cancel."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from coworking.core import clock, i18n
from coworking.core.money import Money
from coworking.spaces.models import RateUnit

from .models import Booking
from .pricing import COVERED, Quote

DASH = "–"


def times(start: datetime, end: datetime, zone: str) -> str:
    """``10:00–11:30`` on the wall of ``zone``; a booking that ends at midnight says 24:00."""
    ends = i18n.wall_clock(end, zone)
    if ends == "00:00" and clock.wall_day(end, zone) > clock.wall_day(start, zone):
        ends = "24:00"
    return f"{i18n.wall_clock(start, zone)}{DASH}{ends}"


def when(start: datetime, end: datetime, zone: str) -> str:
    """``Tue 24 Nov, 10:00–11:30`` on the wall of ``zone``; both days where it runs on into another."""
    day, last = clock.wall_day(start, zone), clock.wall_day(end - timedelta(microseconds=1), zone)
    if day == last:
        return f"{i18n.brief_day(day)}, {times(start, end, zone)}"
    return f"{i18n.brief_day(day)}, {i18n.wall_clock(start, zone)} {DASH} {i18n.brief_day(last)}, {i18n.wall_clock(end, zone)}"


def moment(at: datetime, zone: str) -> str:
    """``Tue 24 Nov, 10:00``."""
    return f"{i18n.brief_day(clock.wall_day(at, zone))}, {i18n.wall_clock(at, zone)}"


def explain(unit: str, minutes: int, count: int, price: Money) -> str:
    """Where a line of the price comes from: ``1 h 30 × 350 kr``, ``2 days × 1 750 kr``, or an allowance."""
    if unit == COVERED:
        if count:
            return ngettext("A day from your allowance", "%(num)d days from your allowance", count)
        return _("%(length)s from your allowance", length=i18n.length(minutes))
    if unit == RateUnit.HOUR.value:
        return _("%(length)s × %(price)s", length=i18n.length(minutes), price=i18n.money(price))
    if unit == RateUnit.HALF_DAY.value:
        return ngettext("Half day, %(price)s", "%(num)d half days × %(price)s", count, price=i18n.money(price))
    return ngettext("Day, %(price)s", "%(num)d days × %(price)s", count, price=i18n.money(price))


def quote_lines(quote: Quote) -> list[tuple[str, str]]:
    """Explanation and amount of each line, as the buyer reads prices, and the VAT where it comes on top."""
    return _lines(quote.stored(), quote.total, quote.vat, quote.vat_rate if quote.shows_net else None)


def booking_lines(booking: Booking) -> list[tuple[str, str]]:
    """The same for a booking, as agreed when it was made."""
    as_company = booking.person is not None and booking.person.buys_as_company
    agreed = Money(sum(line["amount"] for line in booking.price_lines), booking.currency)
    return _lines(booking.price_lines, agreed, agreed.vat_within(booking.vat_rate), booking.vat_rate if as_company else None)


def _lines(lines: Iterable[Mapping[str, Any]], total: Money, vat: Money, net_of: int | None) -> list[tuple[str, str]]:
    shown: list[tuple[str, str]] = []
    left = total - vat
    lines = list(lines)
    for index, line in enumerate(lines):
        price, amount = Money(line["price"], total.currency), Money(line["amount"], total.currency)
        if net_of is not None:
            price = price - price.vat_within(net_of)
            # The last line takes what rounding left, so that the lines add up to the sum.
            amount = left if index == len(lines) - 1 else amount - amount.vat_within(net_of)
            left = left - amount
        shown.append((explain(line["unit"], line["minutes"], line["count"], price), i18n.money(amount)))
    if net_of is not None and lines:
        shown.append((_("VAT %(percent)s %%", percent=f"{net_of / 100:g}"), i18n.money(vat)))
    return shown
