"""Money given back: never more than came, never twice, and what it paid is owed again unless a credit note covers it."""

from datetime import timedelta

import pytest
import time_machine

from coworking.billing import balance, crediting, events, overdue, reconciling, recording, refunding
from coworking.billing.models import Invoice, Payment, Refund
from coworking.core import clock
from coworking.core.db import db, new_id
from coworking.core.money import Money
from coworking.payments.failures import NotPossible
from tests.cast import House

from .helpers import DAY, account, issued
from .till import Till, paid_of, payments_of


def paid_by_card(till: Till, card: str = "4242424242424242") -> tuple[Invoice, Payment]:
    from coworking.billing import paying

    invoice = issued(account(till.house.alice))
    db.session.commit()
    asked = till.checkout(invoice)
    till.pay(asked, card=card)
    payment = paying.look_again(asked.payment_id)
    db.session.commit()
    assert payment is not None
    return invoice, payment


def back(payment: Payment, minor: int, **more: object) -> Refund:
    return refunding.refund(payment, Money(minor, "NOK"), "asked for", by=None, refund_id=new_id(), **more)  # type: ignore[arg-type]


def test_part_after_part_but_never_more_than_came(till: Till) -> None:
    invoice, payment = paid_by_card(till)
    assert back(payment, 2_500).state == "succeeded"
    assert (paid_of(invoice), refunding.left_of(payment).minor) == (10_000, 10_000)
    with pytest.raises(refunding.TooMuch):
        back(payment, 10_001)
    assert back(payment, 10_000).state == "succeeded"
    assert paid_of(invoice) == 0
    assert reconciling.reconcile() == []


def test_a_refund_whose_answer_is_lost_is_asked_for_again_and_made_once(till: Till) -> None:
    _invoice, payment = paid_by_card(till)
    till.test("faults", path="refunds", kind="cut", times=2)
    refund = back(payment, 5_000)
    assert refund.state == "pending"
    db.session.commit()
    with time_machine.travel(clock.now() + timedelta(minutes=3)):
        assert refunding.FINISH in till.run_jobs()
    refund = db.session.get_one(Refund, refund.id, populate_existing=True)
    assert refund.state == "succeeded"
    assert reconciling.reconcile() == []


def test_a_refund_of_a_credit_note_leaves_nothing_owed(till: Till) -> None:
    invoice, payment = paid_by_card(till)
    note = crediting.credit(invoice, None, "Room was closed", DAY)
    assert balance.balance(invoice.account)["NOK"].minor == -12_500
    back(payment, 12_500, credit_note=note)
    assert balance.open_amount(invoice).minor == 0
    assert balance.balance(invoice.account).get("NOK", Money(0, "NOK")).minor == 0
    assert overdue.case_of(invoice) is None


def test_a_refund_that_fails_at_the_bank_pays_again(till: Till) -> None:
    invoice, payment = paid_by_card(till, "4000000000005126")
    refund = back(payment, 12_500)
    db.session.commit()
    till.letters()
    till.test("clock", seconds=3600 * 24)
    refunding.look_again(refund.id)
    assert (refund.state, paid_of(invoice)) == ("failed", 12_500)


def test_a_refused_refund_says_so_and_frees_nothing(till: Till) -> None:
    invoice, payment = paid_by_card(till)
    from coworking.billing import gateways

    gateways.payments().refund(payment.provider_ref or "", Money(12_500, "NOK"), idempotency_key="elsewhere")
    with pytest.raises(NotPossible):
        back(payment, 12_500)
    assert paid_of(invoice) == 12_500
    assert [row.kind for row in reconciling.reconcile()] == ["refund"]


def test_a_refund_made_on_the_providers_page_is_named_and_can_be_taken_over(till: Till) -> None:
    from coworking.billing import differences, gateways

    invoice, payment = paid_by_card(till)
    gateways.payments().refund(payment.provider_ref or "", Money(2_500, "NOK"), idempotency_key="dashboard")
    [row] = reconciling.reconcile()
    assert (row.kind, row.theirs, row.payment_id) == ("refund", 2_500, payment.id)
    refunding.adopt(row, till.house.olga.id)
    assert paid_of(invoice) == 10_000
    assert reconciling.reconcile() == []
    assert differences.standing() == []
    assert events.refund_of(row.provider_ref, None) is not None


def test_cash_is_given_back_on_the_books(inside: House) -> None:
    invoice = issued(account(inside.alice))
    payment = recording.record(invoice.account, Money(12_500, "NOK"), "cash", clock.today("Europe/Oslo"), payment_id=new_id())
    assert paid_of(invoice) == 12_500
    assert back(payment, 2_500).state == "succeeded"
    assert paid_of(invoice) == 10_000


def test_nothing_and_money_of_tomorrow_are_not_received(inside: House) -> None:
    payer = account(inside.alice)
    today = clock.today("Europe/Oslo")
    for minor, how, day in ((0, "cash", today), (-1, "cash", today), (1, "cash", today + timedelta(days=1)), (1, "card", today)):
        with pytest.raises(recording.NotReceived):
            recording.record(payer, Money(minor, "NOK"), how, day, payment_id=new_id())


def test_recording_the_same_form_twice_counts_once(inside: House) -> None:
    invoice = issued(account(inside.alice))
    key = new_id()
    for _again in range(2):
        recording.record(invoice.account, Money(5_000, "NOK"), "transfer", clock.today("Europe/Oslo"), payment_id=key)
    assert paid_of(invoice) == 5_000
    assert payments_of(invoice) == []
