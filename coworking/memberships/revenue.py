"""What the business earns: recurring revenue, members who came and left, and what was invoiced, by plan and by house."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from coworking.billing.models import Charge, Invoice, InvoiceKind, InvoiceLine, InvoiceState
from coworking.core.db import db
from coworking.core.money import Money
from coworking.operators.models import Operator
from coworking.tax.rates import VatClass, rate

from .anchors import months_after
from .models import PlanVersion, Subscription, SubscriptionState

K = TypeVar("K")
PAYING = (SubscriptionState.ACTIVE.value,)


@dataclass(frozen=True, slots=True)
class PlanShare:
    """What one plan brings each month."""

    version: PlanVersion
    """The newest version in use, for its name."""
    subscriptions: int
    monthly: Money
    """Without VAT."""


@dataclass(frozen=True, slots=True)
class Month:
    """One month of memberships. ``first`` is its first day."""

    first: date
    at_start: int
    started: int
    ended: int
    invoiced: Money
    """Net of VAT and of credit notes."""

    @property
    def churn(self) -> int:
        """Basis points of those there at the start who left in the month."""
        return self.ended * 10_000 // self.at_start if self.at_start else 0


@dataclass(frozen=True, slots=True)
class Invoiced:
    """What was invoiced net in a span, by house and by what it was for."""

    by_house: dict[UUID | None, Money]
    by_kind: dict[str, Money]


def recurring(operator: Operator, today: date, without: sa.Select[UUID] | None = None) -> list[PlanShare]:
    """Monthly recurring revenue by plan, the largest first: what paying subscriptions cost a month, without VAT.

    ``without``: ids of people who are left out of figures.
    """
    wanted = (
        sa.select(Subscription)
        .where(Subscription.state.in_(PAYING), *_counted(without))
        .options(joinedload(Subscription.version).joinedload(PlanVersion.plan))
    )
    found: dict[UUID, list[Subscription]] = defaultdict(list)
    for subscription in db.session.scalars(wanted):
        if subscription.version.currency == operator.currency and subscription.version.months:
            found[subscription.version.plan_id].append(subscription)
    shares = [
        PlanShare(
            max((each.version for each in subscriptions), key=lambda version: version.number),
            len(subscriptions),
            sum((monthly(each, operator, today) for each in subscriptions), Money(0, operator.currency)),
        )
        for subscriptions in found.values()
    ]
    return sorted(shares, key=lambda share: (-share.monthly.minor, str(share.version.plan_id)))


def monthly(subscription: Subscription, operator: Operator, today: date) -> Money:
    """A subscription's price a month without VAT, promotions taken off; half minor units go up."""
    version = subscription.version
    price = Money(subscription.rate_amount - subscription.rate_discount, version.currency)
    if version.tax_included:
        price = price - price.vat_within(rate(operator.country, VatClass(version.vat_class), today, registered=operator.vat_registered))
    return price.share(1, version.months)


def months(operator: Operator, today: date, count: int = 12, without: sa.Select[UUID] | None = None) -> list[Month]:
    """The last ``count`` months, this one last: two queries. Members are counted without the people of ``without``; money is the books'."""
    firsts = _firsts(today, count)
    lives = [
        (started, ended)
        for started, ended in db.session.execute(
            sa.select(Subscription.started_on, Subscription.ends_on).where(Subscription.state != SubscriptionState.PENDING.value, *_counted(without))
        )
    ]
    invoiced = _by_month(firsts[0], today, operator.currency)
    return [_month(first, months_after(first, 1), lives, invoiced.get(first, 0), operator.currency) for first in firsts]


def invoiced(since: date, until: date, currency: str) -> Invoiced:
    """What papers issued on ``[since, until)`` say, net: by house and by kind of charge."""
    sign = sa.case((Invoice.kind == InvoiceKind.CREDIT_NOTE.value, -1), else_=1)
    wanted = (
        sa.select(Charge.location_id, Charge.source_kind, sa.func.sum(InvoiceLine.net * sign))
        .select_from(InvoiceLine)
        .join(Invoice, InvoiceLine.invoice_id == Invoice.id)
        .outerjoin(Charge, InvoiceLine.charge_id == Charge.id)
        .where(*_issued(since, until, currency))
        .group_by(Charge.location_id, Charge.source_kind)
    )
    houses: dict[UUID | None, int] = defaultdict(int)
    kinds: dict[str, int] = defaultdict(int)
    for house, kind, net in db.session.execute(wanted):
        houses[house] += int(net)
        kinds[kind or "manual"] += int(net)
    return Invoiced(_money(houses, currency), _money(kinds, currency))


def _counted(without: sa.Select[UUID] | None) -> list[sa.ColumnElement[bool]]:
    return [sa.or_(Subscription.person_id.is_(None), Subscription.person_id.not_in(without))] if without is not None else []


def _by_month(since: date, today: date, currency: str) -> dict[date, int]:
    sign = sa.case((Invoice.kind == InvoiceKind.CREDIT_NOTE.value, -1), else_=1)
    wanted = (
        sa.select(Invoice.issued_on, sa.func.sum(Invoice.net * sign))
        .where(*_issued(since, months_after(today.replace(day=1), 1), currency))
        .group_by(Invoice.issued_on)
    )
    found: dict[date, int] = defaultdict(int)
    for day, net in db.session.execute(wanted):
        if day is not None:
            found[day.replace(day=1)] += int(net)
    return found


def _issued(since: date, until: date, currency: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Invoice.state == InvoiceState.ISSUED.value,
        Invoice.currency == currency,
        Invoice.issued_on >= since,
        Invoice.issued_on < until,
    )


def _month(first: date, following: date, lives: Iterable[tuple[date, date | None]], invoiced: int, currency: str) -> Month:
    at_start = started = ended = 0
    for began, ends in lives:
        at_start += began < first and (ends is None or ends > first)
        started += first <= began < following
        ended += ends is not None and first < ends <= following and began < following
    return Month(first, at_start, started, ended, Money(invoiced, currency))


def _firsts(today: date, count: int) -> list[date]:
    return [months_after(today.replace(day=1), number) for number in range(1 - count, 1)]


def _money(found: dict[K, int], currency: str) -> dict[K, Money]:
    return {key: Money(minor, currency) for key, minor in sorted(found.items(), key=lambda item: -item[1]) if minor}
