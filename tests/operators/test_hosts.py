"""Which operator a request is for is told by its host alone; names that are no host names are never kept."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from coworking.core import tenancy
from coworking.core.db import db
from coworking.operators import host_names
from coworking.operators.models import Operator, OperatorHost
from coworking.people.models import Person
from tests.cast import Cast, House
from tests.conftest import As


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("book.kvartal.no", "book.kvartal.no"), (" Book.KVARTAL.no. ", "book.kvartal.no"), ("blåbær.no", "xn--blbr-roah.no"), ("a.co", "a.co"), ("xn--blbr-roah.no", "xn--blbr-roah.no")],
)  # fmt: skip
def test_a_name_is_kept_the_way_browsers_send_it(typed: str, kept: str) -> None:
    assert host_names.read(typed) == kept


@given(st.text(max_size=300) | st.text(alphabet="ab1.-:/@ []*", max_size=30))
def test_what_is_kept_is_a_whole_host_name(typed: str) -> None:
    try:
        name = host_names.read(typed)
    except host_names.NotAHostName:
        return
    assert name == name.lower()
    assert name.isascii()
    assert len(name) <= 253
    assert "." in name
    assert not set(name) & set(" :/@[]*_\x00")
    assert host_names.read(name) == name


def test_each_house_answers_on_its_names_and_nowhere_else(app: Flask, cast: Cast, browse: As) -> None:
    with app.app_context():
        db.session.add(OperatorHost(host="kvartal.example", operator_id=cast.bergen.operator.id))
        db.session.commit()
    client = browse(cast.bergen)
    for host, said in (
        ("kvartal.localhost", "Kvartal"),
        ("KVARTAL.localhost:8000", "Kvartal"),
        ("kvartal.example", "Kvartal"),
        ("rotonde.localhost", "La Rotonde"),
    ):
        page = client.get("/visit", base_url=f"http://{host}")
        assert page.status_code == 200, host
        assert f"{said} house" in page.text
    for host in ("www.kvartal.localhost", "kvartal.example.evil", "nobody.localhost", "kvartal", "rotonde.example"):
        assert client.get("/visit", base_url=f"http://{host}").status_code == 404, host
    assert client.get("/visit", base_url="http://localhost").status_code == 404, "a page of a house is none of the host's"


def test_one_operator_alone_answers_on_any_host(app: Flask, bergen: House, nantes: House, browse: As) -> None:
    with app.app_context(), tenancy.across_operators():
        lonely = Operator(
            slug="only", name="Only", legal_name="Only Ltd", street="Mill 1", postcode="M1", city="Leeds", country="GB", email="hi@only.example",
            default_locale="en", locales=["en"], zone="Europe/London", currency="GBP",
        )  # fmt: skip
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.add(lonely)
        db.session.commit()
    for host in ("localhost", "192.0.2.7", "anything.example", "only.localhost"):
        assert "Only" in browse(bergen).get("/visit", base_url=f"http://{host}").text


def test_a_cookie_of_one_house_opens_nothing_at_another(app: Flask, bergen: House, nantes: House, browse: As) -> None:
    client = browse(bergen, bergen.olga)
    with client.session_transaction(base_url=f"http://{bergen.host}") as here:
        token = here["_user_id"]
    with client.session_transaction(base_url=f"http://{nantes.host}") as there:
        there["_user_id"] = token
    assert client.get("/desk/settings", base_url=f"http://{nantes.host}").status_code == 303
    assert isinstance(bergen.olga, Person)
