"""The register in the W3C's Data Privacy Vocabulary (DPV 2, https://w3id.org/dpv), as JSON-LD."""

from typing import Any

from ..register.terms import Basis, Purpose, Reader, Source, Subject, Term

CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def graph(facts: dict[str, Any]) -> dict[str, Any]:
    """One process for each kind of data and purpose, with people, basis, recipients and time. Titles in all our languages."""
    processes = [_process(facts, entry, use) for entry in facts["entries"] for use in entry["uses"]]
    return {"@context": CONTEXT, "@graph": [_controller(facts), *(_recipient(each) for each in facts["recipients"]), *processes]}


def _controller(facts: dict[str, Any]) -> dict[str, Any]:
    who = facts["controller"]
    return {"@id": "#controller", "@type": "dpv:DataController", "dpv:hasName": who["legal_name"], "dpv:hasContact": who["email"]}


def _recipient(each: dict[str, Any]) -> dict[str, Any]:
    kind = "dpv:DataProcessor" if each["kind"] == "processor" else "dpv:DataController"
    return {"@id": f"#recipient-{each['key']}", "@type": kind, "dpv:hasName": each["name"] or each["key"], "dpv:hasCountry": each["country"]}


def _process(facts: dict[str, Any], entry: dict[str, Any], use: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"#{entry['key']}-{use['purpose']}",
        "@type": "dpv:Process",
        "dct:title": [{"@language": code, "@value": text} for code, text in entry["title"].items()],
        "dpv:hasDataController": {"@id": "#controller"},
        "dpv:hasPurpose": {"@id": _name(Purpose, use["purpose"])},
        "dpv:hasLegalBasis": {"@id": _name(Basis, use["basis"])},
        "dpv:hasDataSubject": _names(Subject, entry["subjects"]),
        "dpv:hasDataSource": _names(Source, entry["source"]),
        "dpv:hasRecipient": [*_names(Reader, entry["readers"]), *({"@id": f"#recipient-{key}"} for key in entry["recipients"])],
        "dpv:hasStorageCondition": {"@type": "dpv:StorageDuration", "dpv:hasDuration": {"@type": "xsd:duration", "@value": _duration(facts, entry)}},
    }


def _duration(facts: dict[str, Any], entry: dict[str, Any]) -> str:
    kept = entry["retention"]
    return f"P{facts['laws'][kept['law']]['months']}M" if "law" in kept else f"P{kept['days']}D"


def _name(kind: type[Term], value: str) -> str:
    return next((member.dpv for member in kind if member.value == value), value)


def _names(kind: type[Term], values: list[str]) -> list[dict[str, str]]:
    return [{"@id": name} for name in dict.fromkeys(_name(kind, value) for value in values)]
