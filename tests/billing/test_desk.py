"""The desk's money pages: papers found and credited, drafts edited, bill runs watched, books exported."""

import csv
import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from coworking.billing import allocating, bill_runs, charging, invoicing, journal
from coworking.billing.models import BillingSettings, BillRun, Charge, Invoice
from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.core.money import Money
from tests.billing.helpers import DAY, account, charged, issued, own, paid
from tests.cast import House
from tests.conftest import As


@pytest.fixture
def ids(app: Flask, bergen: House) -> dict[str, UUID]:
    """An open invoice of Alice's and one of Bob's, a draft, and an open charge."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        alice, bob = account(bergen.alice), account(bergen.bob)
        invoice, other = issued(alice, 35_000, facts={"text": "Fjord"}), issued(bob, 1_000)
        charged(alice, 2_000, facts={"text": "A locker"})
        drafted = invoicing.draft(alice, DAY)
        assert drafted is not None
        found = {"alice": alice.id, "invoice": invoice.id, "line": invoice.lines[0].id, "other": other.id, "draft": drafted.id}
        found["charge"] = charged(bob, 500, facts={"text": "Prints"}).id
        found["bob"] = bob.id
        db.session.commit()
    return found


@pytest.fixture
def mats(browse: As, bergen: House) -> FlaskClient:
    """The manager."""
    return browse(bergen, bergen.mats)


def test_papers_are_found_by_name_number_and_state(mats: FlaskClient, ids: dict[str, UUID]) -> None:
    assert all(label in mats.get("/desk/invoices").text for label in ("KV-000001", "KV-000002"))
    by_name = mats.get("/desk/invoices?q=alice").text
    assert "KV-000001" in by_name
    assert "KV-000002" not in by_name
    assert str(ids["draft"]) in mats.get("/desk/invoices?state=draft").text
    assert "KV-000001" not in mats.get("/desk/invoices?state=paid").text
    assert "Nothing found" in mats.get("/desk/invoices?q=nobody").text
    for strange in ("state=x", "page=-1", "page=99999999999999999999", "q=%00", "q=" + "x" * 500):
        assert mats.get(f"/desk/invoices?{strange}").status_code == 200


def test_the_list_as_csv(mats: FlaskClient, ids: dict[str, UUID]) -> None:
    rows = list(csv.DictReader(io.StringIO(mats.get("/desk/invoices.csv?state=open").get_data(as_text=True).removeprefix("\ufeff"))))
    assert {(row["number"], row["net"], row["vat"], row["gross"], row["open"]) for row in rows} == {
        ("KV-000001", "280.00", "70.00", "350.00", "350.00"),
        ("KV-000002", "8.00", "2.00", "10.00", "10.00"),
    }


def test_a_part_of_an_invoice_is_credited_with_its_reason(app: Flask, bergen: House, mats: FlaskClient, ids: dict[str, UUID]) -> None:
    page = f"/desk/invoices/{ids['invoice']}/credit-notes"
    assert "350 kr".replace(" ", "\u00a0") in mats.get(page).text
    line = f"line-{ids['line']}"
    for typed in ({line: "100"}, {"reason": "x"}, {"reason": "x", line: "350.01"}, {"reason": "x", line: "-1"}, {"reason": "x", line: "1e9"}, {"reason": "x", line: "0"}, {"reason": "x", line: "٣"}):  # fmt: skip
        assert mats.post(page, data=typed).status_code == 422, typed
    answer = mats.post(page, data={"reason": "Too loud", line: "100,50"})
    assert answer.status_code == 303
    assert "Too loud" in mats.get(answer.location).text
    assert "KVK-000001" in mats.get(f"/desk/invoices/{ids['invoice']}").text
    assert mats.post(page, data={"reason": "The rest", "all": "1"}).status_code == 303
    assert mats.post(page, data={"reason": "More", "all": "1"}).status_code == 422


def test_a_draft_is_edited_then_issued_and_then_closed(app: Flask, bergen: House, mats: FlaskClient, ids: dict[str, UUID]) -> None:
    page = f"/desk/invoices/{ids['draft']}"
    assert "A locker" in mats.get(page).text
    line = {"text": "Catering", "amount": "125", "tax_included": "y", "vat_class": "service", "form_key": "one"}
    assert mats.post(f"{page}/lines", data=line).status_code == 303
    assert mats.post(f"{page}/lines", data=line).status_code == 303
    assert mats.get(page).text.count("Catering") == mats.get(page).text.count("A locker")
    for wrong in ({"amount": "0"}, {"amount": "-5"}, {"text": ""}, {"vat_class": "x"}, {"amount": "99999999999"}):
        assert mats.post(f"{page}/lines", data=line | wrong).status_code == 422, wrong
    locker = re.search(rf"{page}/lines/[0-9a-f-]+/removal", mats.get(page).text)
    assert locker is not None
    assert mats.post(locker[0]).status_code == 303
    assert mats.post(f"{page}/note", data={"note": "Thank you"}).status_code == 303
    assert mats.post(f"{page}/issue").status_code == 303
    issued_page = mats.get(page).text
    assert "KV-000003" in issued_page
    assert "Thank you" in issued_page
    assert mats.post(f"{page}/lines", data=line).status_code == 409
    assert mats.post(f"{page}/removal").status_code == 409
    assert mats.post(f"{page}/sendings").status_code == 303


def test_a_dropped_draft_opens_its_charges_again(mats: FlaskClient, ids: dict[str, UUID]) -> None:
    assert mats.post(f"/desk/invoices/{ids['draft']}/removal").status_code == 303
    account_page = mats.get(f"/desk/accounts/{ids['alice']}").text
    assert "A locker" in account_page
    made = mats.post(f"/desk/accounts/{ids['alice']}/drafts")
    assert "A locker" in mats.get(made.location).text


def test_an_account_is_charged_by_hand_and_a_charge_is_dropped_with_a_reason(mats: FlaskClient, ids: dict[str, UUID]) -> None:
    page = f"/desk/accounts/{ids['bob']}"
    assert "Prints" in mats.get(page).text
    form = {"text": "A key", "amount": "200", "vat_class": "space", "form_key": "k"}
    assert mats.post(f"{page}/charges", data=form).status_code == 303
    assert "A key" in mats.get(page).text
    assert "plus VAT" in mats.get(page).text
    assert mats.post(f"/desk/charges/{ids['charge']}/waiver", data={"reason": ""}).status_code == 422
    assert mats.post(f"/desk/charges/{ids['charge']}/waiver", data={"reason": "Printer was broken"}).status_code == 303
    assert "Printer was broken" in mats.get(f"/desk/charges/{ids['charge']}").text


def test_billing_details_of_an_account_are_kept(app: Flask, bergen: House, mats: FlaskClient, ids: dict[str, UUID]) -> None:
    page = f"/desk/accounts/{ids['bob']}/details"
    assert mats.get(page).status_code == 200
    assert mats.post(page, data={"name": "", "email": "x"}).status_code == 422
    assert mats.post(page, data={"name": "Bob AS", "email": "bob@x.example", "country": "NO", "is_business": "y"}).status_code == 303
    assert "Bob AS" in mats.get(f"/desk/accounts/{ids['bob']}").text


def test_a_bill_run_is_looked_at_started_watched_stopped_and_taken_up_again(
    app: Flask, bergen: House, mats: FlaskClient, ids: dict[str, UUID]
) -> None:
    look = mats.get(f"/desk/bill-runs?until={DAY}").text
    assert "1 payer" in look
    assert "Bob" in look
    started = mats.post("/desk/bill-runs", data={"until": str(DAY)})
    assert started.status_code == 303
    assert "Under way" in mats.get(started.location).text
    assert mats.post("/desk/bill-runs", data={"until": str(DAY)}).location == started.location
    assert mats.post(f"{started.location}/stop").status_code == 303
    assert "Stopped" in mats.get(started.location, headers={"HX-Request": "true"}).text
    assert mats.post(f"{started.location}/resumption").status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        run = db.session.scalars(sa.select(BillRun)).one()
        while bill_runs.bill_next(run.id):
            pass
        db.session.commit()
    assert "1 of 1 payers" in mats.get(started.location).text
    for strange in ("until=x", "until=2026-02-30", "until=0001-01-01", "until=9999-12-31"):
        assert mats.get(f"/desk/bill-runs?{strange}").status_code == 200
    assert mats.post("/desk/bill-runs", data={"until": "soon"}).status_code == 422


def test_terms_are_kept_and_wrong_ones_told(app: Flask, bergen: House, browse: As) -> None:
    olga = browse(bergen, bergen.olga)
    assert "KV-000001" in olga.get("/desk/settings/billing").text
    right = {"payment_days": "10", "iban": "NO93 8601 1117 947", "bic": "", "grace_days": "7", "end_days": "45", "retry_days": "1, 3"}
    for wrong in (
        {"iban": "NO94 8601 1117 947"},
        {"payment_days": "-1"},
        {"retry_days": "3, 1"},
        {"end_days": "7"},
        {"bic": "x"},
        {"grace_days": "x"},
    ):
        assert olga.post("/desk/settings/billing", data=right | wrong).status_code == 422, wrong
    assert olga.post("/desk/settings/billing", data=right).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        kept = db.session.scalars(sa.select(BillingSettings)).one()
        assert (kept.payment_days, kept.iban, kept.retry_days, kept.series) == (10, "NO9386011117947", [1, 3], "KV")


def test_the_books_balance_and_can_be_taken_home(app: Flask, bergen: House, mats: FlaskClient, ids: dict[str, UUID]) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        invoice = db.session.get_one(Invoice, ids["invoice"])
        allocating.allocate(paid(invoice, 10_000))
        paid(invoice, 5_000, purpose="deposit:1")
        db.session.commit()
        books = journal.build(clock.now().date() - timedelta(days=1), DAY)
        moved, owed = books.moved()
    assert sum(amount.minor for amount in moved.values()) == 0
    assert owed == {"1001": Money(25_000, "NOK"), "1002": Money(1_000, "NOK")}
    period = f"first={clock.now().date() - timedelta(days=1)}&last={DAY}"
    assert "KV-000001" in mats.get(f"/desk/exports/journal.csv?{period}").get_data(as_text=True)
    assert etree.fromstring(mats.get(f"/desk/exports/saft.xml?{period}").data).tag.endswith("AuditFile")
    assert mats.get(f"/desk/exports/fec.txt?{period}").status_code == 404
    for strange in ("first=x&last=y", "first=2026-02-01&last=2026-01-01", "", "first=1900-01-01&last=2030-01-01"):
        assert mats.get(f"/desk/exports/journal.csv?{strange}").status_code == 422
    assert "Every number is there" in mats.get("/desk/exports?check=1").text


def test_a_later_period_opens_with_what_was_owed_before(app: Flask, bergen: House, ids: dict[str, UUID]) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        books = journal.build(DAY + timedelta(days=1), DAY + timedelta(days=30))
    assert {customer.number: customer.opening.minor for customer in books.customers} == {"1001": 35_000, "1002": 1_000}
    assert sum(entry.opening.minor for entry in books.accounts) == 0


def test_france_gets_its_fec(app: Flask, nantes: House, browse: As) -> None:
    with app.app_context(), tenancy.acting_for(nantes.operator.id):
        issued(account(nantes.alice), 12_000, currency="EUR")
        db.session.commit()
    answer = browse(nantes, nantes.mats, language="en").get(f"/desk/exports/fec.txt?first=2026-11-01&last={DAY}")
    lines = answer.get_data(as_text=True).splitlines()
    assert lines[0].startswith("JournalCode\tJournalLib")
    assert "RO-000001" in lines[1]


@pytest.mark.parametrize("who", ["siri", "alice"])
def test_who_may_not_see_papers_sees_none(browse: As, bergen: House, ids: dict[str, UUID], who: str) -> None:
    client = browse(bergen, getattr(bergen, who))
    for place in (
        "/desk/invoices",
        f"/desk/invoices/{ids['invoice']}",
        "/desk/bill-runs",
        "/desk/exports",
        f"/desk/accounts/{ids['alice']}",
        "/desk/settings/billing",
    ):
        assert client.get(place).status_code == 403


def test_waived_and_billed_charges_tell_so_at_the_desk(app: Flask, bergen: House, mats: FlaskClient, ids: dict[str, UUID]) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        billed = db.session.scalars(sa.select(Charge.id).where(Charge.invoice_id == ids["invoice"])).one()
    assert "KV-000001" in mats.get(f"/desk/charges/{billed}").text
    assert mats.post(f"/desk/charges/{billed}/waiver", data={"reason": "x"}).status_code == 409
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert charging.open_charges(account(own(bergen.alice))) == []
