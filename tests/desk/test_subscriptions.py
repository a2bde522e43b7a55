"""The desk sells, changes, pauses, prices and ends what people are subscribed to."""

from datetime import date

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.billing.accounts import account_of
from coworking.billing.models import Invoice
from coworking.core import tenancy
from coworking.core.db import db
from coworking.memberships import orders
from coworking.memberships.models import Grant, Plan, PlanKind, PriceOverride, Subscription
from coworking.memberships.subscribing import Wish
from coworking.people.models import Person
from tests.cast import House
from tests.conftest import As
from tests.memberships.helpers import a_plan, on_plan


@pytest.fixture(autouse=True)
def _december() -> object:
    with time_machine.travel("2026-12-01T08:00:00Z", tick=False):
        yield


@pytest.fixture
def sold(app: Flask, bergen: House) -> str:
    """Alice's subscription."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        row = on_plan(bergen.alice, a_plan("desk"))
        a_plan("office", 620000, 20)
        a_plan("day", 35000, 2, kind=PlanKind.PASS, months=0, valid_days=30)
        db.session.commit()
        return str(row.id)


def _one(app: Flask, house: House, table: type) -> list[object]:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return list(db.session.scalars(sa.select(table)))


def test_the_list_is_narrowed_and_saved(bergen: House, browse: As, sold: str) -> None:
    client = browse(bergen, bergen.siri)
    assert "Alice Kvartal" in client.get("/desk/subscriptions").text
    assert "Alice Kvartal" in client.get("/desk/subscriptions?q=alice&plan=desk&state=active").text
    for narrow in ("q=bob", "state=ended", "state=ending", "plan=office"):
        assert "Alice Kvartal" not in client.get(f"/desk/subscriptions?{narrow}").text
    assert "Alice Kvartal,Desk,active,1" in client.get("/desk/subscriptions.csv").text
    assert browse(bergen, bergen.alice).get("/desk/subscriptions").status_code == 403


def test_staff_sell_a_plan_and_a_pass_and_both_are_billed(app: Flask, bergen: House, browse: As, sold: str) -> None:
    client = browse(bergen, bergen.siri)
    plans = {plan.slug: str(plan.id) for plan in _one(app, bergen, Plan)}  # type: ignore[attr-defined]
    form = {"holder": "person", "starts_on": "2026-12-01", "form_key": "a"}
    where = f"/desk/people/{bergen.bob.id}/sale"
    assert client.get(where).status_code == 200
    for _ in range(2):
        assert client.post(where, data={**form, "plan": plans["office"]}).status_code == 303
    assert client.post(where, data={**form, "plan": plans["day"]}).status_code == 303
    assert len(_one(app, bergen, Subscription)) == 2
    assert sorted(row.gross for row in _one(app, bergen, Invoice)) == [35000, 620000]  # type: ignore[attr-defined]
    assert len(_one(app, bergen, Grant)) == 3
    for wrong in (
        {"plan": plans["office"]},
        {"plan": "x"},
        {"plan": plans["day"], "starts_on": "2020-01-01"},
        {"plan": plans["desk"], "seats": "999999"},
    ):
        assert client.post(where, data={**form, "form_key": "b", **wrong}).status_code == 422
    assert client.get(f"/desk/people/{bergen.bob.id}").text.count("Office") == 1


def test_staff_change_pause_price_note_and_end(app: Flask, bergen: House, browse: As, sold: str) -> None:
    client, where = browse(bergen, bergen.siri), f"/desk/subscriptions/{sold}"
    plans = {plan.slug: str(plan.id) for plan in _one(app, bergen, Plan)}  # type: ignore[attr-defined]
    assert client.get(where).status_code == 200
    asked = [
        ("changes", {"change-plan": plans["office"], "change-seats": "1", "change-when": "now"}),
        ("pauses", {"pause-starts_on": "2026-12-10", "pause-ends_on": ""}),
        ("prices", {"price-price": "4500", "price-reason": "A friend", "price-starts_on": "2027-01-01", "price-ends_on": ""}),
        ("notes", {"note-text": "Called on Monday"}),
        ("notice", {}),
        ("notice/cancellation", {}),
        ("end", {"end-ends_on": "2026-12-20", "end-reason": "We close"}),
    ]
    for what, form in asked:
        assert client.post(f"{where}/{what}", data=form).status_code == 303, what
    page = client.get(where).text
    assert "Called on Monday" in page and "A friend" in page and "Last day" in page
    row = db_row(app, bergen)
    assert (row.version.amount, str(row.ends_on), row.end_reason) == (620000, "2026-12-20", "operator")
    override = _one(app, bergen, PriceOverride)[0]
    assert client.post(f"{where}/prices/{override.id}/end").status_code == 303  # type: ignore[attr-defined]


def db_row(app: Flask, house: House) -> Subscription:
    """The one subscription, with its version."""
    with app.app_context(), tenancy.acting_for(house.operator.id):
        row = db.session.scalars(sa.select(Subscription)).one()
        assert row.version.number
        return row


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("changes", {"change-plan": "x"}), ("changes", {}), ("pauses", {"pause-starts_on": "2020-01-01"}), ("pauses", {"pause-starts_on": "no"}),
        ("prices", {"price-price": "-1", "price-reason": "x", "price-starts_on": "2027-01-01"}), ("prices", {"price-price": "1", "price-starts_on": "2027-01-01"}),
        ("prices", {"price-price": "1", "price-reason": "x", "price-starts_on": "2027-01-01", "price-ends_on": "2026-01-01"}),
        ("end", {"end-ends_on": "2026-11-30"}), ("end", {"end-ends_on": ""}), ("notes", {"note-text": ""}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_on_the_page(app: Flask, bergen: House, browse: As, sold: str, what: str, form: dict[str, str]) -> None:
    assert browse(bergen, bergen.siri).post(f"/desk/subscriptions/{sold}/{what}", data=form).status_code == 422
    assert db_row(app, bergen).ends_on is None


def test_a_paid_order_that_is_stuck_is_shown_and_started_once_there_is_room(app: Flask, bergen: House, browse: As, sold: str) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        alice = db.session.get_one(Person, bergen.alice.id)
        office = db.session.scalars(sa.select(Plan).where(Plan.slug == "office")).one().current
        account = account_of(alice)
        order = orders.place(alice, account, orders.fill(Wish(office, date(2026, 12, 1)), account, None, date(2026, 12, 1)), "stuck")
        orders.accept(order)
        db.session.commit()
        assert order.state == "paid"
        where = f"/desk/orders/{order.id}/start"
    client = browse(bergen, bergen.siri)
    assert "Office for Alice Kvartal" in client.get("/desk/subscriptions").text
    client.post(where)
    assert len(_one(app, bergen, Subscription)) == 1
    client.post(f"/desk/subscriptions/{sold}/end", data={"end-ends_on": "2026-12-20"})
    client.post(where)
    assert len(_one(app, bergen, Subscription)) == 2
    assert client.post(where).status_code == 404
