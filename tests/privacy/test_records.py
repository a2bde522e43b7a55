"""The register in the words of others: records by law, Fides, DPV; at the desk and on the command line."""

import csv
import io
import json

import pytest
import yaml  # type: ignore[import-untyped]
from flask import Flask

from coworking.core.db import Base
from coworking.privacy.outward import dpv, fides, files, records, writing
from coworking.privacy.register import ENTRIES
from coworking.privacy.register.terms import Basis, Purpose, Subject
from tests.cast import House
from tests.conftest import As


def test_the_controllers_record_says_all_that_the_law_asks_for(inside: House) -> None:
    record = records.controller(files.current(inside.operator))
    told = dict(record.facts)
    assert inside.operator.legal_name in told["Controller"]
    assert "Datatilsynet" in told["Authority"]
    assert len(record.rows) == len({use.purpose for entry in ENTRIES.values() for use in entry.uses})
    assert all(cell for row in record.rows for cell in row)
    assert record.measures
    books = next(row for row in record.rows if row[0] == str(Purpose.BOOKS.text))
    assert "5 years after the end of the year" in books[-1]


def test_the_processors_record_names_both_sides(inside: House) -> None:
    record = records.processor(files.current(inside.operator), None)
    assert [name for name, _value in record.facts][:2] == ["Processor", "Controller"]


def test_fides_can_read_the_manifest(app: Flask) -> None:
    manifest = fides.manifest(Base.metadata)
    assert yaml.safe_load(writing.as_yaml(manifest)) == manifest
    person = next(each for each in manifest["dataset"][0]["collections"] if each["name"] == "person")
    assert {"name": "email", "description": "person.email", "data_categories": ["user.contact.email"]} in person["fields"]
    assert set(fides.USES) == set(Purpose) and set(fides.SUBJECTS) == set(Subject) and set(fides.BASES) == set(Basis)


def test_linked_data_names_terms_of_the_vocabulary(inside: House) -> None:
    graph = dpv.graph(files.current(inside.operator))
    phone = next(each for each in graph["@graph"] if each["@id"] == "#person.phone-booking")
    assert phone["dpv:hasLegalBasis"] == {"@id": "dpv:Contract"}
    assert {"@id": "#recipient-storage"} in phone["dpv:hasRecipient"]
    named = {each["@id"] for each in graph["@graph"]}
    pointed = {each["@id"] for process in graph["@graph"] for each in process.get("dpv:hasRecipient", []) if each["@id"].startswith("#")}
    assert pointed <= named


def test_a_manager_reads_the_records_and_takes_them_along(browse: As, bergen: House) -> None:
    client = browse(bergen, bergen.mats)
    shown = client.get("/desk/privacy/records")
    assert shown.status_code == 200
    assert str(ENTRIES["person.phone"].title) in shown.text
    rows = list(csv.reader(io.StringIO(client.get("/desk/privacy/records/controller.csv").data.decode("utf-8-sig"))))
    assert rows[0] == ["Record of processing, as controller"]
    assert json.loads(client.get("/desk/privacy/records/dpv.jsonld").data)["@context"]["dpv"] == "https://w3id.org/dpv#"
    assert client.get("/desk/privacy/records/else.txt").status_code == 404


def test_tabs_lead_only_where_one_may_go(browse: As, bergen: House) -> None:
    assert 'href="/desk/privacy/moving"' in browse(bergen, bergen.olga).get("/desk/privacy/records").text
    assert 'href="/desk/privacy/moving"' not in browse(bergen, bergen.mats).get("/desk/privacy/records").text


def test_records_speak_the_readers_language(browse: As, bergen: House) -> None:
    assert "Norge" in browse(bergen, bergen.mats, "nb").get("/desk/privacy/records/controller.csv").data.decode()


def test_the_front_desk_has_no_business_there(browse: As, bergen: House) -> None:
    assert browse(bergen, bergen.siri).get("/desk/privacy/records").status_code == 403
    assert browse(bergen, bergen.siri).get("/desk/privacy/records/fides.yaml").status_code == 403


@pytest.mark.parametrize("name", list(files.KINDS))
def test_the_command_writes_every_file(app: Flask, bergen: House, name: str) -> None:
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["privacy", "register", bergen.operator.slug, "--format", name])
    assert done.exit_code == 0, done.output
    assert len(done.output) > 500


def test_the_command_says_when_there_is_no_such_operator(app: Flask) -> None:
    with app.app_context():
        done = app.test_cli_runner().invoke(args=["privacy", "register", "nowhere", "--format", "fides.yaml"])
    assert done.exit_code == 1 and "There is no operator nowhere." in done.output
