"""A member's billing pages: what is open, each paper and its files, why an amount is what it is, and nobody else's."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from coworking.billing import crediting
from coworking.billing.models import Account, Charge
from coworking.core import tenancy
from coworking.core.db import db, new_id
from coworking.people.company import Company, Seat
from coworking.people.models import Person
from tests.billing.helpers import account, charged, issued
from tests.cast import House
from tests.conftest import As


@pytest.fixture
def papers(app: Flask, bergen: House) -> dict[str, UUID]:
    """Alice's invoice, her credit note and an open charge; Bob's invoice."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        alice, bob = account(bergen.alice), account(bergen.bob)
        invoice = issued(alice, 35_000, facts={"text": "Fjord, two hours"})
        note = crediting.credit(invoice, {invoice.lines[0].id: None}, "Booked twice")
        ids = {
            "alice": alice.id,
            "invoice": invoice.id,
            "note": note.id,
            "open": issued(alice, 20_000).id,
            "charge": charged(alice, 5_000, facts={"text": "A locker"}).id,
            "billed": invoice.lines[0].charge_id or new_id(),
            "bob": issued(bob).id,
            "bob_charge": charged(bob).id,
            "bob_account": bob.id,
        }
        db.session.commit()
    return ids


@pytest.fixture
def alice(browse: As, bergen: House) -> FlaskClient:
    return browse(bergen, bergen.alice)


@pytest.mark.proves("W2G-13")
def test_billing_shows_what_is_open_what_comes_and_every_paper(alice: FlaskClient, papers: dict[str, UUID]) -> None:
    page = alice.get("/billing").text
    for text in ("KV-000001", "KVK-000001", "KV-000002", "A locker", f"/billing/pay/{papers['open']}", f"/billing/charges/{papers['charge']}"):
        assert text in page
    assert f"/billing/pay/{papers['invoice']}" not in page


def test_who_has_nothing_yet_sees_what_will_be_here(browse: As, bergen: House) -> None:
    assert "No invoices yet" in browse(bergen, bergen.bob).get("/billing").text


def test_a_paper_on_the_screen_leads_from_each_line_to_its_explanation(alice: FlaskClient, papers: dict[str, UUID]) -> None:
    page = alice.get(f"/billing/invoices/{papers['invoice']}").text
    assert "Fjord, two hours" in page
    assert f"/billing/charges/{papers['billed']}" in page
    assert "KVK-000001" in page
    explained = alice.get(f"/billing/charges/{papers['billed']}").text
    assert "Fjord, two hours" in explained
    assert "KV-000001" in explained
    assert "Booked twice" in alice.get(f"/billing/invoices/{papers['note']}").text


def test_files_of_a_paper(app: Flask, bergen: House, alice: FlaskClient, papers: dict[str, UUID]) -> None:
    pdf = alice.get(f"/billing/invoices/{papers['invoice']}.pdf")
    assert (pdf.status_code, pdf.content_type, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="KV-000001.pdf"'
    assert alice.get(f"/billing/accounts/{papers['alice']}/statement.pdf").data[:5] == b"%PDF-"
    for year in ("1", "99999999999999999999", "x"):
        assert alice.get(f"/billing/accounts/{papers['alice']}/statement.pdf?year={year}").status_code == 200


@pytest.mark.parametrize("place", ["/billing/invoices/{bob}", "/billing/invoices/{bob}.pdf", "/billing/invoices/{bob}.xml", "/billing/charges/{bob_charge}", "/billing/accounts/{bob_account}/details", "/billing/accounts/{bob_account}/statement.pdf"])  # fmt: skip
def test_papers_of_others_are_not_there(alice: FlaskClient, papers: dict[str, UUID], place: str) -> None:
    missing = {name: new_id() for name in papers}
    assert alice.get(place.format(**papers)).status_code == alice.get(place.format(**missing)).status_code == 404


def test_a_company_s_papers_are_for_its_admins(app: Flask, browse: As, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        from coworking.billing.accounts import account_of_company

        company = Company(name="Nordlys AS")
        db.session.add(company)
        db.session.flush()
        db.session.add_all([Seat(company_id=company.id, person_id=bergen.alice.id, admin=True), Seat(company_id=company.id, person_id=bergen.bob.id)])
        db.session.flush()
        paper = issued(account_of_company(company)).id
        used = charged(account_of_company(company), person=bergen.bob).id
        db.session.commit()
    assert browse(bergen, bergen.alice).get(f"/billing/invoices/{paper}").status_code == 200
    bob = browse(bergen, bergen.bob)
    assert bob.get(f"/billing/invoices/{paper}").status_code == 404
    assert bob.get(f"/billing/charges/{used}").status_code == 200


def test_details_are_kept_and_a_vat_number_is_looked_at(app: Flask, alice: FlaskClient, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        key = account(bergen.alice).id
        db.session.commit()
    assert "Customer number 1001" in alice.get("/billing/details").text
    sent = {"name": "Alice AS", "email": "bills@alice.example", "country": "NO", "is_business": "y", "vat_number": "995525828"}
    wrong = alice.post(f"/billing/accounts/{key}/details", data=sent | {"vat_number": "995525829"})
    assert wrong.status_code == 422
    assert "995525829" in wrong.text
    assert alice.post(f"/billing/accounts/{key}/details", data=sent).status_code == 303
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        kept = db.session.get_one(Account, key)
        assert (kept.name, kept.is_business, kept.vat_number, kept.vat_check) == ("Alice AS", True, "995525828MVA", "format")


def test_details_changed_meanwhile_are_told(app: Flask, alice: FlaskClient, bergen: House) -> None:
    from tests.desk.test_two_at_once import field

    page = alice.get("/billing/details").text
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        row = account(bergen.alice)
        row.street, key = "Elsewhere 1", row.id
        db.session.commit()
    sent = {"name": "Alice AS", "email": "a@x.example", "country": "NO", "seen": field(page, "seen")}
    assert alice.post(f"/billing/accounts/{key}/details", data=sent).status_code == 409


def test_a_waived_charge_says_why(app: Flask, alice: FlaskClient, bergen: House, papers: dict[str, UUID]) -> None:
    from coworking.billing import charging

    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        charging.waive(db.session.get_one(Charge, papers["charge"]), "A mistake of ours")
        db.session.commit()
    assert "A mistake of ours" in alice.get(f"/billing/charges/{papers['charge']}").text


def test_looking_at_one_s_details_opens_no_account_and_saving_them_does(app: Flask, bergen: House, browse: As) -> None:
    bob = browse(bergen, bergen.bob)
    assert bob.get("/billing/details").status_code == 200
    assert _accounts_of(app, bergen, bergen.bob) == 0
    sent = {"name": "Bob", "email": "bob@kvartal.example", "country": "NO"}
    assert bob.post("/billing/details", data={**sent, "name": ""}).status_code == 422
    assert _accounts_of(app, bergen, bergen.bob) == 0
    assert bob.post("/billing/details", data=sent).status_code == 303
    assert _accounts_of(app, bergen, bergen.bob) == 1


def _accounts_of(app: Flask, house: House, person: Person) -> int:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return db.session.scalar(sa.select(sa.func.count(Account.id)).where(Account.person_id == person.id)) or 0
