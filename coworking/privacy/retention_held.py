"""What a law held, at the end of its time: contracts, papers, payments, and at last the payer (tables with Fate.HOLD).

The database refuses to remove them but while an ``unsealing`` is open, which says why and stays as a record. What a legal
hold covers stays, and so does everything of a payer while something is unpaid or left over between them and the operator.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import sqlalchemy as sa

from coworking.billing import balance, papers
from coworking.billing.models import (
    Account,
    Allocation,
    Arrears,
    BankLine,
    Charge,
    Deposit,
    Invoice,
    InvoiceKind,
    InvoiceLine,
    InvoiceState,
    Payment,
    PaymentMethod,
    PaymentState,
    ReconciliationDifference,
    Refund,
    RemovedPaper,
    Unsealing,
)
from coworking.core import clock, files
from coworking.core.db import db
from coworking.memberships.models import Grant, Order, Subscription, SubscriptionState

from . import finding, settled
from .retention import Times
from .retention_rules import held_now

Held = dict[str, list[finding.Subject]]
SUBSCRIPTION, PAPER, PAYMENT, CHARGE = "subscription.record", "invoice.record", "payment.record", "charge.record"
BOOKS = (PAPER, PAYMENT, CHARGE, "account.holder", "account.standing", "deposit.record")
_OVER = (PaymentState.FAILED.value, PaymentState.CANCELLED.value, PaymentState.PENDING.value, PaymentState.SUCCEEDED.value)


@contextmanager
def unsealed(reason: str) -> Iterator[None]:
    """Let sealed rows be removed in this transaction, and write down why."""
    opened = Unsealing(reason=reason)
    db.session.add(opened)
    db.session.flush()
    yield
    db.session.flush()
    opened.closed_at = clock.now()
    db.session.flush()


def subscriptions(times: Times, held: Held, limit: int) -> list[UUID]:
    """Ids of ended subscriptions whose time under the law on contracts is over, with nothing unpaid by their payer."""
    last = times.last_day(SUBSCRIPTION)
    over = (Subscription.state == SubscriptionState.ENDED.value, sa.func.coalesce(Subscription.ends_on, Subscription.period_end) <= last)
    wanted = sa.select(Subscription.id).where(*over, _unheld(held, (SUBSCRIPTION,), "subscription"), Subscription.account_id.not_in(_owing()))
    return list(db.session.scalars(wanted.order_by(Subscription.id).limit(limit)))


def take_subscriptions(ids: list[UUID]) -> int:
    """Remove subscriptions with their pauses, prices, notices and history. What the allowance ledger still has of them names them no more."""
    with unsealed("contracts at the end of their legal time"):
        for model in (Grant, Order):
            db.session.execute(sa.update(model).where(model.subscription_id.in_(ids)).values(subscription_id=None), execution_options=_PLAIN)
        db.session.execute(sa.delete(Subscription).where(Subscription.id.in_(ids)), execution_options=_PLAIN)
    return len(ids)


def old_papers(times: Times, held: Held, after: UUID | None, limit: int) -> list[UUID]:
    """Ids, after a given one, of issued papers whose own time is over."""
    last = times.last_day(PAPER)
    over = (Invoice.state == InvoiceState.ISSUED.value, Invoice.issued_on <= last, _unheld(held, BOOKS, "invoice"))
    wanted = sa.select(Invoice.id).where(*over, *((Invoice.id > after,) if after is not None else ()))
    return list(db.session.scalars(wanted.order_by(Invoice.id).limit(limit)))


def old_payments(times: Times, held: Held, after: UUID | None, limit: int) -> list[UUID]:
    """Ids, after a given one, of payments whose own time is over and that settle no paper: failed ones, and those that went back."""
    settles = sa.select(Allocation.id).where(Allocation.payment_id == Payment.id).exists()
    over = (Payment.created_at < times.before(PAYMENT), Payment.state.in_(_OVER), ~settles, _unheld(held, BOOKS, "payment"))
    wanted = sa.select(Payment.id).where(*over, *((Payment.id > after,) if after is not None else ()))
    return list(db.session.scalars(wanted.order_by(Payment.id).limit(limit)))


def take_paper(invoice_id: UUID, times: Times) -> int:
    """Remove a paper with everything that settled it, if all of it has had its time and nobody owes anything; how many rows."""
    invoice = db.session.get(Invoice, invoice_id)
    return _take(settled.around(invoice=invoice), times) if invoice is not None else 0


def take_payment(payment_id: UUID, times: Times) -> int:
    """The same for a payment that settles no paper."""
    payment = db.session.get(Payment, payment_id)
    return _take(settled.around(payment=payment), times) if payment is not None else 0


def _take(found: settled.Settlement, times: Times) -> int:
    last = times.last_day(PAPER)
    if last is None or found.last_day(times.zone) > last or not found.is_settled or _is_held(found, times):
        return 0
    invoices, payments, charges = list(found.invoices), list(found.payments), list(found.charges)
    for invoice in found.invoices.values():
        files.delete(papers.pdf_key(invoice))
        db.session.add(_link(invoice, times))
    with unsealed("papers at the end of their legal time"):
        _delete(Allocation, Allocation.id.in_(list(found.allocations)))
        _delete(Refund, Refund.id.in_(list(found.refunds)))
        _delete(Arrears, Arrears.invoice_id.in_(invoices))
        # A line of a credit note names the line that it takes back from, a line its charge, and a charge its paper.
        _delete(InvoiceLine, sa.and_(InvoiceLine.invoice_id.in_(invoices), InvoiceLine.credits_line_id.is_not(None)))
        _delete(InvoiceLine, InvoiceLine.invoice_id.in_(invoices))
        _delete(Charge, Charge.id.in_(charges))
        _delete(Invoice, sa.and_(Invoice.id.in_(invoices), Invoice.credits_id.is_not(None)))
        _delete(Invoice, Invoice.id.in_(invoices))
        _delete(BankLine, BankLine.payment_id.in_(payments))
        _delete(ReconciliationDifference, ReconciliationDifference.payment_id.in_(payments))
        _delete(Payment, Payment.id.in_(payments))
    db.session.expire_all()
    return len(invoices) + len(payments)


def _link(invoice: Invoice, times: Times) -> RemovedPaper:
    assert invoice.number is not None  # noqa: S101 - issued papers have one
    assert invoice.issued_on is not None  # noqa: S101
    return RemovedPaper(
        series=invoice.series, number=invoice.number, kind=invoice.kind, year=invoice.issued_on.year, currency=invoice.currency, net=invoice.net,
        vat=invoice.vat, gross=invoice.gross, previous_hash=invoice.previous_hash, hash=invoice.hash, removed_on=times.on,
    )  # fmt: skip


def _is_held(found: settled.Settlement, times: Times) -> bool:
    """Whether a hold covers any part of it, also where the paper that was asked about is somebody else's."""
    held = held_now(times)
    free = sa.select(sa.func.count()).select_from(Invoice).where(Invoice.id.in_(list(found.invoices)), _unheld(held, BOOKS, "invoice"))
    paid = sa.select(sa.func.count()).select_from(Payment).where(Payment.id.in_(list(found.payments)), _unheld(held, BOOKS, "payment"))
    return (db.session.scalar(free), db.session.scalar(paid)) != (len(found.invoices), len(found.payments))


def take_loose(times: Times, held: Held, limit: int) -> int:
    """Remove what is on no paper: charges that were waived, deposits that went back, lines of the bank that paid nothing."""
    done = 0
    last, before = times.last_day(PAPER), times.before(PAPER)
    waived = (Charge.waived_at < before, Charge.created_at < before, Charge.invoice_id.is_(None), _unheld(held, BOOKS, "charge"))
    on_paper = sa.select(InvoiceLine.id).where(InvoiceLine.charge_id == Charge.id).exists()
    done += _some(Charge, sa.and_(*waived, ~on_paper), limit)
    given_up = sa.or_(Deposit.returned_at < before, sa.and_(Deposit.received_at.is_(None), Deposit.returned_at.is_(None)))
    done += _some(Deposit, sa.and_(Deposit.asked_at < before, given_up, _unheld(held, BOOKS, "deposit")), limit)
    done += _some(BankLine, sa.and_(BankLine.booked_on <= last, BankLine.payment_id.is_(None)), limit)
    lost = sa.and_(ReconciliationDifference.found_at < before, ReconciliationDifference.payment_id.is_(None))
    return done + _some(ReconciliationDifference, sa.and_(lost, ReconciliationDifference.closed_at.is_not(None)), limit)


def take_payers(times: Times, limit: int) -> int:
    """Remove payers of whom nothing is left but their number: the person was erased, and their last paper is gone."""
    kept = [
        sa.select(model.id).where(model.account_id == Account.id).exists()
        for model in (Charge, Invoice, Payment, Deposit, Subscription, Arrears, Order)
    ]
    nobody = (Account.person_id.is_(None), Account.company_id.is_(None), Account.created_at < times.before("account.holder"))
    ids = list(db.session.scalars(sa.select(Account.id).where(*nobody, *(~each for each in kept)).limit(limit)))
    if ids:
        _delete(PaymentMethod, PaymentMethod.account_id.in_(ids))
        _delete(Account, Account.id.in_(ids))
    return len(ids)


def _owing() -> sa.Select[UUID]:
    """Payers who owe something."""
    return sa.select(Invoice.account_id).where(
        Invoice.state == InvoiceState.ISSUED.value, Invoice.kind == InvoiceKind.INVOICE.value, balance.OPEN > 0
    )


def _unheld(held: Held, keys: tuple[str, ...], table: str) -> sa.ColumnElement[bool]:
    people = {subject for key in keys for subject in held.get(key, [])}
    return sa.and_(sa.true(), *(sa.not_(finding.owned(subject, table)) for subject in people))


def _some(model: type[Charge | Deposit | BankLine | ReconciliationDifference], condition: sa.ColumnElement[bool], limit: int) -> int:
    ids = list(db.session.scalars(sa.select(model.id).where(condition).limit(limit)))
    if ids:
        _delete(model, model.id.in_(ids))
    return len(ids)


def _delete(model: type, condition: sa.ColumnElement[bool]) -> None:
    db.session.execute(sa.delete(model).where(condition), execution_options=_PLAIN)


_PLAIN = {"synchronize_session": False}
