"""The revenue page: for those who read papers, with the same numbers as a file."""

from tests.cast import House
from tests.conftest import As


def test_the_page_and_its_file_stand_open_to_who_reads_papers(bergen: House, browse: As) -> None:
    for person in (bergen.olga, bergen.mats, bergen.arne):
        client = browse(bergen, person)
        assert "Recurring each month" in client.get("/desk/revenue").text
        rows = client.get("/desk/revenue.csv").text.lstrip("\ufeff").splitlines()
        assert rows[0].startswith("month,members_at_start")
        assert len(rows) == 13


def test_nobody_else_sees_it(bergen: House, browse: As) -> None:
    for person in (bergen.siri, bergen.alice):
        assert browse(bergen, person).get("/desk/revenue").status_code == 403
