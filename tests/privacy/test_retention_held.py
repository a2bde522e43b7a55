"""What a law holds goes when its time is over: whole, in an order that the database allows, and never what is unpaid or in dispute."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from coworking.billing import allocating, crediting, hashing
from coworking.billing.models import (
    Account,
    Allocation,
    Arrears,
    ArrearsStep,
    BankFile,
    BankLine,
    Charge,
    Deposit,
    Invoice,
    InvoiceSending,
    Payment,
    ReconciliationDifference,
    Refund,
    RemovedPaper,
    Unsealing,
)
from coworking.billing.settings import settings_of
from coworking.core import clock
from coworking.core.db import Base, db, new_id
from coworking.core.labels import PERSONAL
from coworking.memberships.models import Pause, PriceOverride, Promotion, Redemption, Subscription, SubscriptionEvent, VersionNotice
from coworking.operators.models import Operator
from coworking.people.models import Person
from coworking.privacy import holds, retention_jobs
from coworking.privacy.erasing import running
from coworking.privacy.finding import Subject
from coworking.privacy.register import ENTRIES, TABLES
from coworking.privacy.register.entry import Held
from coworking.privacy.register.laws import law
from tests.billing.helpers import DAY, account, charged, issued, paid
from tests.cast import MONDAY, House
from tests.memberships.helpers import a_plan, on_plan

ZONE = "Europe/Oslo"
GONE = date(2032, 1, 1)
"""Papers of 2026 are kept in Norway until the end of 2031: bokføringsloven § 13."""
OVER = date(2030, 7, 1)
"""Contracts that ended in 2026: three and a half years after its end."""


@pytest.fixture(autouse=True)
def _at_the_end_of_2026(inside: House) -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        operator = db.session.get_one(Operator, inside.operator.id)
        settings_of(operator)
        yield


def _run(on: date) -> dict[str, int]:
    db.session.commit()
    with time_machine.travel(clock.at_wall(on, 120, ZONE), tick=False):
        assert retention_jobs.forget()
        run = retention_jobs.last_run()
        assert run is not None
        return dict(run.removed)


def _left(model: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


def _settled(house: House, minor: int = 12_500) -> Invoice:
    invoice = issued(account(house.alice), minor)
    allocating.allocate(paid(invoice, minor))
    return invoice


def _everything(house: House) -> None:
    """One row at least in every table that a law holds."""
    payer, olga = account(house.alice), house.olga.id
    invoice = _settled(house)
    payment = db.session.scalars(sa.select(Payment)).one()
    file = BankFile(name="x.xml", kind="camt.053", sha256="x")
    case = Arrears(account_id=payer.id, invoice_id=invoice.id, closed_at=clock.now(), steps=[ArrearsStep(key="opened", what="opened")])
    db.session.add_all([file, case, InvoiceSending(invoice_id=invoice.id, address="alice@kvartal.example", sent_by_id=olga)])
    db.session.flush()
    for payment_id in (payment.id, None):
        db.session.add(
            BankLine(file_id=file.id, booked_on=DAY, amount=1, currency="NOK", fingerprint=str(payment_id), payment_id=payment_id, state="set_aside")
        )
        db.session.add(
            ReconciliationDifference(provider="stripe", kind="amount", provider_ref=str(payment_id), payment_id=payment_id, closed_at=clock.now())
        )
    returned = Payment(account_id=payer.id, how="card", idempotency_key="deposit", amount=500, currency="NOK", purpose="deposit:x", state="succeeded")
    db.session.add(returned)
    db.session.flush()
    db.session.add(Refund(payment_id=returned.id, amount=500, state="succeeded", idempotency_key="back", made_by_id=olga))
    db.session.add(Deposit(account_id=payer.id, source_key="key", amount=500, currency="NOK", received_at=clock.now(), returned_at=clock.now()))
    waived = charged(payer)
    waived.waived_at, waived.waived_because = clock.now(), "A mistake"
    _ended_plan(house)
    for charge in db.session.scalars(sa.select(Charge).where(Charge.invoice_id.is_(None), Charge.waived_at.is_(None))):
        charge.waived_at = clock.now()
    db.session.flush()


def _ended_plan(house: House) -> Subscription:
    version = a_plan()
    made = on_plan(house.alice, version, DAY)
    made.state, made.ends_on, made.next_on = "ended", DAY + timedelta(days=30), None
    promotion = Promotion(code="HEI", percent=10, currency="NOK")
    parts: list[Any] = [
        Pause(subscription_id=made.id, starts_on=DAY),
        PriceOverride(subscription_id=made.id, amount=1, currency="NOK", reason="A friend", starts_on=DAY, given_by_id=house.olga.id),
        VersionNotice(subscription_id=made.id, version_id=version.id, effective_on=DAY, needs_consent=False),
        SubscriptionEvent(subscription_id=made.id, key="paused:x", what="paused"),
    ]
    db.session.add_all([*parts, promotion])
    db.session.flush()
    db.session.add(Redemption(promotion_id=promotion.id, subscription_id=made.id))
    db.session.flush()
    return made


def _held_tables() -> dict[str, set[str]]:
    """Table to the laws that hold it."""
    found: dict[str, set[str]] = {}
    for name in TABLES:
        for column in Base.metadata.tables[name].columns:
            key = column.info.get(PERSONAL)
            if key and isinstance(retention := ENTRIES[key].retention, Held):
                found.setdefault(name, set()).add(retention.law)
    return found


def _counts() -> dict[str, int]:
    connection = db.session.connection()
    return {name: int(connection.scalar(sa.select(sa.func.count()).select_from(Base.metadata.tables[name])) or 0) for name in _held_tables()}


def test_everything_that_a_law_holds_is_there_on_its_last_day_and_gone_on_the_next(inside: House) -> None:
    _everything(inside)
    before = _counts()
    assert all(before.values()), before
    contracts = {name for name, laws in _held_tables().items() if laws == {"contract"}}
    _run(OVER - timedelta(days=1))
    assert _counts() == before
    _run(OVER)
    assert {name: count for name, count in _counts().items() if count} == {name: count for name, count in before.items() if name not in contracts}
    kept = _counts()
    _run(GONE - timedelta(days=1))
    assert _counts() == kept
    payer = db.session.scalars(sa.select(Account)).one()
    payer.person_id = None
    removed = _run(GONE)
    assert {name: count for name, count in _counts().items() if count} == {}
    assert removed["account"] == 1


def test_the_law_of_the_house_counts(inside: House) -> None:
    _settled(inside)
    db.session.get_one(Operator, inside.operator.id).country = "FR"
    _run(GONE)
    assert _left(Invoice) == 1
    french = law("accounting", "FR", DAY).ends(DAY)
    assert french == date(2037, 1, 1)
    _run(french)
    assert _left(Invoice) == 0


def test_the_chain_of_papers_still_holds_when_the_oldest_are_gone_and_shows_a_removal_that_left_no_link(inside: House) -> None:
    for _n in range(3):
        _settled(inside)
    issued(account(inside.bob))
    series = db.session.scalars(sa.select(Invoice.series).limit(1)).one()
    _run(GONE)
    assert [(each.number, each.year, each.gross) for each in db.session.scalars(sa.select(RemovedPaper).order_by(RemovedPaper.number))] == [
        (n, 2026, 12_500) for n in (1, 2, 3)
    ]
    assert _left(Invoice) == 1
    assert hashing.verify(series) is None
    db.session.execute(sa.delete(RemovedPaper).where(RemovedPaper.number == 2))
    broken = hashing.verify(series)
    assert broken is not None and (broken.number, broken.why) == (2, "missing")


def test_what_is_unpaid_stays_with_all_that_belongs_to_it_until_it_is_paid(inside: House) -> None:
    invoice = issued(account(inside.alice))
    allocating.allocate(paid(invoice, 500))
    _run(GONE)
    assert (_left(Invoice), _left(Payment), _left(Charge)) == (1, 1, 1)
    rest = paid(db.session.get_one(Invoice, invoice.id), 12_000)
    allocating.allocate(rest)
    _run(GONE)
    assert (_left(Invoice), _left(Payment), _left(Charge), _left(Allocation)) == (0, 0, 0, 0)


def test_money_that_is_left_over_stays_with_the_payer(inside: House) -> None:
    invoice = issued(account(inside.alice))
    allocating.allocate(paid(invoice, 20_000))
    _run(GONE)
    assert (_left(Invoice), _left(Payment)) == (1, 1)


def test_an_invoice_waits_for_the_younger_credit_note_that_belongs_to_it(inside: House) -> None:
    invoice = issued(account(inside.alice))
    with time_machine.travel(MONDAY + timedelta(days=60), tick=False):
        crediting.credit(invoice, None, "A mistake")
        db.session.commit()
    assert _left(Invoice) == 2
    _run(GONE)
    assert _left(Invoice) == 2
    _run(date(2033, 1, 1))
    assert (_left(Invoice), _left(Charge), _left(RemovedPaper)) == (0, 0, 2)


@pytest.mark.proves("W2G-29")
def test_a_hold_keeps_papers_beyond_the_law_until_it_ends(inside: House) -> None:
    _settled(inside)
    db.session.commit()
    with time_machine.travel(clock.at_wall(date(2031, 6, 1), 600, ZONE), tick=False):
        alice, olga = db.session.get_one(Person, inside.alice.id), db.session.get_one(Person, inside.olga.id)
        holds.place(alice, ["invoice.record"], "A claim", ends_on=date(2032, 3, 1), review_on=date(2032, 1, 5), by=olga)
    _run(date(2032, 3, 1))
    assert _left(Invoice) == 1
    _run(date(2032, 3, 2))
    assert _left(Invoice) == 0


@pytest.mark.proves("W2G-29")
def test_a_hold_keeps_the_papers_of_somebody_who_was_erased_beyond_the_law_too(inside: House) -> None:
    _settled(inside)
    alice, olga = db.session.get_one(Person, inside.alice.id), db.session.get_one(Person, inside.olga.id)
    day, end = date(2028, 6, 1), date(2032, 3, 1)
    with time_machine.travel(clock.at_wall(day, 600, ZONE), tick=False):
        holds.place(alice, ["invoice.record"], "A claim", ends_on=end, review_on=day, by=olga)
        running.erase(Subject.of(alice), "asked")
    _run(end)
    assert _left(Invoice) == 1
    _run(end + timedelta(days=1))
    assert _left(Invoice) == 0


def test_every_removal_of_papers_is_written_down_and_closed_again(inside: House) -> None:
    _settled(inside)
    _run(GONE)
    opened = db.session.scalars(sa.select(Unsealing)).all()
    assert opened
    assert all(each.closed_at is not None and each.reason for each in opened)
    other = _settled(inside)
    db.session.commit()
    with pytest.raises(sa.exc.DatabaseError, match="sealed"):
        db.session.execute(sa.delete(Invoice).where(Invoice.id == other.id))
    db.session.rollback()


def test_a_failed_payment_goes_alone(inside: House) -> None:
    payer = account(inside.alice)
    db.session.add(
        Payment(account_id=payer.id, how="card", idempotency_key=str(new_id()), amount=5, currency="NOK", state="failed", failure="declined")
    )
    _run(GONE - timedelta(days=1))
    assert _left(Payment) == 1
    _run(GONE)
    assert _left(Payment) == 0
    assert _left(Account) == 1, "the payer is still a member"
