"""What an order costs today and at its first renewal, computed by the same code as the invoice that follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from coworking.billing import taxing
from coworking.billing.models import Account, Charge
from coworking.core.db import db
from coworking.core.links import operator_in_force
from coworking.core.money import Money
from coworking.spaces.models import Location
from coworking.tax.computing import compute

from . import promotions
from .anchors import next_start
from .models import PlanKind, PlanVersion, Promotion
from .periods import FEE, PERIOD, PROMOTION, list_price
from .subscribing import Wish

PASS = "pass"  # noqa: S105 - what is sold, not a secret


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is paid for. ``what``: subscription, promotion, sign_up_fee or pass."""

    what: str
    net: Money
    gross: Money


@dataclass(frozen=True, slots=True)
class Quote:
    """What is due when ordering, line by line, and what comes later."""

    lines: tuple[Line, ...]
    net: Money
    vat: Money
    gross: Money
    deposit: Money
    starts_on: date
    trial_until: date | None
    renews_on: date | None
    """First day of the next period that is charged; None for what is bought once."""
    renewal: Line | None
    """What a period costs from then on, without the promotion where that is over."""
    promotion: Promotion | None

    @property
    def due(self) -> Money:
        """What is paid now, VAT included, without the deposit."""
        return self.gross


def buyer(country: str, *, is_business: bool = False, vat_number: str = "", vat_check: str = "") -> Account:
    """A payer who has no account yet, as far as VAT asks. Never written."""
    return Account(country=country, is_business=is_business, vat_number=vat_number, vat_check=vat_check)


def quote(wish: Wish, payer: Account, promotion: Promotion | None, kind: str) -> Quote:
    """What ``payer`` pays for a wish. Nothing is written."""
    version = wish.version
    seats = max(wish.seats, version.seats)
    price, nothing = list_price(version, seats), Money(0, version.currency)
    trial_until = wish.starts_on + timedelta(days=version.trial_days) if wish.trial and version.trial_days and kind != PlanKind.PASS.value else None
    off = promotions.discount(promotion, version, price) if promotion is not None else nothing
    parts: list[tuple[str, Money]] = []
    if trial_until is None:
        parts.append((PASS if kind == PlanKind.PASS.value else PERIOD, price))
        if off:
            parts.append((PROMOTION, off * -1))
    if version.sign_up_fee and kind != PlanKind.PASS.value:
        parts.append((FEE, Money(version.sign_up_fee, version.currency)))
    lines, sums = _taxed(version, payer, parts, wish.starts_on)
    return Quote(
        lines, sums["net"], sums["vat"], sums["gross"], Money(version.deposit if kind != PlanKind.PASS.value else 0, version.currency),
        wish.starts_on, trial_until, *_renewal(wish, payer, promotion, kind, trial_until), promotion,
    )  # fmt: skip


def _renewal(wish: Wish, payer: Account, promotion: Promotion | None, kind: str, trial_until: date | None) -> tuple[date | None, Line | None]:
    version = wish.version
    if kind == PlanKind.PASS.value:
        return None, None
    first = trial_until or wish.starts_on
    renews_on = first if trial_until else next_start(first, first.day, version.months)
    price = list_price(version, max(wish.seats, version.seats))
    periods_used = 0 if trial_until else 1
    goes_on = promotion is not None and (not promotion.periods or promotion.periods > periods_used)
    off = promotions.discount(promotion, version, price) if promotion is not None and goes_on else Money(0, version.currency)
    lines, _sums = _taxed(version, payer, [(PERIOD, price - off)], renews_on)
    return renews_on, lines[0]


def _taxed(version: PlanVersion, payer: Account, parts: list[tuple[str, Money]], day: date) -> tuple[tuple[Line, ...], Mapping[str, Any]]:
    charges = [_charge(version, amount, day) for _what, amount in parts]
    treatments = [taxing.treatment_of(charge, payer) for charge in charges]
    sums = compute([taxing.priced(charge, treatment) for charge, treatment in zip(charges, treatments, strict=True)], version.currency)
    lines = tuple(Line(what, share.net, share.gross) for (what, _amount), share in zip(parts, sums.lines, strict=True))
    return lines, {"net": sums.net, "vat": sums.vat, "gross": sums.gross}


def _charge(version: PlanVersion, amount: Money, day: date) -> Charge:
    """A charge as it will be written, to be taxed and never kept."""
    return Charge(
        amount=amount.minor, currency=amount.currency, tax_included=version.tax_included, vat_class=version.vat_class,
        vat_country=vat_country(version), period_start=day,
    )  # fmt: skip


def shown(version: PlanVersion, amount: Money, payer: Account, day: date) -> Line:
    """An agreed amount with and without VAT for a payer: what pages and mails say."""
    lines, _sums = _taxed(version, payer, [(PERIOD, amount)], day)
    return lines[0]


def vat_country(version: PlanVersion) -> str:
    """Where the plan is supplied: its house, else where the operator is."""
    house = db.session.get(Location, version.location_id) if version.location_id else None
    country: str = house.country if house is not None else operator_in_force().country
    return country
