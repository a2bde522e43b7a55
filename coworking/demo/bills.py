"""The demo's books: invoices of the last months, how they were paid, and what an operator finds to do today.

All of it by the verbs that bill anybody, on the days on which it would have happened.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

import sqlalchemy as sa

from coworking.billing import crediting, deposits, invoicing, matching, overdue, recording
from coworking.billing.charging import open_charges
from coworking.billing.models import Account, BillingSettings, Deposit, Invoice
from coworking.billing.settings import kept_settings
from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.money import Money
from coworking.memberships.models import Promotion
from coworking.operators.models import Operator
from coworking.people.models import Person

from .diary import Row
from .spent import charge_bookings
from .subscriptions import without_mail
from .till import Till
from .world import World

MONTHS = 6
AFTER_LUNCH = 13 * 60
OPEN_SINCE, GRACE_SINCE, HOLD_SINCE = 4, 3, 13
"""Days ago: issued and still open, due and in grace, due and on hold."""


def keep_books(world: World, operator: Operator, people: Mapping[str, Person], bookings: Sequence[Row], till: Till | None) -> None:
    """Bill the past of the operator in force, month by month. The members' subscriptions have to be there."""
    terms = _terms(world, operator)
    charge_bookings(world, bookings)
    with without_mail():
        _Books(world, operator, people["accountant"], terms, till).keep()


def _terms(world: World, operator: Operator) -> BillingSettings:
    kept = kept_settings(operator)
    for name, value in world.data["billing"].items():
        setattr(kept, name, value)
    since = world.ago(days=60)
    db.session.add(Promotion(id=world.new_id(since), currency="", created_at=since, **world.data["promotion"]))
    db.session.flush()
    return kept


class _Books:
    """What happens on which day; done in the order of the days, so that numbers and days rise together."""

    def __init__(self, world: World, operator: Operator, by: Person, terms: BillingSettings, till: Till | None) -> None:
        self.world, self.operator, self.by, self.terms, self.till = world, operator, by, terms, till
        self.today = clock.wall_day(world.now, operator.zone)
        self.plan: dict[date, list[Callable[[], object]]] = {}
        self.accounts = list(db.session.scalars(sa.select(Account).order_by(Account.number)))
        self.own_day = self._late()

    def keep(self) -> None:
        """Live through the months."""
        for deposit in db.session.scalars(sa.select(Deposit)):
            self._on(clock.wall_day(deposit.asked_at, self.operator.zone) + timedelta(days=2), partial(self._secure, deposit))
        for account in self.accounts:
            last = self.own_day.get(account.id)
            for first in self._firsts():
                if last is None or first < last - timedelta(days=12):
                    self._on(first, partial(self._bill, account))
            if last is not None:
                self._on(last, partial(self._bill, account, pays=False))
        self._on(self.today - timedelta(days=2), self._credit)
        self._on(self.today - timedelta(days=1), self._bank_file)
        while (day := min(self.plan, default=self.today)) < self.today:
            for what in self.plan.pop(day):
                with clock.standing_at(clock.at_wall(day, AFTER_LUNCH, self.operator.zone)):
                    what()
        for what in self.plan.pop(self.today, []):
            with clock.standing_at(self.world.now):
                what()

    def _on(self, day: date, what: Callable[[], object]) -> None:
        if day <= self.today:
            self.plan.setdefault(day, []).append(what)

    def _firsts(self) -> list[date]:
        """First days of months, none so near that what was billed then would be due today by chance."""
        firsts, day = [], (self.today - timedelta(days=3)).replace(day=1)
        for _month in range(MONTHS):
            firsts.append(day)
            day = (day - timedelta(days=1)).replace(day=1)
        return firsts

    def _late(self) -> dict[object, date]:
        """Who has not paid their last bill, and the day on which it was made: two still have time, one is in grace, one on hold."""
        alone = [account for account in self.accounts if account.person_id is not None and not account.provider_customer]
        ages = (HOLD_SINCE + self.terms.payment_days, GRACE_SINCE + self.terms.payment_days, OPEN_SINCE, OPEN_SINCE)
        long_here = [account for account in alone if self._billable(account, self.today - timedelta(days=ages[0]))]
        return {account.id: self.today - timedelta(days=age) for account, age in zip(long_here, ages, strict=False)}

    def _billable(self, account: Account, day: date) -> bool:
        due = [charge for charge in open_charges(account) if day - timedelta(days=12) < charge.due_from <= day]
        return sum(charge.amount for charge in due) > 0

    def _bill(self, account: Account, *, pays: bool = True) -> None:
        day = clock.today(self.operator.zone)
        drafted = invoicing.draft(account, day)
        if drafted is None:
            return
        if drafted.gross <= 0:
            invoicing.discard(drafted)
            return
        invoice = invoicing.issue(drafted, day, drawn=True)
        if not pays:
            self._wait_for(invoice)
        elif self.till is not None and account.provider_customer:
            self.till.charge(invoice, account)
        elif invoice.prepaid < invoice.gross:
            self._on(day + timedelta(days=self.world.dice.randrange(2, self.terms.payment_days)), lambda: self._transfer(invoice, account))

    def _transfer(self, invoice: Invoice, account: Account) -> None:
        recording.record(
            account, Money(invoice.gross - invoice.prepaid, invoice.currency), "transfer", clock.today(self.operator.zone), payment_id=new_id(),
            purpose=f"invoice:{invoice.id}", note=invoice.reference,
        )  # fmt: skip

    def _wait_for(self, invoice: Invoice) -> None:
        """Nobody pays: a case is opened on the day after it was due, and every step taken on its day."""
        assert invoice.due_on is not None  # noqa: S101 - issued
        self._on(invoice.due_on + timedelta(days=1), lambda: overdue.open_case(invoice))
        for days in range(1, (self.today - invoice.due_on).days + 1):
            self._on(invoice.due_on + timedelta(days=days), lambda: self._step(invoice))

    def _step(self, invoice: Invoice) -> None:
        case = overdue.case_of(invoice)
        if case is not None and case.next_at is not None and case.next_at <= clock.now():
            overdue.take_steps(case)

    def _secure(self, deposit: Deposit) -> None:
        account = db.session.get_one(Account, deposit.account_id)
        recording.record(
            account, deposit.money, "transfer", clock.today(self.operator.zone), payment_id=new_id(), purpose=deposits.purpose_of(deposit)
        )

    def _credit(self) -> None:
        """A good part of somebody's last bill is taken back."""
        newest = sa.select(Invoice).where(Invoice.account_id.not_in(list(self.own_day)), Invoice.credits_id.is_(None)).order_by(Invoice.number.desc())
        for invoice in db.session.scalars(newest.limit(20)):
            line = max(invoice.lines, key=lambda line: line.gross)
            if line.gross > 0:
                crediting.credit(invoice, {line.id: Money(line.gross, invoice.currency).share(1, 4)}, self.world.data["bank"]["credit"])
                return

    def _bank_file(self) -> None:
        """Two lines wait: one of somebody who wrote no reference, one of nobody that we know."""
        said = self.world.data["bank"]
        waiting = sa.select(Invoice).where(Invoice.account_id.in_(list(self.own_day))).order_by(Invoice.number.desc()).limit(1)
        invoice = db.session.scalars(waiting).first()
        rows = ["Date;Amount;Currency;Payer;Reference"]
        if invoice is not None:
            rows.append(f"{clock.today(self.operator.zone)};{invoice.total.decimal:f};{invoice.currency};{invoice.account.name};{said['text']}")
        rows.append(f"{clock.today(self.operator.zone)};{said['amount']};{self.operator.currency};{said['payer']};{said['why']}")
        matching.take_in(said["file"], "\n".join(rows).encode(), self.operator, by=self.by.id)
