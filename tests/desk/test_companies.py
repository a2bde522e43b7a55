"""Companies at the desk: set up for somebody, found, and filled with people who have accounts."""

import pytest

from tests.cast import House
from tests.conftest import As


def _made(bergen: House, browse: As) -> str:
    answer = browse(bergen, bergen.siri).post("/desk/companies", data={"name": "Nordlys AS", "email": "Alice@kvartal.example"})
    assert answer.status_code == 303
    return str(answer.location)


def test_the_desk_sets_a_company_up_for_its_admin(bergen: House, browse: As) -> None:
    page = _made(bergen, browse)
    siri = browse(bergen, bergen.siri)
    assert "Nordlys AS" in siri.get("/desk/companies?q=nordlys").text
    assert siri.post(f"{page}/people", data={"email": "bob@kvartal.example"}).status_code == 303
    assert "bob@kvartal.example" in siri.get(page).text
    assert "Nordlys AS" in browse(bergen, bergen.alice).get("/company").text


@pytest.mark.parametrize(
    ("name", "email"), [("", "alice@kvartal.example"), ("x" * 121, "alice@kvartal.example"), ("Nordlys", "x"), ("Nordlys", "nobody@example.org")]
)
def test_what_can_t_be_is_said_at_its_field(bergen: House, browse: As, name: str, email: str) -> None:
    answer = browse(bergen, bergen.siri).post("/desk/companies", data={"name": name, "email": email})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_somebody_of_a_company_gets_no_second_one(bergen: House, browse: As) -> None:
    _made(bergen, browse)
    assert browse(bergen, bergen.siri).post("/desk/companies", data={"name": "Other", "email": "alice@kvartal.example"}).status_code == 422


def test_others_neither_see_nor_change_it(bergen: House, nantes: House, browse: As) -> None:
    page = _made(bergen, browse)
    assert browse(nantes, nantes.siri).get(page).status_code == 404
    assert browse(nantes, nantes.siri).post(f"{page}/people", data={"email": "bob@rotonde.example"}).status_code == 404
    assert browse(bergen, bergen.alice).get(page).status_code == 403
    assert browse(bergen, bergen.arne).post(f"{page}/people", data={"email": "bob@kvartal.example"}).status_code == 403
