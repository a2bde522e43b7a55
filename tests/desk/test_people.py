"""People are found by a part of their name, address or company; the list leaves as harmless CSV."""

import csv
import io

import pytest
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.enquiries.models import Enquiry
from coworking.people.models import Person
from tests.cast import House
from tests.conftest import As
from tests.marketing.test_queries import counting


@pytest.mark.parametrize("q", ["alice", "ALICE", "alice@kvartal", "alice kvartal"])
def test_a_part_is_enough(bergen: House, browse: As, q: str) -> None:
    page = browse(bergen, bergen.siri).get("/desk/people", query_string={"q": q}).text
    assert "alice@kvartal.example" in page
    assert "bob@kvartal.example" not in page


@pytest.mark.parametrize(
    ("q", "name"),
    [
        ("soren aero", "Søren Ærø"), ("SØREN", "Søren Ærø"), ("ærø", "Søren Ærø"), ("elodie", "Élodie Lefèvre"), ("LEFÈVRE", "Élodie Lefèvre"),
        ("Lefévre", "Élodie Lefèvre"), ("asa", "Åsa Öberg"), ("øberg", "Åsa Öberg"), ("strasse", "Jürgen Straße"), ("e\u0301lodie", "Élodie Lefèvre"),
        ("nguyen", "Nguyễn Văn"), ("decompose", "De\u0301compose\u0301"), ("łódz", "Lódź"), ("cafe noir", "Paul"), ("İstanbul", "Ismet Istanbul"),
    ],
)  # fmt: skip
def test_case_and_accents_need_not_be_typed(app: Flask, bergen: House, browse: As, q: str, name: str) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.add(Person(name=name, email="wanted@example.org", company="Café Noir" if name == "Paul" else ""))
        db.session.commit()
    page = browse(bergen, bergen.siri).get("/desk/people", query_string={"q": q}).text
    assert "wanted@example.org" in page
    assert "alice@kvartal" not in page


@pytest.mark.parametrize("q", ["%", "_", "\x00", "'", "x" * 5000, "\u202e", "🪑", "\\"])
def test_signs_of_the_database_are_just_signs(bergen: House, browse: As, q: str) -> None:
    answer = browse(bergen, bergen.siri).get("/desk/people", query_string={"q": q, "page": "-1", "role": q[:50]})
    assert answer.status_code == 200
    if q in "%_'\\":
        assert "Nobody found" in answer.text


def test_another_house_is_never_searched(bergen: House, nantes: House, browse: As) -> None:
    page = browse(nantes, nantes.siri).get("/desk/people").text
    assert "@kvartal.example" not in page


def test_members_see_no_list(bergen: House, browse: As) -> None:
    assert browse(bergen, bergen.alice).get("/desk/people").status_code == 403
    assert browse(bergen, bergen.alice).get("/desk/people.csv").status_code == 403


def test_a_name_never_becomes_a_formula(app: Flask, bergen: House, browse: As) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.add(Person(name='=HYPERLINK("http://x","y")', email="eve@example.org"))
        db.session.commit()
    answer = browse(bergen, bergen.siri).get("/desk/people.csv?q=eve")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[1][0] == '\'=HYPERLINK("http://x","y")'
    assert len(rows) == 2


def test_an_enquiry_is_marked_as_answered_once(app: Flask, bergen: House, browse: As) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        enquiry = Enquiry(name="Ola", email="ola@example.org", message="Er det ledig?", locale="nb")
        db.session.add(enquiry)
        db.session.commit()
        enquiry_id = enquiry.id
    siri = browse(bergen, bergen.siri)
    assert "Er det ledig?" in siri.get("/desk/enquiries").text
    for _time in range(2):
        assert siri.post(f"/desk/enquiries/{enquiry_id}/closing").status_code == 303
    assert "Er det ledig?" not in siri.get("/desk/enquiries").text
    assert "Er det ledig?" in siri.get("/desk/enquiries?closed=1").text
    assert browse(bergen, bergen.arne).get("/desk/enquiries").status_code == 403


def test_enquiries_come_a_page_at_a_time(app: Flask, bergen: House, browse: As) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.add_all(Enquiry(name=f"Nr {number}", email="ola@example.org", message="Hei", locale="nb") for number in range(30))
        db.session.commit()
    siri = browse(bergen, bergen.siri)
    first, second = siri.get("/desk/enquiries").text, siri.get("/desk/enquiries?page=2").text
    assert (first.count("<article"), second.count("<article")) == (25, 5)
    assert "page=2" in first
    assert siri.get(f"/desk/enquiries?page={2**63}").status_code == 200


def test_people_come_a_page_at_a_time_in_one_question(app: Flask, bergen: House, browse: As) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.add_all(Person(name=f"Kim {number:02d}", email=f"kim{number}@example.org", company="Nordlys") for number in range(30))
        db.session.commit()
    siri = browse(bergen, bergen.siri)
    with counting(app) as asked:
        first = siri.get("/desk/people?q=nordlys").text
    assert first.count("<bdi>Kim ") == 25
    assert siri.get("/desk/people?q=nordlys&page=2").text.count("<bdi>Kim ") == 5
    assert len(asked) <= 4
