"""Paying at the provider: on its page, by a saved card, and with everything going wrong in between."""

import random

import pytest
import sqlalchemy as sa

from coworking.billing import collecting, methods, paying, payment_jobs, reconciling
from coworking.billing.models import Invoice, Payment, PaymentMethod, PaymentState, ProviderEvent
from coworking.core import clock, tenancy
from coworking.core.db import db, new_id
from coworking.demo.stripe_double.postman import sign
from coworking.payments.failures import ProviderUnavailable
from tests.conftest import As

from .helpers import account, issued
from .till import Till, paid_of, payments_of


def post(browse: As, till: Till, payload: bytes, header: str) -> int:
    status = (
        till.browser(browse).post("/webhooks/stripe", data=payload, headers={"Stripe-Signature": header}, content_type="application/json").status_code
    )
    tenancy.enter(till.house.operator.id)
    return int(status)


@pytest.mark.proves("W2G-44", "WSS-11")
def test_a_member_pays_and_is_told_so_when_the_event_never_comes(till: Till, browse: As) -> None:
    invoice = issued(account(till.house.alice))
    db.session.commit()
    alice = till.browser(browse, till.house.alice)
    page = alice.get(f"/billing/pay/{invoice.id}")
    assert page.status_code == 200, page.text
    sent = alice.post(f"/billing/pay/{invoice.id}", data={"form_key": "one"})
    assert sent.status_code == 303, sent.text
    assert "/checkout/" in sent.location
    tenancy.enter(till.house.operator.id)
    payment = payments_of(invoice)[0]
    assert "Not paid yet" in alice.get(f"/billing/payments/{payment.id}").text
    till.test(f"checkout/{payment.checkout_ref}", card="4242424242424242")
    assert "Paid" in alice.get(f"/billing/payments/{payment.id}?state=failed").text
    tenancy.enter(till.house.operator.id)
    db.session.expire_all()
    assert (paid_of(invoice), payments_of(invoice)[0].state) == (invoice.gross, "succeeded")
    assert "all paid" in alice.get(f"/billing/pay/{invoice.id}").text


def test_nobody_elses_bill_payment_or_card(till: Till, browse: As) -> None:
    invoice = issued(account(till.house.alice))
    db.session.commit()
    asked = till.checkout(invoice)
    till.save_card(account(till.house.alice))
    db.session.commit()
    method = db.session.scalars(sa.select(PaymentMethod)).one()
    bob = till.browser(browse, till.house.bob)
    answers = [
        bob.get(f"/billing/pay/{invoice.id}"),
        bob.post(f"/billing/pay/{invoice.id}"),
        bob.get(f"/billing/payments/{asked.payment_id}"),
        bob.post(f"/billing/methods/{method.id}/default"),
        bob.post(f"/billing/methods/{method.id}/removal"),
        bob.post(f"/billing/accounts/{invoice.account_id}/by-invoice"),
        bob.get(f"/billing/accounts/{invoice.account_id}/payments/NOK"),
    ]
    assert [(answer.status_code, answer.location) for answer in answers] == [(404, None)] * len(answers)


@pytest.mark.parametrize("seed", range(6))
def test_events_in_any_order_and_twice_end_the_same(till: Till, browse: As, seed: int) -> None:
    invoice = issued(account(till.house.alice))
    db.session.commit()
    asked = till.checkout(invoice, save=True)
    till.pay(asked, card="4000000000009995")
    letters = till.letters()
    till.pay(asked)
    letters += till.letters()
    dice = random.Random(seed)
    dice.shuffle(letters)
    for payload, header in letters:
        assert post(browse, till, payload, header) == 200
        if dice.random() < 0.5:
            assert post(browse, till, payload, header) == 200
            till.run_jobs()
    till.run_jobs()
    tenancy.enter(till.house.operator.id)
    assert paid_of(invoice) == invoice.gross
    assert [payment.state for payment in payments_of(invoice)] == ["succeeded"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProviderEvent)) == len(letters)
    assert methods.default_of(account(till.house.alice)) is not None


def test_forged_stale_and_foreign_messages_change_nothing(till: Till, browse: As) -> None:
    from coworking.billing import gateways

    invoice = issued(account(till.house.alice))
    db.session.commit()
    till.pay(till.checkout(invoice))
    (payload, _header), *_rest = till.letters()
    row = gateways.gateway()
    assert row is not None
    secret, now = gateways.webhook_secret(row), int(clock.now().timestamp())
    forged = [
        (payload, ""),
        (payload, "t=1,v1=00"),
        (payload, sign(payload, "whsec_of_somebody_else", now)),
        (payload, sign(payload, "", now)),
        (payload, sign(payload, secret, now - 301)),
        (payload + b" ", sign(payload, secret, now)),
        (b"[]", sign(b"[]", secret, now)),
        (b"\xff\0", sign(b"{}", secret, now)),
    ]
    assert [post(browse, till, *each) for each in forged] == [400] * len(forged)
    row.webhook_secret = ""
    db.session.commit()
    assert post(browse, till, payload, sign(payload, "", now)) == 400
    assert db.session.scalar(sa.select(sa.func.count()).select_from(ProviderEvent)) == 0


def test_another_houses_message_is_refused(till: Till, browse: As, nantes) -> None:
    invoice = issued(account(till.house.alice))
    db.session.commit()
    till.pay(till.checkout(invoice))
    payload, header = till.letters()[0]
    assert browse(nantes).post("/webhooks/stripe", data=payload, headers={"Stripe-Signature": header}).status_code == 400


def test_an_event_of_a_deleted_customer_is_noted(till: Till, browse: As) -> None:
    from coworking.billing import gateways

    alice = account(till.house.alice)
    till.save_card(alice)
    till.letters()
    gateways.payments().delete_customer(alice.provider_customer)
    letters = till.letters()
    assert letters
    for payload, header in letters:
        assert post(browse, till, payload, header) == 200
    till.run_jobs()
    tenancy.enter(till.house.operator.id)
    alice = account(till.house.alice)
    db.session.refresh(alice)
    assert (alice.provider_customer, methods.saved(alice), alice.collect_by) == ("", [], "invoice")
    for payload, header in letters:
        assert post(browse, till, payload, header) == 200


def test_two_tabs_pay_once(till: Till) -> None:
    invoice = issued(account(till.house.alice))
    db.session.commit()
    first = till.checkout(invoice)
    second = till.checkout(invoice)
    assert till.pay(first).get("error")
    till.pay(second)
    with pytest.raises(paying.InTheWay):
        till.checkout(invoice)
    paying.look_again(second.payment_id)
    db.session.commit()
    assert sorted(payment.state for payment in payments_of(invoice)) == ["cancelled", "succeeded"]
    assert paid_of(invoice) == invoice.gross


def test_the_same_form_twice_opens_one_page(till: Till) -> None:
    invoice = issued(account(till.house.alice))
    db.session.commit()
    payment_id = new_id()
    assert till.checkout(invoice, payment_id) == till.checkout(invoice, payment_id)


def test_a_saved_card_is_charged_once_however_often_the_answer_is_lost(till: Till) -> None:
    alice = account(till.house.alice)
    till.save_card(alice)
    invoice = issued(alice)
    db.session.commit()
    till.test("faults", path="payment_intents", kind="cut", times=4)
    for _lost in range(2):
        with pytest.raises(ProviderUnavailable):
            collecting.collect(invoice.id, "due")
        db.session.rollback()
    payment = collecting.collect(invoice.id, "due")
    db.session.commit()
    assert payment is not None
    assert (payment.state, paid_of(invoice)) == ("succeeded", invoice.gross)
    assert collecting.collect(invoice.id, "due") == payment
    assert collecting.collect(invoice.id, "again") is None
    assert reconciling.reconcile() == []
    port_book = [each for each in _book() if each.kind == "payment"]
    assert len(port_book) == 1


def _book():
    from datetime import timedelta

    from coworking.billing import gateways

    return list(gateways.payments().list_movements(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1)))


def test_a_card_that_wants_its_owner_opens_a_case_and_is_given_up(till: Till) -> None:
    from coworking.billing import overdue

    alice = account(till.house.alice)
    token = till.save_card(alice)
    till.test(f"cards/{token}/number", card="4000002760003184")
    invoice = issued(alice)
    db.session.commit()
    payment = collecting.collect(invoice.id, "due")
    db.session.commit()
    assert payment is not None
    assert (payment.state, payment.failure, paid_of(invoice)) == ("failed", "needs_authentication", 0)
    case = overdue.case_of(invoice)
    assert case is not None
    assert (case.standing, case.attempts, account(till.house.alice).standing) == ("grace", 1, "grace")
    till.run_jobs()


def test_what_is_due_is_charged_by_the_clock(till: Till) -> None:
    alice = account(till.house.alice)
    till.save_card(alice)
    invoice = issued(alice)
    invoice_id = invoice.id
    db.session.commit()
    import time_machine

    assert invoice.due_on is not None
    with time_machine.travel(clock.at_wall(invoice.due_on, 600, "Europe/Oslo"), tick=False):
        payment_jobs.due_here()
        db.session.commit()
        till.run_jobs()
        payment_jobs.due_here()
        db.session.commit()
        till.run_jobs()
    tenancy.enter(till.house.operator.id)
    invoice = db.session.get_one(Invoice, invoice_id)
    assert paid_of(invoice) == invoice.gross
    assert [payment.idempotency_key for payment in payments_of(invoice)] == [f"collect:{invoice.id}:due"]


def test_a_payer_is_told_clearly_when_the_provider_is_away(till: Till, browse: As) -> None:
    invoice = issued(account(till.house.alice))
    db.session.commit()
    till.test("faults", path="checkout", kind="refuse", times=20)
    answer = till.browser(browse, till.house.alice).post(f"/billing/pay/{invoice.id}", data={"form_key": "k"})
    assert answer.status_code == 422
    assert "Nothing is lost" in answer.text


def test_without_a_provider_a_page_says_how_to_transfer(till: Till, browse: As) -> None:
    from coworking.billing import gateways
    from coworking.billing.settings import kept_settings
    from coworking.operators.models import Operator

    invoice = issued(account(till.house.alice))
    gateways.disconnect()
    kept_settings(db.session.get_one(Operator, till.house.operator.id)).iban = "NO9386011117947"
    db.session.commit()
    page = till.browser(browse, till.house.alice).get(f"/billing/pay/{invoice.id}").text
    assert invoice.reference in page
    assert "NO9386011117947" in page
    assert "125.00 NOK" in page
    refused = till.browser(browse, till.house.alice).post(f"/billing/pay/{invoice.id}")
    assert refused.status_code == 422


def test_pending_payments_are_asked_for_again(till: Till) -> None:
    invoice = issued(account(till.house.alice))
    db.session.commit()
    till.pay(till.checkout(invoice))
    reconciling.finish_pending(clock.now())
    assert paid_of(invoice) == invoice.gross
    assert db.session.scalar(sa.select(sa.func.count()).where(Payment.state == PaymentState.PENDING.value)) == 0


def test_the_providers_own_page_of_cards(till: Till, browse: As) -> None:
    payer = account(till.house.alice)
    till.save_card(payer)
    db.session.commit()
    alice = till.browser(browse, till.house.alice)
    sent = alice.post(f"/billing/accounts/{payer.id}/portal")
    assert (sent.status_code, "/portal/" in sent.location) == (303, True), sent.text
    assert till.browser(browse, till.house.bob).post(f"/billing/accounts/{payer.id}/portal").status_code == 404
    payer = account(till.house.bob)
    db.session.commit()
    assert till.browser(browse, till.house.bob).post(f"/billing/accounts/{payer.id}/portal").status_code == 422
