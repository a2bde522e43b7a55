"""What every page of a member says while something is owed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from coworking.core.db import db
from coworking.core.money import Money
from coworking.core.web import signed_in
from coworking.people.company import Seat

from .. import balance, overdue
from ..models import Account, Invoice
from ..models.account import Standing
from .blueprint import blueprint


@dataclass(frozen=True, slots=True)
class Owing:
    """Where the account stands that pays for the person."""

    standing: str
    owed: tuple[Money, ...]
    until: date | None
    """Until when it can be paid before the next step."""
    invoice_id: UUID | None
    """The invoice to pay, where it is only one."""
    runs_it: bool
    """Whether the person may see and pay the bills."""


@blueprint.app_context_processor
def _standing() -> dict[str, Callable[[], Owing | None]]:
    return {"my_standing": my_standing}


def my_standing() -> Owing | None:
    """What the person's pages should say of their standing; None, after one small query, while all is well."""
    me = signed_in()
    if me is None:
        return None
    seats = sa.select(Seat.company_id).where(Seat.person_id == me.id, Seat.left_at.is_(None))
    mine = sa.or_(Account.person_id == me.id, Account.company_id.in_(seats))
    accounts = db.session.scalars(sa.select(Account).where(mine, Account.standing != Standing.GOOD.value)).all()
    if not accounts:
        return None
    worst = max(accounts, key=lambda account: overdue.WORST.index(Standing(account.standing)))
    return _owing(worst, me)


def _owing(account: Account, me: Any) -> Owing:
    cases = overdue.cases(account)
    invoices = [db.session.get_one(Invoice, case.invoice_id) for case in cases]
    sums: dict[str, Money] = {}
    for invoice in invoices:
        owed = balance.open_amount(invoice)
        sums[owed.currency] = sums.get(owed.currency, Money(0, owed.currency)) + owed
    days = [
        overdue.holds_on(case, invoice) if case.standing == Standing.GRACE.value else overdue.ends_on(case, invoice)
        for case, invoice in zip(cases, invoices, strict=True)
    ]
    leads = account.person_id == me.id or _leads(account, me)
    return Owing(account.standing, tuple(sums.values()), min(days, default=None), invoices[0].id if len(invoices) == 1 else None, leads)


def _leads(account: Account, me: Any) -> bool:
    wanted = sa.select(Seat.id).where(Seat.person_id == me.id, Seat.company_id == account.company_id, Seat.left_at.is_(None), Seat.admin.is_(True))
    return db.session.scalar(wanted) is not None
