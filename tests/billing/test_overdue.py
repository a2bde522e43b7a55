"""Nobody paid: grace, hold, end, and back again in the moment of payment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from coworking.billing import collecting, crediting, hooks, methods, overdue, payment_jobs, recording
from coworking.billing.models import Account, Arrears, ArrearsStep, Invoice, Payment
from coworking.core import clock, tenancy
from coworking.core.db import db, new_id
from coworking.core.money import Money
from coworking.core.outbox import OutboxMail
from tests.cast import House
from tests.conftest import As

from .helpers import account, issued
from .till import Till

OSLO = "Europe/Oslo"


def at_day(invoice: Invoice, days: int) -> time_machine.travel:
    assert invoice.due_on is not None
    return time_machine.travel(clock.at_wall(invoice.due_on + timedelta(days=days), 600, OSLO), tick=False)


def pass_days(invoice: Invoice, first: int, last: int) -> None:
    """Let the clock's jobs run on each day, counted from the due day."""
    for day in range(first, last + 1):
        with at_day(invoice, day):
            payment_jobs.due_here()
            payment_jobs.take_overdue_steps_here()
            db.session.commit()


def steps(invoice: Invoice) -> list[str]:
    wanted = sa.select(ArrearsStep.what).join(Arrears, Arrears.id == ArrearsStep.arrears_id).where(Arrears.invoice_id == invoice.id)
    return list(db.session.scalars(wanted.order_by(ArrearsStep.at, ArrearsStep.id)))


def standing(invoice: Invoice) -> str:
    return db.session.get_one(Account, invoice.account_id, populate_existing=True).standing


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    found: list[Account] = []
    monkeypatch.setattr(hooks, "_GIVEN_UP", [lambda account, _case: found.append(account)])
    return found


def test_the_whole_way_down_each_step_once(inside: House, ended: list[Account]) -> None:
    invoice = issued(account(inside.alice))
    db.session.commit()
    pass_days(invoice, -1, 0)
    assert (standing(invoice), steps(invoice)) == ("good", [])
    pass_days(invoice, 1, 6)
    assert (standing(invoice), steps(invoice)) == ("grace", ["opened", "reminder", "warning"])
    pass_days(invoice, 7, 7)
    assert standing(invoice) == "hold"
    with pytest.raises(overdue.OnHold):
        overdue.refuse_when_on_hold(invoice.account)
    pass_days(invoice, 8, 50)
    assert (standing(invoice), ended) == ("ended", [invoice.account])
    assert steps(invoice) == ["opened", "reminder", "warning", "hold", "last", "ended"]


def recorded(invoice: Invoice) -> None:
    recording.record(invoice.account, Money(12_500, "NOK"), "transfer", clock.today(OSLO), payment_id=new_id())


def credited(invoice: Invoice) -> None:
    crediting.credit(invoice, None, "Never used")


@pytest.mark.parametrize("settles", [recorded, credited])
def test_what_settles_the_invoice_restores_access_at_once(inside: House, settles: Callable[[Invoice], None]) -> None:
    invoice = issued(account(inside.alice))
    db.session.commit()
    pass_days(invoice, 1, 8)
    assert standing(invoice) == "hold"
    with at_day(invoice, 8):
        settles(invoice)
    assert standing(invoice) == "good"
    assert steps(invoice)[-2:] == ["paid", "restored"]
    overdue.refuse_when_on_hold(invoice.account)


def test_paying_on_the_page_restores_access_within_that_request(till: Till, browse: As) -> None:
    invoice = issued(account(till.house.alice))
    db.session.commit()
    pass_days(invoice, 1, 8)
    with at_day(invoice, 8):
        alice = till.browser(browse, till.house.alice)
        home = alice.get("/home").text
        assert "You can’t book until" in home
        sent = alice.post(f"/billing/pay/{invoice.id}", data={"form_key": "k"})
        tenancy.enter(till.house.operator.id)
        payment = db.session.scalars(sa.select(Payment)).one()
        till.test(f"checkout/{payment.checkout_ref}", card="4242424242424242")
        assert sent.status_code == 303
        assert "Paid" in alice.get(f"/billing/payments/{payment.id}").text
        tenancy.enter(till.house.operator.id)
        assert standing(invoice) == "good"
        assert "You can’t book until" not in alice.get("/home").text


def test_half_a_payment_restores_nothing(inside: House) -> None:
    invoice = issued(account(inside.alice))
    db.session.commit()
    pass_days(invoice, 1, 8)
    with at_day(invoice, 8):
        recording.record(invoice.account, Money(12_499, "NOK"), "cash", clock.today(OSLO), payment_id=new_id())
    assert standing(invoice) == "hold"


def test_an_account_stands_as_its_worst_open_invoice(inside: House) -> None:
    payer = account(inside.alice)
    first = issued(payer)
    db.session.commit()
    pass_days(first, 1, 7)
    with at_day(first, 7):
        second = issued(payer, 5_000)
        recording.record(payer, Money(12_500, "NOK"), "cash", clock.today(OSLO), purpose=f"invoice:{second.id}", payment_id=new_id())
        db.session.commit()
    assert standing(first) == "hold"
    with at_day(first, 7):
        recording.record(payer, Money(5_000, "NOK"), "cash", clock.today(OSLO), payment_id=new_id())
    assert standing(first) == "good"


def test_staff_can_wait(inside: House) -> None:
    invoice = issued(account(inside.alice))
    db.session.commit()
    pass_days(invoice, 1, 8)
    with at_day(invoice, 8):
        case = overdue.case_of(invoice)
        assert case is not None
        assert invoice.due_on is not None
        overdue.pause(case, invoice.due_on + timedelta(days=20))
        db.session.commit()
    assert standing(invoice) == "grace"
    pass_days(invoice, 9, 19)
    assert (standing(invoice), steps(invoice)[-1]) == ("grace", "paused")
    pass_days(invoice, 20, 26)
    assert (standing(invoice), steps(invoice)[-3:]) == ("hold", ["reminder", "warning", "hold"])


def test_a_card_is_tried_on_the_days_of_the_calendar_and_then_pays(till: Till) -> None:
    payer = account(till.house.alice)
    token = till.save_card(payer)
    invoice = issued(payer)
    db.session.commit()
    till.test(f"cards/{token}/number", card="4000000000000341")
    tried, invoice_id = [], invoice.id
    for day in range(8):
        invoice = db.session.get_one(Invoice, invoice_id)
        with at_day(invoice, day):
            if day == 5:
                till.test(f"cards/{token}/number", card="4242424242424242")
            payment_jobs.due_here()
            payment_jobs.take_overdue_steps_here()
            db.session.commit()
            till.run_jobs()
            tenancy.enter(till.house.operator.id)
            tried.append(db.session.scalar(sa.select(sa.func.count()).select_from(Payment)))
    assert tried == [1, 2, 2, 3, 3, 4, 4, 4]
    invoice = db.session.get_one(Invoice, invoice_id)
    assert standing(invoice) == "good"
    mails = list(db.session.scalars(sa.select(OutboxMail.subject).order_by(OutboxMail.created_at)))
    assert len(mails) == 4, "twice that it failed, a warning between them, and that it came"
    assert collecting.due_now() == []


def test_a_card_that_expired_is_not_asked_again_until_there_is_another(till: Till) -> None:
    payer = account(till.house.alice)
    token = till.save_card(payer)
    invoice = issued(payer)
    db.session.commit()
    till.test(f"cards/{token}/number", card="4000000000000069")
    tried, invoice_id, payer_id = [], invoice.id, payer.id
    for day in range(6):
        invoice = db.session.get_one(Invoice, invoice_id)
        with at_day(invoice, day):
            if day == 4:
                payer = db.session.get_one(Account, payer_id)
                till.save_card(payer)
                methods.choose_default(next(each for each in methods.saved(payer) if each.token != token))
                db.session.commit()
            payment_jobs.due_here()
            payment_jobs.take_overdue_steps_here()
            db.session.commit()
            till.run_jobs()
            tenancy.enter(till.house.operator.id)
            tried.append(db.session.scalar(sa.select(sa.func.count()).select_from(Payment)))
    assert tried[:4] == [1, 1, 1, 1]
    assert tried[5] == 2
    assert standing(db.session.get_one(Invoice, invoice_id)) == "good"


def test_every_mail_is_written_in_the_payers_language(inside: House, app) -> None:
    from coworking.billing import notices
    from coworking.people.models import Person

    person = db.session.get_one(Person, inside.alice.id)
    person.locale = "en"
    invoice = issued(account(inside.alice))
    db.session.commit()
    with at_day(invoice, 1):
        case = overdue.open_case(invoice)
        for what in ("reminder", "warning", "failed", "hold", "last", "ended", "restored"):
            notices.standing(case, what, "declined" if what == "failed" else "")
        db.session.flush()
    mails = list(db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.created_at)))
    assert len({mail.subject for mail in mails}) == 7
    assert all((mail.locale == "en" and "125" in mail.text + mail.subject) or "again" in mail.subject for mail in mails)
