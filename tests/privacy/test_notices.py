"""Beside every form that collects personal data stands what for, on what basis, and for how long."""

import re

import pytest
from flask import Flask

from coworking.core.db import Base
from coworking.privacy.beside_forms import FORMS, line
from coworking.privacy.register import ENTRIES
from tests.cast import House
from tests.conftest import As

PAGES = {
    "join": ("/join", False),
    "link": ("/sign-in/link", False),
    "contact": ("/contact", False),
    "report": ("/privacy/report", False),
    "leave": ("/leave", False),
    "profile": ("/profile", True),
    "new_address": ("/security", True),
    "billing": ("/billing/details", True),
    "company": ("/company", True),
    "booking": ("/rooms/fjord/book", True),
}
NAMED = re.compile(r'<(?:input|select|textarea)\b[^>]*\bname="([a-z_]+)"')
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
NOTICE = re.compile(r'data-notice="(\w+)"')
SEEN_ALREADY = {"/sign-in": {"email", "keep"}, "/security": {"email_password"}}
"""Where nothing new is kept: who signs in gave the address before."""
GOES_NOWHERE = {"csrf_token", "form_key", "next", "page", "room", "seen", "price", "website", "adult", "current", "password"}
"""Tokens, traps for robots, what was seen before, where one comes from, and proofs of who types."""


def personal_names() -> set[str]:
    return {column.name for table in Base.metadata.sorted_tables for column in table.columns if "personal" in column.info} | {"guests", "message"}


@pytest.mark.proves("W2G-39")
@pytest.mark.parametrize("form", PAGES)
def test_a_form_says_what_for_and_for_how_long(browse: As, bergen: House, form: str) -> None:
    path, signed_in = PAGES[form]
    shown = browse(bergen, bergen.alice if signed_in else None).get(path)
    assert shown.status_code == 200
    mine = [each for each in FORM.findall(shown.text) if f'data-notice="{form}"' in each]
    assert len(mine) == 1
    assert "We use this" in mine[0] and "ept " in mine[0] and 'href="/privacy"' in mine[0]
    assert {name for name in NAMED.findall(mine[0]) if name not in GOES_NOWHERE} <= set(FORMS[form])


@pytest.mark.proves("W2G-39")
@pytest.mark.parametrize("signed_in", [False, True])
def test_no_page_asks_for_something_personal_in_silence(app: Flask, browse: As, bergen: House, signed_in: bool) -> None:
    client, asked = browse(bergen, bergen.alice if signed_in else None), 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments or rule.rule.startswith(("/desk", "/demo")):
            continue
        shown = client.get(rule.rule)
        if shown.status_code != 200 or "html" not in shown.content_type:
            continue
        told = {name for form in NOTICE.findall(shown.text) for name in FORMS[form]}
        names = {name for each in FORM.findall(shown.text) if 'method="post"' in each for name in NAMED.findall(each)} & personal_names()
        asked += len(names)
        assert names - GOES_NOWHERE <= told | SEEN_ALREADY.get(rule.rule, set()), rule.rule
    assert asked > 10


def test_each_field_goes_to_an_entry() -> None:
    assert {key for fields in FORMS.values() for key in fields.values()} <= set(ENTRIES)


def test_the_line_tells_the_times_of_the_register(inside: House) -> None:
    said = str(line("contact", inside.operator))
    assert "to answer you" in said and "our legitimate interest" in said and 'value="P1095D"' in said


def test_a_law_is_named_by_its_time(inside: House) -> None:
    assert "5 years" in str(line("order", inside.operator))
