"""A payment ends the same however often, how late and in which order its news comes."""

from dataclasses import replace
from itertools import permutations

import pytest
import sqlalchemy as sa

from coworking.billing import hooks, notices, paying, settling
from coworking.billing.models import Account, Payment, PaymentState
from coworking.core.clock import now
from coworking.core.db import db, new_id
from coworking.core.mail import OutboxMail
from coworking.core.money import Money
from coworking.payments.failures import Failure
from coworking.payments.port import Dispute, DisputeState, Outcome, State
from tests.cast import House

from .helpers import account, issued
from .till import paid_of


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """The jobs that were asked for, by name and arguments."""
    asked: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(settling, "enqueue", lambda name, **args: asked.append((name, args)))
    return asked


def wished(payer: Account, purpose: str, minor: int) -> Payment:
    payment = paying.wish(payer, purpose, Money(minor, "NOK"), key=f"test:{new_id()}")
    payment.provider_ref = f"pi_{payment.id.hex}"
    return payment


def told(payment: Payment, state: State, failure: Failure | None = None) -> Outcome:
    return Outcome(state, payment.provider_ref or "", payment.money, failure, happened_at=now())


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_success_wins_whatever_is_told_before_or_after_it(inside: House, order: tuple[int, ...]) -> None:
    invoice = issued(account(inside.alice), 12_500)
    payment = wished(invoice.account, f"invoice:{invoice.id}", 12_500)
    news = [
        told(payment, State.NEEDS_ACTION, Failure.NEEDS_AUTHENTICATION),
        told(payment, State.PROCESSING),
        told(payment, State.FAILED, Failure.DECLINED),
        told(payment, State.SUCCEEDED),
    ]
    for number in [*order, *reversed(order)]:
        paying.settle(payment, news[number])
        paying.settle(payment, news[number])
    assert payment.state == PaymentState.SUCCEEDED.value
    assert paid_of(invoice) == 12_500


def test_what_was_paid_for_is_done_once_for_each_success(inside: House, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Payment] = []
    monkeypatch.setitem(hooks._PAID, "order", done.append)
    payment = wished(account(inside.alice), f"order:{new_id()}", 5_000)
    for _again in range(3):
        paying.settle(payment, told(payment, State.SUCCEEDED))
    assert done == [payment]


def test_a_returned_debit_is_owed_again(inside: House) -> None:
    invoice = issued(account(inside.alice), 12_500)
    payment = wished(invoice.account, f"invoice:{invoice.id}", 12_500)
    paying.settle(payment, told(payment, State.SUCCEEDED))
    for _again in range(2):
        paying.settle(payment, told(payment, State.FAILED, Failure.DEBIT_RETURNED))
    assert (payment.state, paid_of(invoice)) == (PaymentState.FAILED.value, 0)


def test_another_currency_is_a_difference_and_pays_nothing(inside: House) -> None:
    from coworking.billing import differences

    invoice = issued(account(inside.alice), 12_500)
    payment = wished(invoice.account, f"invoice:{invoice.id}", 12_500)
    paying.settle(payment, replace(told(payment, State.SUCCEEDED), amount=Money(12_500, "EUR")))
    assert (payment.state, paid_of(invoice)) == (PaymentState.PENDING.value, 0)
    assert [(row.kind, row.theirs, row.currency) for row in differences.standing()] == [("currency", 12_500, "EUR")]


@pytest.mark.parametrize("order", list(permutations((DisputeState.OPEN, DisputeState.UNDER_REVIEW, DisputeState.LOST))))
def test_a_lost_dispute_takes_the_money_once(inside: House, order: tuple[DisputeState, ...]) -> None:
    invoice = issued(account(inside.alice), 12_500)
    payment = wished(invoice.account, f"invoice:{invoice.id}", 12_500)
    paying.settle(payment, told(payment, State.SUCCEEDED))
    for state in (*order, *order):
        settling.settle_dispute(payment, Dispute("dp_1", payment.provider_ref or "", payment.money, state, "fraudulent", None))
    db.session.expire(payment, ["refunds"])
    assert (payment.dispute_state, paid_of(invoice), len(payment.refunds)) == ("lost", 0, 1)


def test_a_page_that_was_closed_is_given_up_and_late_money_still_counts(inside: House) -> None:
    invoice = issued(account(inside.alice), 12_500)
    payment = wished(invoice.account, f"invoice:{invoice.id}", 12_500)
    settling.give_up(payment)
    assert payment.state == PaymentState.CANCELLED.value
    paying.settle(payment, told(payment, State.SUCCEEDED))
    assert paid_of(invoice) == 12_500


def test_the_payer_is_told_once_that_a_payment_came_and_what_it_paid(inside: House, orders: list[tuple[str, dict[str, str]]]) -> None:
    invoice = issued(account(inside.alice), 12_500)
    payment = wished(invoice.account, f"invoice:{invoice.id}", 12_500)
    for _again in range(2):
        paying.settle(payment, told(payment, State.SUCCEEDED))
    assert [args for name, args in orders if name == settling.TELL_PAID] == [{"payment_id": str(payment.id)}]
    notices.received(payment)
    db.session.flush()
    mail = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.to == invoice.account.email)).all()[-1]
    assert invoice.label in mail.text
    assert invoice.label in mail.html
    assert "125" in mail.subject


def test_the_operator_is_told_of_each_turn_of_a_dispute(inside: House, orders: list[tuple[str, dict[str, str]]]) -> None:
    invoice = issued(account(inside.alice), 12_500)
    payment = wished(invoice.account, f"invoice:{invoice.id}", 12_500)
    paying.settle(payment, told(payment, State.SUCCEEDED))
    for state in (DisputeState.OPEN, DisputeState.OPEN, DisputeState.UNDER_REVIEW, DisputeState.LOST, DisputeState.LOST):
        settling.settle_dispute(payment, Dispute("dp_1", payment.provider_ref or "", payment.money, state, "fraudulent", None))
    assert [args["state"] for name, args in orders if name == settling.TELL_DISPUTE] == ["open", "lost"]
    for turn in ("open", "lost", "won"):
        notices.disputed(payment, turn)
    db.session.flush()
    mails = db.session.scalars(sa.select(OutboxMail).where(OutboxMail.to == inside.operator.email)).all()
    assert len({mail.subject for mail in mails}) == 3
