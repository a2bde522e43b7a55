"""Papers of issued invoices: PDF and UBL from the sealed row, the same bytes each time, kept once made."""

from io import BytesIO

import pytest
from lxml import etree
from pypdf import PdfReader

from coworking.billing import allocating, crediting, papers
from coworking.billing.models import BillingSettings, Invoice
from coworking.core import files
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.tax.rates import VatClass
from tests.billing.helpers import account, charged, issued, paid
from tests.cast import House


@pytest.fixture
def seller(inside: House) -> Operator:
    operator = db.session.get_one(Operator, inside.operator.id)
    operator.org_number, operator.vat_number = "923609016", "923609016MVA"
    return operator


def _invoice(house: House) -> Invoice:
    alice = account(house.alice)
    alice.street, alice.postcode, alice.city = "Strandgaten 1", "5013", "Bergen"
    charged(alice, 999, location_id=house.location.id)
    return issued(alice, 12_345, tax_included=False, quantity=3000, location_id=house.location.id)


def test_a_paper_is_made_once_and_then_kept(inside: House, seller: Operator) -> None:
    invoice = _invoice(inside)
    made = papers.pdf(invoice)
    assert made.startswith(b"%PDF")
    assert files.read(papers.pdf_key(invoice)) == made
    files.remove(papers.pdf_key(invoice))
    assert papers.pdf(invoice) == made


@pytest.mark.proves("WPX-61")
def test_it_says_who_what_where_and_the_fingerprint(inside: House, seller: Operator) -> None:
    invoice = _invoice(inside)
    words = " ".join("".join(page.extract_text() for page in PdfReader(BytesIO(papers.pdf(invoice))).pages).split())
    for text in ("KV-000001", "Kvartal Drift", "Alice", "Strandgaten 1", "Nordnesgaten 12", invoice.reference):
        assert text in words
    assert invoice.hash[:16] in words.replace(" ", "")


def test_the_electronic_invoice_has_the_same_sums(inside: House, seller: Operator) -> None:
    invoice = _invoice(inside)
    root = etree.fromstring(papers.xml(invoice))
    found = {etree.QName(node).localname: node.text for node in root.iter() if etree.QName(node).localname in {"TaxExclusiveAmount", "PayableAmount"}}
    assert found == {"TaxExclusiveAmount": f"{invoice.net / 100:.2f}", "PayableAmount": f"{invoice.gross / 100:.2f}"}


def test_a_credit_note_names_what_it_credits(inside: House, seller: Operator) -> None:
    invoice = _invoice(inside)
    note = crediting.credit(invoice, {invoice.lines[0].id: None}, "Not used")
    paper = papers.paper_of(note)
    assert [credited.label for credited in paper.credits] == ["KV-000001"]
    assert paper.note == "Not used"
    assert papers.pdf(note).startswith(b"%PDF")


def test_what_was_left_over_shows_as_paid(inside: House, seller: Operator) -> None:
    invoice = _invoice(inside)
    allocating.allocate(paid(invoice, invoice.gross + 300))
    paper = papers.paper_of(issued(account(inside.alice), 500))
    assert (paper.prepaid.minor, paper.due.minor) == (300, 200)


def test_a_seller_without_vat_says_so(inside: House, seller: Operator) -> None:
    seller.vat_registered = False
    paper = papers.paper_of(issued(account(inside.alice), 1000, vat_class=VatClass.SERVICE))
    assert [(tax.category, tax.vat.minor, tax.vatex) for tax in paper.taxes] == [("O", 0, "VATEX-EU-O")]
    assert paper.taxes[0].reason


def test_later_settings_change_no_earlier_paper(inside: House, seller: Operator) -> None:
    invoice = _invoice(inside)
    before = papers.paper_of(invoice)
    seller.legal_name, seller.hue = "Somebody Else", 10
    db.session.add(BillingSettings(operator_id=seller.id, iban="NO9386011117947"))
    account(inside.alice).name = "Alice Married"
    db.session.flush()
    assert papers.paper_of(invoice) == before
