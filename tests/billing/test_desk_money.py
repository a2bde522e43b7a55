"""The desk's pages about money: record, give back, match, wait, connect; and who may not."""

from io import BytesIO

import pytest
import sqlalchemy as sa

from coworking.billing import deposits, gateways, overdue, reconciling
from coworking.billing.models import BankLine, Gateway, Payment, Refund
from coworking.core import clock, tenancy
from coworking.core.db import db, new_id
from coworking.core.money import Money
from tests.conftest import As

from .helpers import account, issued
from .till import Till, paid_of

PAGES = ("/desk/payments", "/desk/payments/new", "/desk/payments/bank", "/desk/overdue", "/desk/deposits", "/desk/reconciliation")
OWNERS = ("/desk/settings/payments", "/desk/settings/subscription")


def test_who_may_see_money(till: Till, browse: As) -> None:
    db.session.commit()
    for person, pages, status in (
        (till.house.arne, PAGES, 200),
        (till.house.olga, PAGES + OWNERS, 200),
        (till.house.siri, PAGES + OWNERS, 403),
        (till.house.mats, OWNERS, 403),
        (till.house.alice, PAGES + OWNERS, 403),
    ):
        client = till.browser(browse, person)
        assert [client.get(page).status_code for page in pages] == [status] * len(pages)


def test_a_transfer_is_recorded_once_and_pays(till: Till, browse: As) -> None:
    invoice = issued(account(till.house.alice))
    db.session.commit()
    arne = till.browser(browse, till.house.arne)
    form = {"paid_for": invoice.label, "amount": "125", "how": "transfer", "day": clock.today("Europe/Oslo").isoformat(), "form_key": "k"}
    first, second = arne.post("/desk/payments", data=form), arne.post("/desk/payments", data=form)
    assert (first.status_code, first.location) == (303, second.location), first.text
    assert "125" in arne.get(first.location).text
    tenancy.enter(till.house.operator.id)
    assert paid_of(invoice) == 12_500
    for wrong in (
        {"paid_for": "XX-999999"},
        {"amount": "-5"},
        {"amount": "0"},
        {"amount": "1e9"},
        {"how": "card"},
        {"day": "2999-01-01"},
        {"paid_for": "9" * 40},
        {"day": "x"},
    ):
        assert arne.post("/desk/payments", data={**form, "form_key": "other", **wrong}).status_code == 422, wrong


def test_a_refund_from_the_desk(till: Till, browse: As) -> None:
    from coworking.billing import paying

    invoice = issued(account(till.house.alice))
    db.session.commit()
    asked = till.checkout(invoice)
    till.pay(asked)
    paying.look_again(asked.payment_id)
    db.session.commit()
    olga = till.browser(browse, till.house.olga)
    page = f"/desk/payments/{asked.payment_id}"
    assert olga.post(f"{page}/refunds", data={"amount": "126", "reason": "x"}).status_code == 422
    assert olga.post(f"{page}/refunds", data={"amount": "25", "reason": ""}).status_code == 422
    sent = [olga.post(f"{page}/refunds", data={"amount": "25", "reason": "Noise", "form_key": "k"}).status_code for _again in range(2)]
    assert sent == [303, 303]
    assert "Noise" in olga.get(page).text
    tenancy.enter(till.house.operator.id)
    assert [row.amount for row in db.session.scalars(sa.select(Refund))] == [2_500]
    refused = till.browser(browse, till.house.siri).post(f"{page}/refunds", data={"amount": "1", "reason": "x"})
    assert (refused.status_code, refused.location) == (403, None)


def test_a_bank_file_is_matched_at_the_desk(till: Till, browse: As) -> None:
    first, second = issued(account(till.house.alice)), issued(account(till.house.bob), 7_700)
    db.session.commit()
    text = (
        f"Dato;Forklaring;Valuta;Inn;Ut;KID\n30.11.2026;Overføring;NOK;125,00;;{first.reference}\n"
        f"30.11.2026;Fra Bob Kvartal;NOK;77,00;;\n30.11.2026;Renter;NOK;1,23;;\n"
    )
    arne = till.browser(browse, till.house.arne)

    def send(data: bytes) -> int:
        return int(arne.post("/desk/payments/bank", data={"file": (BytesIO(data), "bank.csv")}, content_type="multipart/form-data").status_code)

    assert send(text.encode()) == 303
    assert (send(text.encode()), send(b""), send(b"a;b\n1;2\n"), send(b"<x/>"), send(b"\0\1\2")) == (422,) * 5
    page = arne.get("/desk/payments/bank").text
    assert second.label in page
    tenancy.enter(till.house.operator.id)
    assert (paid_of(first), paid_of(second)) == (12_500, 0)
    lines = {line.amount: line.id for line in db.session.scalars(sa.select(BankLine).where(BankLine.state == "open"))}
    assert sorted(lines) == [123, 7_700]
    assert arne.post(f"/desk/payments/bank/{lines[7_700]}/match", data={"label": "nothing"}).status_code == 422
    assert arne.post(f"/desk/payments/bank/{lines[7_700]}/match", data={"label": second.label}).status_code == 303
    assert arne.post(f"/desk/payments/bank/{lines[7_700]}/match", data={"label": second.label}).status_code == 409
    assert arne.post(f"/desk/payments/bank/{lines[123]}/set-aside", data={"note": "Interest"}).status_code == 303
    assert "Interest" in arne.get("/desk/payments/bank?state=set_aside").text
    assert arne.post(f"/desk/payments/bank/{lines[123]}/reopening").status_code == 303
    tenancy.enter(till.house.operator.id)
    db.session.expire_all()
    assert paid_of(second) == 7_700


def test_a_case_is_paused_and_taken_up(till: Till, browse: As) -> None:
    invoice = issued(account(till.house.alice))
    case = overdue.open_case(invoice)
    db.session.commit()
    arne = till.browser(browse, till.house.arne)
    assert "Overdue" in arne.get("/desk/overdue").text
    assert arne.post(f"/desk/overdue/{case.id}/pause", data={"days": "0"}).status_code == 422
    assert arne.post(f"/desk/overdue/{case.id}/pause", data={"days": "14"}).status_code == 303
    assert "Wait no longer" in arne.get("/desk/overdue").text
    assert arne.post(f"/desk/overdue/{case.id}/resumption").status_code == 303
    assert arne.post(f"/desk/overdue/{case.id}/charge").status_code == 303
    assert arne.post(f"/desk/overdue/{new_id()}/pause", data={"days": "3"}).status_code == 404


def test_a_deposit_comes_is_kept_in_part_and_returned(till: Till, browse: As) -> None:
    from coworking.billing import balance

    payer = account(till.house.alice)
    deposit = deposits.ask(payer, "subscription:one", Money(100_000, "NOK"))
    assert deposits.ask(payer, "subscription:one", Money(5, "NOK")) is deposit
    db.session.commit()
    alice = till.browser(browse, till.house.alice)
    assert "1,000 kr" in alice.get(f"/billing/deposits/{deposit.id}/payment").text.replace("\xa0", " ")
    assert alice.post(f"/billing/deposits/{deposit.id}/payment", data={"form_key": "d"}).status_code == 303
    tenancy.enter(till.house.operator.id)
    payment = db.session.scalars(sa.select(Payment)).one()
    till.test(f"checkout/{payment.checkout_ref}", card="4242424242424242")
    reconciling.finish_pending(clock.now())
    invoice = issued(payer, 12_500)
    db.session.commit()
    assert (paid_of(invoice), balance.credit_left(payer)) == (0, {})
    olga = till.browser(browse, till.house.olga)
    where = f"/desk/deposits/{deposit.id}"
    assert olga.get(where).status_code == 200
    assert olga.post(f"{where}/return", data={"keep": "125"}).status_code == 422
    assert olga.post(f"{where}/return", data={"keep": "1001", "reason": "x"}).status_code == 422
    assert olga.post(f"{where}/return", data={"keep": "125", "reason": "Broken chair"}).status_code == 303
    assert olga.post(f"{where}/return", data={"keep": "125", "reason": "Broken chair"}).status_code == 409
    tenancy.enter(till.house.operator.id)
    db.session.expire_all()
    assert paid_of(invoice) == 12_500
    assert [row.amount for row in db.session.scalars(sa.select(Refund))] == [87_500]
    assert reconciling.reconcile() == []


@pytest.mark.proves("CLW-46")
def test_keys_go_in_and_never_come_out(till: Till, browse: As) -> None:
    db.session.commit()
    olga = till.browser(browse, till.house.olga)
    key = "sk_test_" + "a1" * 12
    assert olga.post("/desk/settings/payments", data={"secret_key": "hello"}).status_code == 422
    assert olga.post("/desk/settings/payments", data={"secret_key": "sk_test_revoked12345678"}).status_code == 422
    assert olga.post("/desk/settings/payments", data={"secret_key": key}).status_code == 303
    assert key not in olga.get("/desk/settings/payments").text
    assert olga.post("/desk/settings/payments/test").status_code == 303
    assert "It works" in olga.get("/desk/settings/payments").text
    assert olga.post("/desk/settings/payments/webhook", data={"secret": "no"}).status_code == 422
    tenancy.enter(till.house.operator.id)
    row = db.session.scalars(sa.select(Gateway)).one()
    assert key not in f"{row.secret_key}{row.webhook_secret}"
    assert olga.post("/desk/settings/payments/end").status_code == 303
    tenancy.enter(till.house.operator.id)
    db.session.expire_all()
    assert not gateways.takes_cards()


def test_an_owner_subscribes_with_the_host(till: Till, browse: As, app) -> None:
    from dataclasses import replace

    from coworking.hosting import subscribing
    from coworking.payments.host import Interval

    app.extensions["coworking.config"] = replace(app.extensions["coworking.config"], stripe_secret_key=f"sk_test_host{new_id().hex}")
    subscribing.publish("house", "One house", Money(49_000, "NOK"), Interval.MONTH)
    db.session.commit()
    olga = till.browser(browse, till.house.olga)
    assert "One house" in olga.get("/desk/settings/subscription").text
    assert olga.post("/desk/settings/subscription", data={"plan": "none"}).status_code == 404
    sent = olga.post("/desk/settings/subscription", data={"plan": "house", "form_key": "k"})
    assert sent.status_code == 303, sent.text
    till.test(f"checkout/{sent.location.rpartition('/')[2]}", card="4242424242424242")
    assert olga.get("/desk/settings/subscription/back").status_code == 303
    assert "Running" in olga.get("/desk/settings/subscription").text
    assert olga.post("/desk/settings/subscription/cancellation").status_code == 303
    assert "Ends on" in olga.get("/desk/settings/subscription").text
    assert olga.post("/desk/settings/subscription/continuation").status_code == 303
    assert "Renews on" in olga.get("/desk/settings/subscription").text
