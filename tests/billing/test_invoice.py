"""Invoices: charges come onto one paper, issued papers stay, credit notes mirror what they take back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from coworking.billing import allocating, balance, charging, crediting, hashing, invoicing
from coworking.billing.crediting import NotCreditable, TooMuch
from coworking.billing.invoicing import AlreadyIssued, NothingToBill
from coworking.billing.models import Charge, Invoice, InvoiceLine, InvoiceSeries, InvoiceTax
from coworking.core.db import db
from coworking.core.money import Money
from coworking.tax.rates import VatClass
from tests.billing.helpers import DAY, account, charged, issued, paid
from tests.cast import House


def test_a_draft_gathers_what_is_due_in_one_currency(inside: House) -> None:
    alice = account(inside.alice)
    due, later, euros = charged(alice, 12_500), charged(alice, due_from=DAY + timedelta(days=1)), charged(alice, 999, "EUR")
    drafted = invoicing.draft(alice, DAY)
    assert drafted is not None
    assert [line.charge_id for line in drafted.lines] == [due.id]
    assert (drafted.net, drafted.vat, drafted.gross, drafted.number) == (10_000, 2_500, 12_500, None)
    assert [charge.id for charge in charging.open_charges(alice)] == [euros.id, later.id]
    assert invoicing.draft(alice, DAY) is None
    assert invoicing.currencies_due(alice.id, DAY) == ["EUR"]


def test_a_dropped_draft_leaves_its_charges_open(inside: House) -> None:
    alice = account(inside.alice)
    charged(alice)
    drafted = invoicing.draft(alice, DAY)
    assert drafted is not None
    invoicing.discard(drafted)
    assert len(charging.open_charges(alice)) == 1


def test_issuing_numbers_the_paper_and_freezes_who_pays_and_how(inside: House) -> None:
    alice = account(inside.alice)
    first, second = issued(alice, 12_500), issued(alice, 100)
    assert (first.label, second.label, second.previous_hash) == ("KV-000001", "KV-000002", first.hash)
    assert (first.issued_on, first.due_on) == (DAY, DAY + timedelta(days=14))
    assert (first.seller["name"], first.buyer["name"]) == ("Kvartal Drift", alice.name)
    assert first.reference.startswith("001001")
    assert invoicing.issue(first).label == "KV-000001"


def test_days_rise_with_numbers(inside: House) -> None:
    alice = account(inside.alice)
    issued(alice)
    charged(alice)
    drafted = invoicing.draft(alice, DAY)
    assert drafted is not None
    assert invoicing.issue(drafted, DAY - timedelta(days=3)).issued_on == DAY


def test_more_given_back_than_charged_makes_no_invoice(inside: House) -> None:
    alice = account(inside.alice)
    charged(alice, -100, source_kind="discount")
    drafted = invoicing.draft(alice, DAY)
    assert drafted is not None
    with pytest.raises(NothingToBill):
        invoicing.issue(drafted)


def test_a_change_of_rate_between_two_days_shows_as_two_rates(inside: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from coworking.tax import rates

    monkeypatch.setitem(rates.STANDARD, "NO", (*rates.STANDARD["NO"], rates.Dated(date(2027, 1, 1), 2600)))
    alice = account(inside.alice)
    charged(alice, 12_500, period_start=date(2026, 12, 31), period_end=date(2026, 12, 31))
    charged(alice, 12_600, period_start=date(2027, 1, 1), period_end=date(2027, 1, 1))
    drafted = invoicing.draft(alice, DAY)
    assert drafted is not None
    assert [(tax.rate, tax.net, tax.vat) for tax in drafted.taxes] == [(2600, 10_000, 2_600), (2500, 10_000, 2_500)]


def test_a_checked_business_abroad_accounts_for_the_vat_of_a_service_itself(nantes: House, app: object) -> None:
    from coworking.core import tenancy

    with app.app_context(), tenancy.acting_for(nantes.operator.id):  # type: ignore[attr-defined]
        buyer = account(nantes.alice)
        buyer.country, buyer.is_business, buyer.vat_number, buyer.vat_check = "DE", True, "DE136695976", "format"
        charged(buyer, 12_000, "EUR", vat_class=VatClass.SERVICE, vat_country="FR")
        charged(buyer, 12_000, "EUR", vat_class=VatClass.SPACE, vat_country="FR")
        drafted = invoicing.draft(buyer, DAY)
        assert drafted is not None
        assert [(tax.category, tax.net, tax.vat, tax.reason) for tax in drafted.taxes] == [
            ("S", 10_000, 2_000, ""),
            ("AE", 10_000, 0, "reverse_charge"),
        ]
        db.session.rollback()


def test_a_payment_settles_what_it_names_then_the_oldest_and_the_rest_waits_for_the_next_invoice(inside: House) -> None:
    alice = account(inside.alice)
    old, new = issued(alice, 10_000), issued(alice, 20_000)
    payment = paid(new, 36_000, purpose=f"invoice:{new.id}")
    assert [(each.invoice_id, each.amount) for each in allocating.allocate(payment)] == [(new.id, 20_000), (old.id, 10_000)]
    assert allocating.allocate(payment) == []
    assert balance.credit_left(alice) == {"NOK": Money(6_000, "NOK")}
    third = issued(alice, 10_000)
    assert balance.open_amount(third) == Money(4_000, "NOK")
    assert balance.balance(alice) == {"NOK": Money(4_000, "NOK")}


def test_a_deposit_pays_no_invoice(inside: House) -> None:
    alice = account(inside.alice)
    paid(issued(alice, 10_000), 10_000, purpose="deposit:1")
    assert balance.open_amount(issued(alice, 5_000)) == Money(5_000, "NOK")
    assert balance.credit_left(alice) == {}


def test_another_currency_pays_nothing(inside: House) -> None:
    alice = account(inside.alice)
    invoice = issued(alice, 10_000)
    payment = paid(invoice, 10_000)
    payment.currency = "EUR"
    db.session.flush()
    assert allocating.allocate(payment) == []
    assert balance.credit_left(alice) == {"EUR": Money(10_000, "EUR")}


def test_a_credit_note_mirrors_its_invoice_and_settles_it(inside: House) -> None:
    alice = account(inside.alice)
    charged(alice, 999)
    charged(alice, 12_345, tax_included=False)
    invoice = issued(alice, -333)
    note = crediting.credit(invoice, None, "Booked twice")
    assert (note.label, note.net, note.vat, note.gross) == ("KVK-000001", invoice.net, invoice.vat, invoice.gross)
    assert [(tax.category, tax.rate, tax.net, tax.vat) for tax in note.taxes] == [(tax.category, tax.rate, tax.net, tax.vat) for tax in invoice.taxes]
    assert (note.note, note.credits_id) == ("Booked twice", invoice.id)
    assert balance.open_amount(invoice) == Money(0, "NOK")
    with pytest.raises(TooMuch):
        crediting.credit(invoice, None, "Again")


def test_parts_of_a_line_can_be_credited_until_nothing_is_left(inside: House) -> None:
    invoice = issued(account(inside.alice), 999)
    line = invoice.lines[0]
    notes = [crediting.credit(invoice, {line.id: Money(minor, "NOK")}, "A part") for minor in (100, 333)]
    notes.append(crediting.credit(invoice, {line.id: None}, "The rest"))
    assert [note.gross for note in notes] == [100, 333, 566]
    assert sum(note.net for note in notes) == invoice.net
    for asked in (Money(1, "NOK"), Money(0, "NOK"), Money(-1, "NOK"), Money(1, "EUR")):
        with pytest.raises(TooMuch):
            crediting.credit(invoice, {line.id: asked}, "Too much")


def test_what_was_paid_and_is_credited_stays_as_credit(inside: House) -> None:
    alice = account(inside.alice)
    invoice = issued(alice, 10_000)
    allocating.allocate(paid(invoice, 10_000))
    crediting.credit(invoice, None, "Gone")
    assert balance.credit_left(alice) == {"NOK": Money(10_000, "NOK")}


def test_drafts_credit_notes_and_foreign_lines_can_t_be_credited(inside: House) -> None:
    alice = account(inside.alice)
    invoice, other = issued(alice), issued(alice)
    charged(alice)
    drafted = invoicing.draft(alice, DAY)
    assert drafted is not None
    note = crediting.credit(other, None, "Gone")
    for paper, lines in ((drafted, None), (note, None), (invoice, {other.lines[0].id: None})):
        with pytest.raises(NotCreditable):
            crediting.credit(paper, lines, "No")


def test_an_issued_paper_refuses_to_be_redrawn_or_dropped(inside: House) -> None:
    invoice = issued(account(inside.alice))
    for change in (invoicing.redraw, invoicing.discard):
        with pytest.raises(AlreadyIssued):
            change(invoice)


@pytest.mark.parametrize(
    "change",
    [
        sa.update(Invoice).values(gross=1, net=1, vat=0),
        sa.update(Invoice).values(note="Nothing to see"),
        sa.delete(Invoice),
        sa.update(InvoiceLine).values(description="Something else"),
        sa.delete(InvoiceLine),
        sa.update(InvoiceTax).values(vat=0),
        sa.delete(InvoiceTax),
    ],
    ids=str,
)
@pytest.mark.proves("W2G-43")
def test_the_database_itself_refuses_to_change_what_was_issued(inside: House, change: sa.Executable) -> None:
    issued(account(inside.alice))
    with pytest.raises(DatabaseError, match="sealed"), db.session.begin_nested():
        db.session.execute(change)


def test_no_line_can_be_slipped_into_an_issued_paper(inside: House) -> None:
    invoice = issued(account(inside.alice))
    more = InvoiceLine(
        invoice_id=invoice.id, position=9, description="More", net=1, gross=1, vat_category="S", vat_rate=2500, period_start=DAY, period_end=DAY
    )
    with pytest.raises(DatabaseError, match="sealed"), db.session.begin_nested():
        db.session.add(more)


def _tampered(session: Session, *changes: sa.Executable) -> None:
    """Change rows behind the seals, as somebody with the database's own keys could."""
    connection = session.connection()
    postgres = connection.dialect.name == "postgresql"
    tables = ("invoice", "invoice_line", "invoice_tax")
    kept = [] if postgres else connection.exec_driver_sql("SELECT sql, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'invoice%'").all()
    for table in tables if postgres else ():
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for _sql, name in kept:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for change in changes:
        session.execute(change, execution_options={"synchronize_session": False})
    for table in tables if postgres else ():
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for sql, _name in kept:
        connection.exec_driver_sql(sql)


def test_the_chain_holds_and_names_the_first_link_that_was_tampered_with(inside: House) -> None:
    alice = account(inside.alice)
    papers = [issued(alice, minor) for minor in (100, 200, 300, 400)]
    ids = [paper.id for paper in papers]
    assert hashing.verify("KV") is None
    assert hashing.verify("KVK") is None

    def broken(*changes: sa.Executable) -> tuple[int, str]:
        db.session.flush()
        nested = db.session.begin_nested()
        _tampered(db.session(), *changes)
        found = hashing.verify("KV")
        nested.rollback()
        db.session.expire_all()
        assert found is not None
        return found.number, found.why

    assert broken(sa.update(InvoiceLine).where(InvoiceLine.invoice_id == ids[1]).values(description="Less")) == (2, "changed")
    assert broken(sa.update(Invoice).where(Invoice.id == ids[2]).values(buyer={"name": "Somebody else"})) == (3, "changed")
    gone = (
        sa.update(Charge).where(Charge.invoice_id == ids[1]).values(invoice_id=None),
        sa.delete(InvoiceLine).where(InvoiceLine.invoice_id == ids[1]),
        sa.delete(InvoiceTax).where(InvoiceTax.invoice_id == ids[1]),
        sa.delete(Invoice).where(Invoice.id == ids[1]),
    )
    assert broken(*gone) == (2, "missing")
    last = tuple(
        sa.delete(table).where(column == ids[3]) for table, column in ((InvoiceLine, InvoiceLine.invoice_id), (InvoiceTax, InvoiceTax.invoice_id))
    )
    assert broken(
        sa.update(Charge).where(Charge.invoice_id == ids[3]).values(invoice_id=None), *last, sa.delete(Invoice).where(Invoice.id == ids[3])
    ) == (4, "cut")
    assert broken(sa.update(InvoiceSeries).values(last_hash="0" * 64)) == (5, "cut")
