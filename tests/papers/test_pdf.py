"""The PDF of a paper: archivable and accessible, with its electronic invoice inside, and deaf to what names try."""

import os
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from typing import Any

import facturx as factur_x
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from coworking.core.money import Money
from coworking.papers import cii, facturx, pdf
from coworking.papers.paper import Paper

from . import samples, strategies

PAPERS = int(os.environ.get("PAPERS", "150"))
XMP = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "fx": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
}


def text_of(document: bytes) -> str:
    """All words, blanks made equal."""
    return " ".join("\n".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages).split())


def claims(document: bytes) -> dict[str, str | None]:
    """What the metadata claims."""
    xmp = PdfReader(BytesIO(document)).xmp_metadata
    assert xmp is not None
    root = etree.fromstring(xmp.stream.get_data())
    names = ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part", "fx:DocumentType", "fx:DocumentFileName", "fx:Version", "fx:ConformanceLevel")
    return {name: root.findtext(f".//{name}", namespaces=XMP) for name in names}


def fonts(document: bytes) -> list[Any]:
    """Every font that a page draws with."""
    pages: Any = PdfReader(BytesIO(document)).pages
    return [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]


def test_it_claims_archive_accessibility_and_factur_x(spoken: None) -> None:
    assert claims(facturx.render(samples.norwegian())) == {
        "pdfaid:part": "3",
        "pdfaid:conformance": "A",
        "pdfuaid:part": "1",
        "fx:DocumentType": "INVOICE",
        "fx:DocumentFileName": "factur-x.xml",
        "fx:Version": "1.0",
        "fx:ConformanceLevel": "EN 16931",
    }


def test_it_keeps_what_it_claims_as_far_as_can_be_read(spoken: None) -> None:
    document = facturx.render(samples.norwegian())
    root: Any = PdfReader(BytesIO(document)).trailer["/Root"]
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/OutputIntents"][0]["/DestOutputProfile"].get_data()
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nb-NO"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    for font in fonts(document):
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert descriptor["/FontFile2"].get_data()
        assert "/ToUnicode" in font


def test_the_electronic_invoice_inside_is_the_same_invoice(spoken: None) -> None:
    paper = samples.french()
    document = facturx.render(paper)
    root: Any = PdfReader(BytesIO(document)).trailer["/Root"]
    (file,) = root["/AF"]
    assert file["/AFRelationship"] == "/Alternative"
    assert file["/EF"]["/F"]["/Subtype"] == "/text/xml"
    assert factur_x.get_facturx_xml_from_pdf(document, check_schematron=False) == ("factur-x.xml", cii.invoice(paper))


def test_the_same_paper_makes_the_same_bytes(spoken: None) -> None:
    assert facturx.render(samples.british()) == facturx.render(samples.british())


def test_norway_reads_what_its_law_demands(spoken: None) -> None:
    text = text_of(pdf.render(samples.norwegian()))
    for said in (
        "KV-2026-000123", "Kvartal Coworking AS", "Org.nr 923 609 016 MVA", "Foretaksregisteret", "Fjell & Fjord Arkitekter AS",
        "1. des. 2026", "15. des. 2026", "1.–30. nov. 2026", "Kvartal, Markveien 35, Oslo", "25 %", "15 %", "3 578,00", "192,00", "19 362,00 kr", "KID 0000123000017",
    ):  # fmt: skip
        assert said in text, said


def test_france_reads_what_its_law_demands(spoken: None) -> None:
    text = text_of(pdf.render(samples.french(vat_on_debits=True)))
    for said in (
        "SIRET 552 100 554 00013", "RCS Paris 552 100 554", "SAS au capital de 20 000 €", "N° TVA FR03552100554", "SIREN 443 061 841", "40 €", "prestation de services",
        "Pénalités de retard", "Pas d’escompte", "d’après les débits", "PO-7781", "77,30", "510,00 €",
    ):  # fmt: skip
        assert said in text, said


def test_a_french_seller_names_the_reverse_charge_in_the_laws_word(spoken: None) -> None:
    line = samples.line("Desk", Money(10_000, "EUR"), 0, vat_category="AE")
    paper = samples.paper([line], seller=samples.ROTONDE, buyer=samples.FJELL, locale="en")
    assert "Autoliquidation" in text_of(pdf.render(paper))


def test_a_french_consumer_reads_nothing_of_late_penalties(spoken: None) -> None:
    assert "40 €" not in text_of(pdf.render(samples.french(buyer=samples.ADA)))


def test_britain_reads_what_its_law_demands(spoken: None) -> None:
    text = text_of(pdf.render(samples.british()))
    for said in ("LW-2026-000007", "VAT no. GB123456789", "Tax point 1 Dec 2026", "20%", "0%", "£63.40", "No discount is offered", "Ada Osei"):
        assert said in text, said


def test_late_interest_is_told_where_the_operator_tells_it(spoken: None) -> None:
    said = "Ved forsinket betaling beregnes forsinkelsesrente."
    assert said in text_of(pdf.render(samples.norwegian(late_interest=said)))
    assert said not in text_of(pdf.render(samples.credit(samples.norwegian(late_interest=said))))


def test_a_hash_is_shown_as_far_as_an_eye_compares(spoken: None) -> None:
    text = text_of(pdf.render(samples.norwegian(fingerprint="0123456789abcdef" * 4, locale="en")))
    assert "Fingerprint 0123 4567 89ab cdef" in text
    assert "0123456789" not in text


def test_a_reference_that_is_the_order_is_told_once(spoken: None) -> None:
    text = text_of(pdf.render(samples.norwegian(buyer_reference="PO-1", purchase_order="PO-1")))
    assert text.count("PO-1") == 1


def test_vat_in_the_sellers_currency_stands_on_the_page(spoken: None) -> None:
    paper = samples.paper([samples.line("Desk", Money(10_000, "EUR"))], vat_local=Money(29_375, "NOK"))
    assert "293,75 kr" in text_of(pdf.render(paper))


def test_many_lines_carry_their_sum_from_page_to_page(spoken: None) -> None:
    lines = [samples.line(f"Room {number}", Money(10_000, "NOK"), details=("An hour",)) for number in range(80)]
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf.render(samples.paper(lines, locale="en")))).pages]
    assert len(pages) > 2
    for before, after in pairwise(pages):
        carried = before.rpartition("Carried forward ")[2].split()[0]
        assert f"Brought forward {carried}" in after
        assert "Unit price" in after
    assert "Carried forward" not in pages[-1]


HOSTILE = (
    '#panic("x")',
    '#read("/etc/passwd")',
    '") #eval("1")',
    "*bold* $x$ `raw` <label> @ref // -- \\ #{",
    "שלום مرحبا",
    "🎉 日本 \u202e evil",
    "a" * 400,
    "\x00\x1b[31m",
    "\u200b\u0301",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_was_typed_is_read_as_markup(spoken: None, hostile: str) -> None:
    buyer = replace(samples.FJELL, name=f"A{hostile}", street=hostile, attention=hostile)
    line = replace(samples.line(f"B{hostile}", Money(100, "NOK")), details=(hostile,))
    text = text_of(pdf.render(samples.paper([line], buyer=buyer, label="KV-1", note=hostile, locale="en")))
    assert "root:" not in text
    if hostile.isascii() and hostile.isprintable() and len(hostile) < 60:
        assert " ".join(f"B{hostile}".split()) in text


@settings(max_examples=max(40, PAPERS // 4), deadline=None, suppress_health_check=list(HealthCheck))
@given(paper=strategies.papers(most_lines=40), brand=st.tuples(st.integers(0, 360), st.integers(0, 300)))
def test_every_paper_can_be_drawn(speech: Flask, paper: Paper, brand: tuple[int, int]) -> None:
    with speech.app_context():
        document = facturx.render(replace(paper, brand=replace(paper.brand, hue=brand[0], chroma=brand[1])))
    assert document.startswith(b"%PDF-1.7")


def test_a_logo_stands_in_for_the_name(spoken: None) -> None:
    from PIL import Image

    png = BytesIO()
    Image.new("RGBA", (300, 80), (20, 90, 60, 255)).save(png, "PNG")
    paper = samples.norwegian()
    document = pdf.render(replace(paper, brand=replace(paper.brand, logo=png.getvalue())))
    assert [image.name for image in PdfReader(BytesIO(document)).pages[0].images]


def test_a_part_of_an_hour_reads_as_such(spoken: None) -> None:
    line = samples.line("Fjord", Money(52_500, "NOK"), unit="HUR", quantity=Decimal("1.75"), unit_net=Money(30_000, "NOK"))
    assert "1,75" in text_of(pdf.render(samples.paper([line])))
