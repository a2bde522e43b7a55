"""Every column says whether it is about a person, and nobody's data lives outside an operator by mistake."""

import re

import pytest
import sqlalchemy as sa

from coworking.schema import metadata

COLUMNS = [column for table in metadata.sorted_tables for column in table.columns]
ABOUT_A_PERSON = re.compile(r"(^|_)(email|e_mail|phone|person_id|by_id|ip|browser|birthday|photo_file)$")
OF_A_BUSINESS = {"operator.email", "operator.phone"}
ACROSS_OPERATORS = {"outbox_mail", "outbox_attachment"}
"""Mail of the host itself has no operator; what it holds is removed with the mail."""


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_column_has_one_label_that_says_something(column: sa.Column[object]) -> None:
    personal, other = column.info.get("personal"), column.info.get("not_personal")
    assert (personal is None) != (other is None)
    if personal is not None:
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", personal), "a key of the register, such as person.email"
    else:
        assert len(str(other)) > 5


def test_what_names_a_person_is_labelled_as_personal() -> None:
    named = [column for column in COLUMNS if ABOUT_A_PERSON.search(column.name) and str(column) not in OF_A_BUSINESS]
    assert named, "the pattern still finds some"
    assert [str(column) for column in named if "personal" not in column.info] == []


def test_personal_data_belongs_to_an_operator() -> None:
    outside = {column.table.name for column in COLUMNS if "personal" in column.info and "operator_id" not in column.table.columns}
    assert outside <= ACROSS_OPERATORS
