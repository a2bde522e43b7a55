"""An operator's subscription with the host: start, change, end. Stripe keeps it; we ask what it is."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, tenancy
from coworking.core.db import db, keep, release, writing
from coworking.core.jobs import enqueue
from coworking.core.money import Money
from coworking.core.settings import config
from coworking.operators.models import Operator
from coworking.payments.failures import Failure, NotPossible, UnknownReference
from coworking.payments.host import HostBilling, HostInvoice, HostState, HostSubscription, Interval
from coworking.payments.opening import open_host_billing
from coworking.payments.port import CheckoutState, Event, EventKind, Visit

from .models import HostContract, HostPlan

LOOK = "hosting.look_again"
RUNNING = frozenset({HostState.TRIAL.value, HostState.ACTIVE.value, HostState.OVERDUE.value, HostState.PAUSED.value})


def plans() -> Sequence[HostPlan]:
    """What the host offers, the cheapest first."""
    return db.session.scalars(sa.select(HostPlan).where(HostPlan.active.is_(True)).order_by(HostPlan.currency, HostPlan.amount)).all()


def publish(key: str, name: str, amount: Money, interval: Interval) -> HostPlan:
    """Offer a plan, or offer it at another price from now on. Raises NotPossible where the host has set no key."""
    port = _port()
    release()
    price = port.publish_price(key=key, name=name, amount=amount, interval=interval)
    row = db.session.get(HostPlan, key) or HostPlan(key=key)
    row.name, row.amount, row.currency, row.interval = name[:80], amount.minor, amount.currency, interval.value
    row.price_ref, row.active = price.ref, True
    db.session.add(row)
    db.session.flush()
    return row


def withdraw(key: str) -> None:
    """Offer it no longer. Who has it keeps it."""
    row = db.session.get(HostPlan, key)
    if row is not None:
        row.active = False


def contract() -> HostContract | None:
    """Where the operator in force stands with the host."""
    return db.session.get(HostContract, tenancy.current_operator_id())


def start(plan: HostPlan, operator: Operator, return_url: str, cancel_url: str, key: UUID) -> str:
    """Address of the page where the operator subscribes, or of the page itself when it is only changed. Commits before it asks."""
    port, kept = _port(), contract()
    price_ref, operator_id, email, locale = plan.price_ref, operator.id, operator.email, operator.default_locale
    subscription_ref = kept.subscription_ref if kept is not None and kept.state in RUNNING else ""
    customer = kept.customer if kept is not None else ""
    keep()
    if subscription_ref:
        _write(operator_id, port.change_subscription(subscription_ref, price_ref=price_ref, idempotency_key=f"host-change:{key}"))
        return return_url
    visit = Visit(return_url, cancel_url, customer, email, locale)
    redirect = port.start_subscription(visit, price_ref=price_ref, idempotency_key=f"host:{key}", metadata={"operator": str(operator_id)})
    row = _row(operator_id)
    row.checkout_ref = redirect.ref
    db.session.flush()
    return redirect.url


def look_again() -> None:
    """Ask how the subscription of the operator in force stands, and write it down. Ends the transaction at hand."""
    kept, operator_id = contract(), tenancy.current_operator_id()
    if kept is None:
        return
    port, ref, checkout_ref = _port(), kept.subscription_ref, kept.checkout_ref
    release()
    with suppress(UnknownReference):
        if checkout_ref:
            visit = port.fetch_checkout(checkout_ref)
            ref = visit.subscription_ref or ref
            if visit.state is not CheckoutState.OPEN:
                with writing():
                    _row(operator_id).checkout_ref = ""
                    keep()
        if ref:
            told = port.fetch_subscription(ref)
            with writing():
                _write(operator_id, told)


def end(*, at_once: bool = False) -> None:
    """End it with the period that is paid, or at once. Commits before it asks."""
    _change(lambda port, ref: port.cancel_subscription(ref, at_period_end=not at_once))


def keep_on() -> None:
    """Take the end back, as long as it has not come."""
    _change(lambda port, ref: port.keep_subscription(ref))


def portal(return_url: str, locale: str) -> str:
    """Address of the page where the operator changes the card and reads bills."""
    kept, port = contract(), _port()
    if kept is None or not kept.customer:
        raise NotPossible(Failure.NOT_OFFERED)
    customer = kept.customer
    keep()
    return port.portal(customer=customer, return_url=return_url, locale=locale).url


def bills() -> Sequence[HostInvoice]:
    """The latest bills of the host to the operator in force. Ends the transaction at hand before it asks."""
    kept = contract()
    if kept is None or not kept.customer:
        return ()
    port, customer = _port(), kept.customer
    release()
    return port.host_invoices(customer)


def is_offered() -> bool:
    """Whether the host bills operators at all."""
    return open_host_billing(config()) is not None


def receive(event: Event) -> None:
    """Have a subscription looked at again. Looking twice changes nothing, so events need no memory."""
    ref = event.subscription_ref if event.kind is EventKind.HOST_INVOICE else event.ref
    if event.kind in {EventKind.SUBSCRIPTION, EventKind.HOST_INVOICE} and ref:
        enqueue(LOOK, ref=ref)


def look_at(ref: str) -> None:
    """Ask how a subscription stands, whosever it is. One of nobody here changes nothing."""
    port = _port()
    release()
    try:
        told = port.fetch_subscription(ref)
    except UnknownReference:
        return
    with tenancy.across_operators():
        operator_id = db.session.scalar(sa.select(HostContract.operator_id).where(HostContract.subscription_ref == ref)) or _named(told)
    if operator_id is not None:
        with tenancy.acting_for(operator_id):
            _write(operator_id, told)


def _named(told: HostSubscription) -> UUID | None:
    try:
        operator = db.session.get(Operator, UUID(told.metadata.get("operator", "")))
    except ValueError:
        return None
    return operator.id if operator is not None else None


def _change(wish: Callable[[HostBilling, str], HostSubscription]) -> None:
    kept, operator_id = contract(), tenancy.current_operator_id()
    if kept is None or not kept.subscription_ref:
        raise NotPossible(Failure.NOT_OFFERED)
    port, ref = _port(), kept.subscription_ref
    keep()
    _write(operator_id, wish(port, ref))


def _row(operator_id: UUID) -> HostContract:
    row = db.session.get(HostContract, operator_id)
    if row is None:
        row = HostContract(operator_id=operator_id)
        db.session.add(row)
        db.session.flush()
    return row


def _write(operator_id: UUID, told: HostSubscription) -> None:
    row = _row(operator_id)
    if row.state in RUNNING and row.subscription_ref not in {"", told.ref} and told.state is HostState.ENDED:
        # The end of an earlier subscription, told late.
        return
    row.customer, row.subscription_ref, row.price_ref, row.state = told.customer, told.ref, told.price_ref, told.state.value
    row.period_ends_at, row.ends_at_period_end, row.changed_at = told.period_ends_at, told.ends_at_period_end, clock.now()
    db.session.flush()


def _port() -> HostBilling:
    port = open_host_billing(config())
    if port is None:
        raise NotPossible(Failure.NOT_OFFERED)
    return port
