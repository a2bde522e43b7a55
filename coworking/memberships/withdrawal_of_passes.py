"""Withdrawing from a pass within the fourteen days: what is used is paid, the rest comes back (directive 2011/83/EU, article 14(3))."""

from datetime import date

import sqlalchemy as sa

from coworking.billing.charging import charge
from coworking.billing.models import Account, Charge
from coworking.core import clock
from coworking.core.db import db
from coworking.core.jobs import enqueue
from coworking.core.links import operator_in_force
from coworking.core.money import Money
from coworking.tax.rates import VatClass

from . import giving_back, ledger
from .giving_back import PAY_BACK, Bought
from .ledger import Source
from .models import Grant, Order, PlanVersion
from .orders import CANCELLED, DONE
from .quoting import PASS
from .withdrawal import BACK, COUNTRIES, NotOpen, Withdrawal, last_day

WITHDRAWN = "memberships.pass_withdrawn"


def is_open(order: Order, today: date) -> bool:
    """Whether a consumer may withdraw from a pass today: in time, and not used up."""
    account = db.session.get_one(Account, order.account_id)
    bought_alone = order.state == DONE and order.subscription_id is None and order.done_at is not None
    if not bought_alone or order.done_at is None or account.is_business or operator_in_force().country not in COUNTRIES:
        return False
    return today <= last_day(order.done_at) and any(grant.remaining for grant in _grants(order))


def terms(order: Order) -> Withdrawal:
    """What comes back, by what is left of the pass, and what is kept for its use."""
    grants, paid = _grants(order), _paid(order)
    price = paid.money if paid is not None else Money(0, order.currency)
    back = price.share(sum(grant.remaining for grant in grants), sum(grant.quantity for grant in grants) or 1)
    return Withdrawal(back, price - back)


def withdraw(order: Order, today: date) -> Withdrawal:
    """Undo the purchase as far as it is not used, and acknowledge it by mail. Raises NotOpen."""
    db.session.flush()
    db.session.refresh(order, with_for_update=True)
    if not is_open(order, today):
        raise NotOpen
    agreed, paid = terms(order), _paid(order)
    for grant in _grants(order):
        ledger.take_away(grant, Source(PASS, order.id, f"pass:{order.id}:withdrawal:{grant.unit}"))
    if paid is not None and agreed.back:
        _charge_back(order, paid, agreed.back, today)
    order.state = CANCELLED
    db.session.flush()
    giving_back.credit_what_is_left(bought(order))
    enqueue(WITHDRAWN, order_id=str(order.id), back=agreed.back.minor, kept=agreed.kept.minor, at=clock.now().isoformat())
    enqueue(PAY_BACK, kind=PASS, bought_id=str(order.id))
    return agreed


def bought(order: Order) -> Bought:
    """The pass by its charges."""
    return Bought(PASS, order.id, db.session.get_one(Account, order.account_id), db.session.get_one(PlanVersion, order.version_id).name)


def _grants(order: Order) -> list[Grant]:
    return list(db.session.scalars(sa.select(Grant).where(Grant.source_key.startswith(f"pass:{order.id}:")).order_by(Grant.unit)))


def _paid(order: Order) -> Charge | None:
    return db.session.scalar(sa.select(Charge).where(Charge.source_key == f"pass:{order.id}"))


def _charge_back(order: Order, paid: Charge, back: Money, today: date) -> None:
    facts = {key: paid.facts[key] for key in ("name", "version", "number")}
    charge(
        db.session.get_one(Account, order.account_id), source_kind=PASS, source_id=order.id, source_key=f"pass:{order.id}:withdrawal", rule=BACK,
        facts=facts, amount=back * -1, period_start=paid.period_start, period_end=paid.period_end, due_from=today, tax_included=paid.tax_included,
        vat_class=VatClass(paid.vat_class), vat_country=paid.vat_country, location_id=paid.location_id,
    )  # fmt: skip
