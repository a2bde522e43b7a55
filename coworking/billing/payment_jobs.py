"""Work about payments that follows a request, or comes by the clock. Each job is small, and bears being begun again."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock, tenancy
from coworking.core.db import db, keep, reading, release
from coworking.core.jobs import cron, enqueue, job

from . import collecting, events, gateways, matching, notices, overdue, reconciling, refunding, settling
from .models import Arrears, Invoice, InvoiceState, Payment

A_BATCH = 100
MATCH = "billing.match_bank_lines"


@job(events.LOOK)
def look_at_event(event_id: str, kind: str, customer: str, deleted: bool) -> None:
    """Ask the provider about what an event names."""
    events.look(UUID(event_id), kind, customer, deleted)


@job(overdue.COLLECT)
def collect(invoice_id: str, attempt: str) -> None:
    """Charge an invoice to the payer's saved card or account."""
    collecting.collect(UUID(invoice_id), attempt)


@job(refunding.FINISH)
def finish_refund(refund_id: str) -> None:
    """Ask again for a refund that nobody answered for."""
    refunding.finish(UUID(refund_id))


@job(overdue.TELL)
def tell_standing(case_id: str, what: str, failure: str = "") -> None:
    """Mail the payer where an unpaid invoice stands."""
    case = db.session.get(Arrears, UUID(case_id))
    if case is not None:
        notices.standing(case, what, failure)


@job(settling.TELL_PAID)
def tell_paid(payment_id: str) -> None:
    """Mail the payer that their money came, and what it paid."""
    notices.received(db.session.get_one(Payment, UUID(payment_id)))


@job(settling.TELL_DISPUTE)
def tell_dispute(payment_id: str, state: str) -> None:
    """Mail the operator how a payer's complaint at their bank stands."""
    notices.disputed(db.session.get_one(Payment, UUID(payment_id)), state)


@job(MATCH)
def match_bank_lines() -> None:
    """Match lines of bank files to invoices, some at a time."""
    if matching.match_all() == matching.A_BATCH:
        enqueue(MATCH)


@cron("billing.finish_pending", every=10)
def finish_pending() -> None:
    """Ask how everything stands that is under way: events get lost."""
    _for_each(gateways.with_a_gateway(), "billing.finish_pending_here")


@job("billing.finish_pending_here")
def finish_pending_here() -> None:
    """The same for one operator."""
    reconciling.finish_pending(clock.now() - reconciling.YOUNG, clock.now() - reconciling.FRESH)


@cron("billing.reconcile", at="02:40")
def reconcile() -> None:
    """Lay each operator's books beside their provider's."""
    _for_each(gateways.with_a_gateway(), "billing.reconcile_here")


@job("billing.reconcile_here")
def reconcile_here() -> None:
    """The same for one operator."""
    reconciling.reconcile()


@cron("billing.due", every=60)
def due() -> None:
    """Charge what is due, and open a case for what is overdue."""
    with tenancy.across_operators():
        billing = list(db.session.scalars(sa.select(Invoice.operator_id).where(Invoice.state == InvoiceState.ISSUED.value).distinct()))
    _for_each(billing, "billing.due_here")


@job("billing.due_here")
def due_here() -> None:
    """The same for one operator, in small steps: nobody else should wait for the only writer's place."""
    release()
    with reading():
        due, late = collecting.due_now(), collecting.overdue_now()
        release()
    for start in range(0, len(due), A_BATCH):
        for invoice_id in due[start : start + A_BATCH]:
            collecting.ask_for(invoice_id)
        keep()
    for invoice_id in late[:A_BATCH]:
        overdue.open_case(db.session.get_one(Invoice, invoice_id))
        keep()
    if len(late) > A_BATCH:
        enqueue("billing.due_here")


@cron("billing.overdue", every=15)
def take_overdue_steps() -> None:
    """Take the steps that fall due about unpaid invoices."""
    with tenancy.across_operators():
        waiting = sa.select(Arrears.operator_id).where(Arrears.closed_at.is_(None), Arrears.next_at <= clock.now()).distinct()
        found = list(db.session.scalars(waiting))
    _for_each(found, "billing.overdue_here")


@job("billing.overdue_here")
def take_overdue_steps_here() -> None:
    """The same for one operator, a case at a time."""
    wanted = sa.select(Arrears.id).where(Arrears.closed_at.is_(None), Arrears.next_at <= clock.now()).order_by(Arrears.next_at)
    found = list(db.session.scalars(wanted.limit(A_BATCH + 1)))
    for case_id in found[:A_BATCH]:
        overdue.take_steps(db.session.get_one(Arrears, case_id))
        keep()
    if len(found) > A_BATCH:
        enqueue("billing.overdue_here")


def _for_each(operators: Iterable[UUID], name: str) -> None:
    for operator_id in operators:
        with tenancy.acting_for(operator_id):
            enqueue(name)
