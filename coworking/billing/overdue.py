"""What happens when nobody pays: grace, hold, end, and back again. One state machine for portal, bookings and doors.

Each unpaid invoice is a case; an account stands as its worst open case. The account's row is the queue: a payment and a
hold that meet there come one after the other, and whoever is second sees what the first one did.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.core import clock
from coworking.core.db import db
from coworking.core.jobs import enqueue
from coworking.core.links import operator_in_force
from coworking.payments.failures import Failure

from . import balance, hooks
from . import settings as billing_settings
from .arrears_calendar import Step, Terms, end_day, hold_day, steps
from .models import Account, Arrears, ArrearsStep, Invoice, Payment, PaymentMethod, PaymentState
from .models.account import Standing

TELL = "billing.tell_standing"
COLLECT = "billing.collect"
WORST = (Standing.GOOD, Standing.GRACE, Standing.HOLD, Standing.ENDED)


class OnHold(Exception):
    """Nothing new before the account is paid up."""

    def __init__(self, account: Account) -> None:
        super().__init__(str(account.id))
        self.account = account


def refuse_when_on_hold(account: Account | None) -> None:
    """Raise OnHold while the account may have nothing new. Who has no account owes nothing."""
    if account is not None and account.on_hold:
        raise OnHold(account)


def terms() -> Terms:
    """How the operator in force waits."""
    operator = operator_in_force()
    kept = billing_settings.settings_of(operator)
    return Terms(kept.grace_days, tuple(kept.retry_days), kept.end_days, operator.zone)


def open_case(invoice: Invoice, failure: str = "") -> Arrears:
    """The invoice is overdue, or its charge failed. Opening a case that is open changes nothing."""
    account = _queue(invoice.account_id)
    case = case_of(invoice)
    if case is not None and case.closed_at is None:
        return case
    if case is None:
        case = Arrears(account_id=invoice.account_id, invoice_id=invoice.id, attempts=0)
        db.session.add(case)
    case.standing, case.opened_at, case.closed_at, case.paused_until = Standing.GRACE.value, clock.now(), None, None
    db.session.flush()
    _note(case, "opened", failure=failure)
    _plan(case, invoice)
    _restand(account)
    return case


def case_of(invoice: Invoice) -> Arrears | None:
    """The case of an invoice, open or closed."""
    return db.session.scalar(sa.select(Arrears).where(Arrears.invoice_id == invoice.id))


def charge_failed(payment: Payment, invoice: Invoice) -> None:
    """A saved card or account could not be charged: the payer is told why, and when it is tried again."""
    case = open_case(invoice, payment.failure)
    case.attempts += 1
    _note(case, "failed", f"failed:{payment.id.hex}", payment.failure)
    # The mail about the failed charge says all that the reminder would.
    _note(case, "reminder", f"{_round(case)}:reminder")
    _plan(case, invoice)
    _tell(case, "failed", payment.failure)


def take_steps(case: Arrears) -> None:
    """Take every step that is due now. A step is taken once, however often this is called."""
    account = _queue(case.account_id)
    db.session.refresh(case)
    invoice = db.session.get_one(Invoice, case.invoice_id)
    if case.closed_at is None and not _owes(invoice):
        settled(case.account_id)
        return
    now = clock.now()
    while case.closed_at is None and (step := _next(case, invoice)) is not None and step.at <= now:
        _take(case, account, step)
    _plan(case, invoice)
    _restand(account)


def settled(account_id: UUID) -> None:
    """Money came or a bill was taken back: close what is no longer owed, and restore access in this very transaction."""
    account = _queue(account_id)
    open_cases = cases(account)
    if not open_cases:
        return
    before, last = account.on_hold, None
    for case in open_cases:
        if not _owes(db.session.get_one(Invoice, case.invoice_id)):
            case.closed_at, case.next_at, last = clock.now(), None, case
            _note(case, "paid")
    db.session.flush()
    _restand(account)
    if last is not None and before and not account.on_hold:
        _note(last, "restored")
        _tell(last, "restored")


def owed_again(invoice: Invoice) -> None:
    """A payment went back: if the invoice is past due, its case opens anew, with all its grace."""
    today = clock.today(operator_in_force().zone)
    if _owes(invoice) and invoice.due_on is not None and invoice.due_on < today:
        open_case(invoice)


def pause(case: Arrears, until: date) -> None:
    """Staff agreed to wait: nothing happens before the morning of ``until``, a hold is lifted, and then the grace begins anew."""
    account = _queue(case.account_id)
    case.paused_until = clock.at_wall(until, 9 * 60, operator_in_force().zone)
    case.standing = Standing.GRACE.value
    _note(case, "paused")
    _plan(case, db.session.get_one(Invoice, case.invoice_id))
    _restand(account)


def resume(case: Arrears) -> None:
    """Wait no longer: the grace begins now."""
    if case.paused_until is not None and case.paused_until > clock.now():
        case.paused_until = clock.now()
        _plan(case, db.session.get_one(Invoice, case.invoice_id))


def plan_anew(account: Account) -> None:
    """There is another card or account to ask: the retries that are left come at their time again."""
    for case in cases(account):
        _plan(case, db.session.get_one(Invoice, case.invoice_id))


def cases(account: Account) -> Sequence[Arrears]:
    """The open cases of an account, the oldest first."""
    wanted = sa.select(Arrears).where(Arrears.account_id == account.id, Arrears.closed_at.is_(None))
    return db.session.scalars(wanted.order_by(Arrears.opened_at, Arrears.id)).all()


def holds_on(case: Arrears, invoice: Invoice) -> date:
    """From when on nothing new may be booked, unless it is paid."""
    return hold_day(invoice.due_on or clock.wall_day(case.opened_at, terms().zone), _since(case), terms())


def ends_on(case: Arrears, invoice: Invoice) -> date:
    """When subscriptions end, unless it is paid."""
    return end_day(invoice.due_on or clock.wall_day(case.opened_at, terms().zone), _since(case), terms())


def next_retry(case: Arrears, invoice: Invoice) -> datetime | None:
    """When the saved card or account is tried again."""
    return next((step.at for step in _ahead(case, invoice) if step.what == "retry"), None)


def _take(case: Arrears, account: Account, step: Step) -> None:
    _note(case, step.what, f"{_round(case)}:{step.name}")
    if step.what == "retry":
        enqueue(COLLECT, invoice_id=str(case.invoice_id), attempt=f"{_round(case)}-{step.name}")
        return
    if step.what in {"hold", "ended"}:
        case.standing = Standing.HOLD.value if step.what == "hold" else Standing.ENDED.value
        db.session.flush()
    if step.what == "ended":
        hooks.after_giving_up(account, case)
    _tell(case, step.what)


def _owes(invoice: Invoice) -> bool:
    return balance.open_amount(invoice).minor > 0


def _queue(account_id: UUID) -> Account:
    db.session.flush()
    # NO KEY UPDATE, as everywhere for accounts: rows that point at it can still be written.
    return db.session.get_one(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)


def _restand(account: Account) -> None:
    db.session.flush()
    held = [
        Standing(each)
        for each in db.session.scalars(sa.select(Arrears.standing).where(Arrears.account_id == account.id, Arrears.closed_at.is_(None)))
    ]
    worst = max(held, key=WORST.index, default=Standing.GOOD)
    if account.standing != worst.value:
        account.standing, account.standing_since = worst.value, clock.now()
        db.session.flush()


def _since(case: Arrears) -> datetime:
    return max(case.opened_at, case.paused_until or case.opened_at)


def _round(case: Arrears) -> int:
    again = sa.select(sa.func.count()).select_from(ArrearsStep).where(ArrearsStep.arrears_id == case.id, ArrearsStep.what.in_(("opened", "paused")))
    return db.session.scalar(again) or 0


def _ahead(case: Arrears, invoice: Invoice) -> list[Step]:
    due_on = invoice.due_on or clock.wall_day(case.opened_at, terms().zone)
    every = steps(Standing(case.standing), due_on, _since(case), terms(), saved=_may_pass(case))
    done = set(db.session.scalars(sa.select(ArrearsStep.key).where(ArrearsStep.arrears_id == case.id)))
    number = _round(case)
    return [step for step in every if f"{number}:{step.name}" not in done]


def _may_pass(case: Arrears) -> bool:
    """Whether there is a card or account to ask again. One that was refused for good, such as an expired card, is left alone."""
    default = (PaymentMethod.account_id == case.account_id, PaymentMethod.removed_at.is_(None), PaymentMethod.is_default)
    method = db.session.scalar(sa.select(PaymentMethod.id).where(*default).limit(1))
    if method is None:
        return False
    asked = (Payment.method_id == method, Payment.purpose == f"invoice:{case.invoice_id}", Payment.state == PaymentState.FAILED.value)
    failure = db.session.scalar(sa.select(Payment.failure).where(*asked).order_by(Payment.created_at.desc(), Payment.id.desc()).limit(1))
    return not failure or Failure(failure).may_pass_later


def _next(case: Arrears, invoice: Invoice) -> Step | None:
    return next(iter(_ahead(case, invoice)), None)


def _plan(case: Arrears, invoice: Invoice) -> None:
    step = _next(case, invoice)
    case.next_at = step.at if step is not None and case.closed_at is None else None
    db.session.flush()


def _note(case: Arrears, what: str, key: str = "", failure: str = "") -> None:
    known = sa.select(ArrearsStep.id).where(ArrearsStep.arrears_id == case.id)
    key = key or f"{what}:{len(db.session.scalars(known).all())}"
    if db.session.scalar(known.where(ArrearsStep.key == key)) is None:
        db.session.add(ArrearsStep(arrears_id=case.id, key=key, what=what, failure=failure))
        db.session.flush()


def _tell(case: Arrears, what: str, failure: str = "") -> None:
    facts: dict[str, Any] = {"case_id": str(case.id), "what": what}
    enqueue(TELL, **facts, failure=failure or Failure.REFUSED.value if what == "failed" else "")
