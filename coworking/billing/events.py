"""What the provider's messages make us look at again. A message proves only that something changed; the provider tells what."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from coworking.core import clock
from coworking.core.db import db, release
from coworking.core.jobs import enqueue
from coworking.payments.failures import UnknownReference
from coworking.payments.port import Event, EventKind

from . import customers, differences, gateways, methods, paying, settling
from .models import Payment, ProviderEvent, Refund

LOOK = "billing.look_at_event"
UNKNOWN, DONE, GONE, NOT_OURS = "unknown", "done", "gone", "not_ours"


def receive(event: Event) -> bool:
    """Note an event whose signature was checked, and have it looked at after the commit. False when it came before."""
    row = ProviderEvent(provider=gateways.STRIPE, event_ref=event.id[:80], kind=event.type[:60], object_ref=event.ref[:120])
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    if event.kind is EventKind.OTHER:
        row.done_at, row.outcome = clock.now(), NOT_OURS
    else:
        enqueue(LOOK, event_id=str(row.id), kind=event.kind.value, customer=event.customer, deleted=event.deleted)
    db.session.flush()
    return True


def look(event_id: UUID, kind: str, customer: str, deleted: bool) -> None:
    """Ask the provider about whatever the event names, and write that down. Unknown things are noted and change nothing.

    Raises ProviderUnavailable when nobody answers: the job comes again.
    """
    event = db.session.get(ProviderEvent, event_id)
    if event is None or event.done_at is not None:
        return
    ref = event.object_ref
    try:
        outcome = _LOOKS[EventKind(kind)](ref, customer, deleted)
    except UnknownReference:
        outcome = GONE
    event = db.session.get_one(ProviderEvent, event_id)
    event.done_at, event.outcome = clock.now(), outcome


def _checkout(ref: str, _customer: str, _deleted: bool) -> str:
    known = db.session.scalar(sa.select(Payment.id).where(Payment.checkout_ref == ref))
    if known is not None:
        paying.look_again(known)
        return DONE
    port = gateways.payments()
    release()
    visit = port.fetch_checkout(ref)
    if paying.adopt(visit) is not None:
        return DONE
    account = customers.account_of_customer(visit.customer)
    if account is None:
        return NOT_OURS
    if visit.method is not None:
        methods.keep_method(account, visit.method, default=True)
    return DONE


def _payment(ref: str, _customer: str, _deleted: bool) -> str:
    known = db.session.scalar(sa.select(Payment.id).where(Payment.provider == gateways.STRIPE, Payment.provider_ref == ref))
    if known is not None:
        paying.look_again(known)
        return DONE
    port = gateways.payments()
    release()
    outcome = port.fetch(ref)
    payment = paying.found_by(outcome.metadata.get("payment"))
    if payment is None:
        return NOT_OURS
    if payment.checkout_ref:
        # A declined card on a page that is still open is not the end of it: the page knows.
        paying.look_again(payment.id)
    else:
        paying.adopt(outcome)
    return DONE


def _refund(ref: str, _customer: str, _deleted: bool) -> str:
    port = gateways.payments()
    release()
    outcome = port.fetch(ref)
    refund = refund_of(ref, outcome.metadata.get("refund"))
    if refund is not None:
        settling.settle_refund(refund, outcome)
        return DONE
    payment = _by_ref(outcome.payment_ref)
    if payment is None:
        return NOT_OURS
    differences.name("refund", ref, payment, ours=0, theirs=outcome.amount)
    return UNKNOWN


def _dispute(ref: str, _customer: str, _deleted: bool) -> str:
    port = gateways.payments()
    release()
    dispute = port.fetch_dispute(ref)
    payment = _by_ref(dispute.payment_ref)
    if payment is None:
        return NOT_OURS
    settling.settle_dispute(payment, dispute)
    return DONE


def _method(_ref: str, customer: str, _deleted: bool) -> str:
    account = customers.account_of_customer(customer)
    if account is None:
        return NOT_OURS
    methods.sync(account.id)
    return DONE


def _customer(_ref: str, customer: str, deleted: bool) -> str:
    account = customers.account_of_customer(customer)
    if account is None:
        return NOT_OURS
    if deleted:
        port, account_id = gateways.payments(), account.id
        release()
        if port.methods(customer):
            return NOT_OURS
        customers.forget(db.session.get_one(type(account), account_id))
    return DONE


def _nothing(_ref: str, _customer: str, _deleted: bool) -> str:
    return NOT_OURS


def refund_of(ref: str, named: str | None) -> Refund | None:
    """Our refund behind the provider's: by its reference, else by what it says it is."""
    refund = db.session.scalar(sa.select(Refund).where(Refund.provider_ref == ref))
    if refund is not None or not named:
        return refund
    try:
        return db.session.get(Refund, UUID(named))
    except ValueError:
        return None


def _by_ref(ref: str) -> Payment | None:
    return db.session.scalar(sa.select(Payment).where(Payment.provider == gateways.STRIPE, Payment.provider_ref == ref)) if ref else None


_LOOKS: dict[EventKind, Any] = {
    EventKind.CHECKOUT: _checkout,
    EventKind.PAYMENT: _payment,
    EventKind.REFUND: _refund,
    EventKind.DISPUTE: _dispute,
    EventKind.METHOD: _method,
    EventKind.CUSTOMER: _customer,
    EventKind.SUBSCRIPTION: _nothing,
    EventKind.HOST_INVOICE: _nothing,
    EventKind.OTHER: _nothing,
}
