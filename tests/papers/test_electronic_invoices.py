"""Electronic invoices pass the official rules: XSD, EN 16931 and, inside France, France's own."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from coworking.core.money import Money
from coworking.papers import cii, ubl
from coworking.papers.paper import Paper

from . import samples, schemas, strategies

# A hundred thousand take hours: `PAPERS=100000 make test-heavy` on a machine that has them.
PAPERS = int(os.environ.get("PAPERS", "150"))

UBL = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
}


def faults(paper: Paper) -> list[str]:
    """All that the official rules object to in either syntax."""
    found = []
    for syntax, rules, french in ((cii, schemas.CII_RULES, schemas.FRENCH_CII_RULES), (ubl, schemas.UBL_RULES, schemas.FRENCH_UBL_RULES)):
        xml = syntax.invoice(paper)
        found += schemas.schema_faults(xml) + schemas.rule_faults(xml, rules)
        if paper.inside_france:
            found += schemas.rule_faults(xml, french)
    return found


@settings(max_examples=PAPERS, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.papers())
def test_whatever_is_billed_the_papers_validate(paper: Paper) -> None:
    assert faults(paper) == []


@pytest.mark.parametrize("made", [samples.norwegian, samples.french, samples.british])
@pytest.mark.proves("W2G-43")
def test_the_demo_operators_papers_validate(made: Callable[[], Paper]) -> None:
    paper = made()
    assert faults(paper) == []
    assert faults(samples.credit(paper)) == []


@pytest.mark.parametrize(
    ("syntax", "rules", "broken"),
    [(cii, schemas.CII_RULES, b"<ram:GrandTotalAmount>1"), (ubl, schemas.UBL_RULES, b'<cbc:TaxInclusiveAmount currencyID="NOK">1')],
)
def test_the_rules_do_catch_a_wrong_sum(syntax: object, rules: tuple[Path, ...], broken: bytes) -> None:
    xml = (cii if syntax is cii else ubl).invoice(samples.norwegian())
    assert broken in xml
    assert any("BR-CO-15" in fault for fault in schemas.rule_faults(xml.replace(broken, broken[:-1] + b"2"), rules))


def test_frances_rules_do_catch_a_missing_penalty() -> None:
    xml = cii.invoice(samples.french())
    assert any("PMD" in fault for fault in schemas.rule_faults(xml.replace(b">PMD<", b">AAI<"), schemas.FRENCH_CII_RULES))


def test_peppol_is_named_only_where_both_can_be_reached() -> None:
    def customization(paper: Paper) -> str | None:
        return etree.fromstring(ubl.invoice(paper)).findtext("cbc:CustomizationID", namespaces=UBL)

    assert customization(samples.norwegian()) == "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    assert customization(samples.british()) == "urn:cen.eu:en16931:2017"
    assert customization(samples.french()) == "urn:cen.eu:en16931:2017"


def test_ehf_names_the_norwegian_register_and_the_buyers_reference() -> None:
    root = etree.fromstring(ubl.invoice(samples.norwegian()))
    seller = root.find("cac:AccountingSupplierParty/cac:Party", UBL)
    assert seller is not None
    registrations = [node.text for node in seller.iterfind("cac:PartyTaxScheme/cbc:CompanyID", UBL)]
    assert registrations == ["NO923609016MVA", "Foretaksregisteret"]
    assert root.findtext("cbc:BuyerReference", namespaces=UBL) == "Tone Berg"
    assert root.findtext("cac:PaymentMeans/cbc:PaymentID", namespaces=UBL) == "0000123000017"


def test_vat_is_told_in_the_sellers_currency_too() -> None:
    paper = samples.norwegian()
    abroad = samples.paper([samples.line("Desk", Money(10_000, "EUR"))], vat_local=Money(29_375, "NOK"))
    assert b"TaxCurrencyCode" not in ubl.invoice(paper)
    assert faults(abroad) == []
    totals = etree.fromstring(ubl.invoice(abroad)).iterfind("cac:TaxTotal/cbc:TaxAmount", UBL)
    assert [(node.text, node.get("currencyID")) for node in totals] == [("25.00", "EUR"), ("293.75", "NOK")]


def test_what_is_outside_vat_stands_beside_what_is_not() -> None:
    deposit = samples.line("Deposit", Money(500_000, "NOK"), 0, vat_category="O")
    assert faults(samples.paper([deposit])) == []
    assert faults(samples.paper([deposit, samples.line("Desk", Money(349_000, "NOK"))])) == []


def test_control_characters_never_reach_the_xml() -> None:
    paper = samples.norwegian(buyer=replace(samples.FJELL, name="Fjell\x00\x1b & <Fjord> \ud800AS"), note="\uffff")
    assert "Fjell &amp; &lt;Fjord&gt; AS" in cii.invoice(paper).decode()
    assert faults(paper) == []


def test_the_same_paper_makes_the_same_bytes() -> None:
    assert cii.invoice(samples.french()) == cii.invoice(samples.french())
    assert ubl.invoice(samples.french()) == ubl.invoice(samples.french())


def test_a_seller_without_vat_says_why() -> None:
    seller = replace(samples.ROTONDE, vat_number="")
    exempt = samples.line("Bureau", Money(29_900, "EUR"), 0, vat_category="E")
    paper = samples.french(seller=seller)
    assert paper.issued_on == date(2026, 12, 1)
    exempted = samples.paper([exempt], seller=seller, buyer=samples.ATELIER, locale="fr", label="LR-1")
    assert faults(exempted) == []
    assert "TVA non applicable, art. 293 B du CGI" in ubl.invoice(exempted).decode()


def test_a_price_that_misses_its_amount_says_so_many_for_so_much() -> None:
    yen = samples.line("Desk", Money(334, "JPY"), quantity=Decimal("0.5"), unit_net=Money(667, "JPY"))
    price = etree.fromstring(ubl.invoice(samples.paper([yen], vat_local=Money(600, "NOK")))).find("cac:InvoiceLine/cac:Price", UBL)
    assert price is not None
    assert price.findtext("cbc:PriceAmount", namespaces=UBL) == "334"
    assert price.findtext("cbc:BaseQuantity", namespaces=UBL) == "0.5"
