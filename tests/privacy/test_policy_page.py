"""The policy page: it says what the register says, in three languages, to everybody, and needs nothing of the browser."""

import re
from collections import Counter
from typing import Any

import lxml.html
import pytest
import sqlalchemy as sa
from flask import Flask
from lxml.html import HtmlElement

from coworking.billing.models import BillingSettings, Gateway
from coworking.billing.settings import kept_settings
from coworking.core import clock, i18n, tenancy
from coworking.core.db import db
from coworking.core.texts import Texts
from coworking.operators.models import Operator
from coworking.privacy.models import AddOn, PolicyVersion
from coworking.privacy.policy import publishing, rendering
from coworking.privacy.policy.choices import Choices, drafted
from coworking.privacy.policy.facts import facts
from coworking.privacy.register import ENTRIES
from coworking.privacy.register.terms import Controller, Purpose, Subject
from tests.cast import House
from tests.marketing.test_queries import counting

MOST_BYTES = 100_000
FORBIDDEN = re.compile(
    r"by using|by continuing|other (legitimate )?(commercial )?purposes|from time to time|may share|third parties we trust|such as but not limited|"
    r"en utilisant|en continuant|autres finalités|de temps à autre|partenaires de confiance|"
    r"ved å bruke|ved å fortsette|andre formål|fra tid til annen|pålitelige partnere|lorem|todo|xxx|\[[a-z ]+\]",
    re.IGNORECASE,
)
"""What takes a consent that nobody gave, or a purpose that nobody named."""


def stated(house: House, choices: Choices | None = None) -> dict[str, Any]:
    """What the policy of the house in force states today."""
    operator = db.session.get_one(Operator, house.operator.id)
    return facts(operator, clock.today(operator.zone), choices or drafted())


def drawn(data: dict[str, Any], code: str = "en", reader: str = "") -> HtmlElement:
    """The page, read."""
    return lxml.html.fromstring(f"<main>{rendering.shown(rendering.page(data, code), reader)}</main>")


def values(cell: HtmlElement) -> list[str]:
    """The numbers that a part of the page says, as machines read them."""
    return [element.get("value", "") for element in cell.iter("data")]


def first_numbers(cell: HtmlElement) -> list[int]:
    """The numbers that people read there."""
    return [int(re.sub(r"\D", "", element.text_content())) for element in cell.iter("data")]


def ids(page: HtmlElement, beginning: str) -> list[str]:
    """What is listed under a beginning, in order."""
    return [name.removeprefix(beginning) for name in page.xpath("//@id") if str(name).startswith(beginning)]


@pytest.fixture
def everything_on(inside: House) -> House:
    """A house that takes cards, asks the register of VAT numbers, and has something of somebody else's on its pages."""
    operator = db.session.get_one(Operator, inside.operator.id)
    kept_settings(operator).check_vies = True
    add_on = AddOn(
        name="Map", provider="Kart AS", country="US", transfer="scc", purpose=Texts(en="shows the way", fr="montre le chemin", nb="viser veien"),
        policy_url="https://kart.example/privacy", kind="frame", source="https://kart.example/embed",
    )  # fmt: skip
    db.session.add_all([Gateway(enabled=True), add_on])
    db.session.flush()
    return inside


@pytest.mark.proves("CWL-1", "CWL-36", "W2G-39")
@pytest.mark.parametrize("code", i18n.CODES)
def test_every_kind_of_data_purpose_and_recipient_stands_there_once_and_nothing_else_does(everything_on: House, code: str) -> None:
    data = stated(everything_on)
    page = drawn(data, code)
    keys = [key for key, entry in ENTRIES.items() if entry.controller is Controller.OPERATOR]
    assert sorted(page.xpath("//tbody/tr[contains(@id, '.')]/@id")) == sorted(keys)
    used = {use["purpose"] for entry in data["entries"] for use in entry["uses"]}
    assert sorted(ids(page, "purpose-")) == sorted(used)
    assert used <= {purpose.value for purpose in Purpose}
    assert ids(page, "recipient-") == [row["key"] for row in data["recipients"]]
    assert {"stripe", "vies"} <= set(ids(page, "recipient-"))
    assert sorted(ids(page, "source-")) == sorted({source for entry in data["entries"] for source in entry["source"]})
    assert ids(page, "cookie-") == [row["name"] for row in data["cookies"]]
    assert [name for name, count in Counter(page.xpath("//@id")).items() if count > 1] == []


@pytest.mark.proves("CWL-1", "W2G-34")
@pytest.mark.parametrize("code", i18n.CODES)
def test_the_numbers_on_the_page_are_those_of_the_facts(everything_on: House, code: str) -> None:
    data = stated(everything_on)
    page = drawn(data, code)
    for entry in data["entries"]:
        cell = page.get_element_by_id(entry["key"]).xpath("./td[last()]")[0]
        time = entry["retention"]
        if "law" in time:
            assert values(cell) == [f"P{data['laws'][time['law']]['months']}M"]
            assert first_numbers(cell) in ([data["laws"][time["law"]]["months"]], [data["laws"][time["law"]]["months"] // 12])
        elif time["days"] or time["clock"] != "account_end":
            assert values(cell) == [f"P{time['days']}D"] or (time["days"] == 0 and values(cell) == [])
            assert first_numbers(cell) in ([time["days"]], [time["days"] // 365], [])
    for row in data["recipients"]:
        assert row["country"] in values(page.get_element_by_id(f"recipient-{row['key']}"))
    rights = page.get_element_by_id("rights").getparent()
    assert values(rights) == [f"P{data['rules']['answer_months']}M", f"P{data['rules']['extension_months']}M"]
    assert values(page.get_element_by_id("changes").getparent()) == ["P30D"]
    assert "72" in page.get_element_by_id("security").getparent().text_content()


@pytest.mark.proves("W2G-1", "CLW-1", "WSS-22", "CLW-24")
@pytest.mark.parametrize("code", i18n.CODES)
def test_who_answers_who_watches_and_on_what_basis_stand_there(everything_on: House, code: str) -> None:
    data = stated(everything_on)
    page = drawn(data, code)
    words = " ".join(page.text_content().split())
    for part in (
        data["controller"]["legal_name"],
        *data["controller"]["address"],
        data["controller"]["email"],
        data["authority"]["name"],
        *data["authority"]["address"],
    ):
        assert part in words
    assert page.xpath(f"//a[@href='{data['authority']['complaint_url']}']")
    assert sorted(ids(page, "basis-")) == sorted({use["basis"] for entry in data["entries"] for use in entry["uses"]})
    for note in data["balancing"].values():
        assert " ".join((note[code] or note["en"]).split()) in words
    assert all("balancing" in use for entry in data["entries"] for use in entry["uses"] if use["basis"] == "interest")


@pytest.mark.proves("WPX-79", "WSS-6")
def test_the_three_languages_have_the_same_sections_and_no_heading_twice(inside: House) -> None:
    data = stated(inside)
    pages = {code: drawn(data, code) for code in i18n.CODES}
    assert {tuple(page.xpath("//@id")) for page in pages.values()} == {tuple(pages["en"].xpath("//@id"))}
    assert pages["en"].xpath("//h2/@id") == list(rendering.SECTIONS)
    for page in pages.values():
        headings = [heading.text_content() for heading in page.xpath("//h2 | //h3")]
        assert len(headings) == len(set(headings))
        targets = {link.removeprefix("#") for link in page.xpath("//a/@href") if link.startswith("#")}
        assert targets <= set(page.xpath("//@id"))


@pytest.mark.proves("W2G-5", "CWL-36", "CLW-68")
@pytest.mark.parametrize("code", i18n.CODES)
def test_nothing_is_taken_for_consent_and_no_purpose_is_left_open(everything_on: House, code: str) -> None:
    assert FORBIDDEN.findall(rendering.plain(rendering.page(stated(everything_on), code))) == []


@pytest.mark.proves("WSS-7")
def test_each_reader_sees_the_rows_about_them_and_together_they_see_all(inside: House) -> None:
    data = stated(inside)
    seen = {subject.value: drawn(data, "en", subject.value).xpath("//tbody/tr[contains(@id, '.')]/@id") for subject in Subject}
    for reader, rows in seen.items():
        assert sorted(rows) == sorted(entry["key"] for entry in data["entries"] if reader in entry["subjects"])
    assert set().union(*seen.values()) == {entry["key"] for entry in data["entries"]}
    whole, narrow = drawn(data), drawn(data, "en", "guest")
    assert narrow.xpath("//h2/@id") == whole.xpath("//h2/@id")
    assert "guest.email" in seen["guest"]
    assert "invoice.record" not in seen["guest"]


@pytest.mark.proves("CWL-1", "WPX-71")
def test_only_recipients_in_use_are_named(inside: House) -> None:
    before = {row["key"] for row in stated(inside)["recipients"]}
    assert before == {"storage"}
    db.session.add(Gateway(enabled=True))
    db.session.flush()
    after = stated(inside)
    assert {row["key"] for row in after["recipients"]} == {"storage", "stripe"}
    assert any("stripe" in entry["recipients"] for entry in after["entries"])
    assert not any("vies" in entry["recipients"] for entry in after["entries"])


@pytest.mark.proves("WSS-6")
def test_what_the_operator_adds_stands_beside_the_register_and_takes_nothing_away(inside: House) -> None:
    words = "# More\n\nWe **like** [plants](https://plants.example).\n\n<script>alert(1)</script> <table><tr id='person.email'></tr></table> [x](javascript:alert(1))"
    plain, added = drawn(stated(inside, Choices())), drawn(stated(inside, Choices(supplement={"en": words})))
    part = added.get_element_by_id("from-us")
    assert part.xpath("./h3/text()") == ["More"]
    assert part.xpath(".//a[starts-with(@href, 'https')]/@rel") == ["noopener noreferrer"]
    assert not added.xpath("//script | //a[starts-with(@href, 'javascript')]")
    part.drop_tree()
    assert lxml.html.tostring(added) == lxml.html.tostring(plain)


@pytest.mark.proves("CLW-72", "WSS-1", "CLW-69")
@pytest.mark.parametrize("code", i18n.CODES)
def test_the_page_needs_no_script_no_cookie_and_few_questions(app: Flask, browse, bergen: House, code: str) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        operator = db.session.get_one(Operator, bergen.operator.id)
        version = publishing.publish_first(operator)
        assert version is not None
        db.session.commit()
        with i18n.speaking(code):
            day = i18n.short_date(version.effective_on)
    client = browse(bergen, language=code)
    first = client.get("/privacy")
    assert first.status_code == 200
    assert "Set-Cookie" not in first.headers
    assert len(first.data) < MOST_BYTES
    page = lxml.html.fromstring(first.text)
    main = page.get_element_by_id("main")
    assert not main.xpath(".//script | .//form | .//iframe | .//img | .//*[@hidden]")
    assert day in main.get_element_by_id("version").text_content()
    assert {link.get("rel") for link in page.xpath("//head/link")} >= {"version-history", "alternate"}
    with counting(app) as asked:
        again = client.get("/privacy?i=member")
    assert again.status_code == 200
    assert len(asked) <= 1


@pytest.mark.proves("W2G-4")
@pytest.mark.parametrize("code", ["en", "fr", "nb"])
def test_every_page_that_the_policy_names_is_there(app: Flask, browse, bergen: House, code: str) -> None:
    client = browse(bergen, language=code)
    page = lxml.html.fromstring(client.get("/privacy").text).get_element_by_id("main")
    named = {link.partition("#")[0] for link in page.xpath(".//a/@href") if link.startswith("/")}
    assert {"/privacy/mine", "/privacy/ask", "/privacy/versions", "/privacy/not-done"} <= named
    for link in named:
        answer = client.get(link)
        assert answer.status_code in {200, 303}, link
        if answer.mimetype == "text/html" and answer.status_code == 200:
            assert f'<html lang="{code}"' in answer.text, link


def test_reading_writes_nothing_even_before_there_is_a_version(app: Flask, browse, bergen: House) -> None:
    client = browse(bergen)
    for path in ("/privacy", "/privacy?i=guest&lang=fr", "/privacy?i=nobody&lang=tlh", "/privacy/versions", "/privacy/changes.atom"):
        assert client.get(path).status_code == 200
    assert client.get("/privacy/versions/1").status_code == 404
    with app.app_context(), tenancy.across_operators():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(PolicyVersion)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(BillingSettings)) == 0
