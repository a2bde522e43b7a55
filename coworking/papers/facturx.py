"""Factur-X 1.0 (ZUGFeRD 2): the invoice's CII inside its own PDF, so that one file serves people and programs."""

import re
from typing import TYPE_CHECKING

from lxml import etree

from . import cii, pdf
from .paper import Paper, lacking
from .typeset import Attachment

if TYPE_CHECKING:
    from lxml.etree import _Element

FILE_NAME = "factur-x.xml"
_FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
_PROPERTIES = {
    "DocumentFileName": (FILE_NAME, "The name of the embedded XML document"),
    "DocumentType": ("INVOICE", "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER"),
    "Version": ("1.0", "The actual version of the standard applying to the embedded XML document"),
    "ConformanceLevel": ("EN 16931", "The conformance level of the embedded XML document"),
}
_OBJECT = b"%b 0 obj\n<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%b\nendstream\nendobj\n"


def render(paper: Paper) -> bytes:
    """The paper's PDF with its electronic invoice inside; a plain PDF where ``lacking`` finds something. The same paper, the same bytes."""
    if lacking(paper):
        return pdf.render(paper)
    plain = pdf.render(paper, Attachment(FILE_NAME, cii.invoice(paper)))
    return _described(plain)


def _described(document: bytes) -> bytes:
    """The PDF with Factur-X's properties in its XMP: an incremental update (ISO 32000-1, 7.5.6), for typst writes no XMP of others."""
    trailer = re.search(rb"trailer\s*<<(.*/Root (\d+) 0 R.*)>>\s*startxref\s+(\d+)\s+%%EOF\s*$", document)
    catalog = _after(document, trailer[2]) if trailer else b""
    reference = re.search(rb"/Metadata (\d+) 0 R", catalog)
    old = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", _after(document, reference[1]), re.DOTALL) if reference else None
    if trailer is None or reference is None or old is None:
        raise ValueError("typst no longer writes its metadata in the clear")
    packet = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n%b\n<?xpacket end="r"?>' % _extended(old.group())
    start = len(document) + 1
    table = start + len(_OBJECT % (reference[1], len(packet), packet))
    update = _OBJECT + b"xref\n%b 1\n%010d 00000 n \ntrailer\n<<%b/Prev %b>>\nstartxref\n%d\n%%%%EOF\n"
    return document + b"\n" + update % (reference[1], len(packet), packet, reference[1], start, trailer[1], trailer[3], table)


def _after(document: bytes, number: bytes) -> bytes:
    """The PDF from an object of its own on."""
    return document[document.rindex(b"\n%b 0 obj" % number) :]


def _extended(metadata: bytes) -> bytes:
    """XMP with PDF/A's and PDF/UA's claims kept, and Factur-X's properties and their schema added (ISO 19005-3, 6.6.2.3)."""
    root = etree.fromstring(metadata)
    description = root.find(f".//{{{_RDF}}}Description")
    bag = root.find(f".//{{{_EXTENSION}}}schemas/{{{_RDF}}}Bag")
    if description is None or bag is None:
        raise ValueError("typst no longer writes one description with its extension schemas")
    own = etree.Element(f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""}, nsmap={"fx": _FX, "rdf": _RDF})
    for name, (value, _meaning) in _PROPERTIES.items():
        etree.SubElement(own, f"{{{_FX}}}{name}").text = value
    description.addnext(own)
    bag.append(_schema())
    return etree.tostring(root, encoding="UTF-8")


def _schema() -> "_Element":
    schema = _resource()
    for tag, text in (("schema", "Factur-X PDFA Extension Schema"), ("namespaceURI", _FX), ("prefix", "fx")):
        etree.SubElement(schema, f"{{{_SCHEMA}}}{tag}").text = text
    listed = etree.SubElement(etree.SubElement(schema, f"{{{_SCHEMA}}}property"), f"{{{_RDF}}}Seq")
    for name, (_value, meaning) in _PROPERTIES.items():
        property_ = _resource()
        for tag, text in (("name", name), ("valueType", "Text"), ("category", "external"), ("description", meaning)):
            etree.SubElement(property_, f"{{{_PROPERTY}}}{tag}").text = text
        listed.append(property_)
    return schema


def _resource() -> "_Element":
    names = {"rdf": _RDF, "pdfaSchema": _SCHEMA, "pdfaProperty": _PROPERTY}
    return etree.Element(f"{{{_RDF}}}li", {f"{{{_RDF}}}parseType": "Resource"}, nsmap=names)
