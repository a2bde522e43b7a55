"""The policy at the desk: who may publish, what is refused, and what staff see before they do."""

from datetime import timedelta

import pytest
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.operators.models import Operator
from coworking.privacy.models import PolicyVersion
from coworking.privacy.policy import publishing, versions
from coworking.privacy.policy.choices import bounds, families
from tests.cast import MONDAY, House

PAGE, DRAFT, PUBLISH = "/desk/privacy/policy", "/desk/privacy/policy/draft", "/desk/privacy/policy/versions"
TODAY = MONDAY.date()


@pytest.fixture
def house(app: Flask, bergen: House, eight_on_monday: None) -> House:
    """The Bergen house with its first version in force."""
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        operator = db.session.get_one(Operator, bergen.operator.id)
        operator.org_number, operator.vat_number = "974 760 673", "NO974760673MVA"
        publishing.publish_first(operator)
        db.session.commit()
    return bergen


def latest(app: Flask, house: House) -> PolicyVersion:
    """The newest version."""
    with app.app_context(), tenancy.acting_for(house.operator.id):
        return versions.all_of(house.operator.id)[0]


def answers(**typed: str) -> dict[str, str]:
    """The form of the draft with the register's own days, and what was typed."""
    return {f"days_{family}": str(bounds(family).days) for family in families()} | typed


def test_only_managers_and_the_owner_come_in(house: House, browse) -> None:
    for person in (house.siri, house.arne, house.alice):
        client = browse(house, person)
        assert client.get(PAGE).status_code == 403
        assert client.post(DRAFT, data=answers()).status_code == 403
        assert client.post(PUBLISH, data={}).status_code == 403
        assert client.post(f"{PUBLISH}/1/withdrawal").status_code == 403
    for person in (house.mats, house.olga):
        assert browse(house, person).get(PAGE).status_code == 200


@pytest.mark.proves("CLW-67", "WPX-64")
def test_a_draft_shows_what_it_would_change_and_is_published_with_30_days(app: Flask, house: House, browse) -> None:
    olga = browse(house, house.olga)
    saved = olga.post(DRAFT, data=answers(days_booking="730", supplement_en="We like **plants**."), follow_redirects=True)
    assert 'kept <data value="P730D">2 years</data>' in saved.text
    assert "takes something away" in saved.text
    assert latest(app, house).number == 1
    assert "plants" not in browse(house).get("/privacy").text
    refused = olga.post(PUBLISH, data={"effective_on": (TODAY + timedelta(days=29)).isoformat()})
    assert refused.status_code == 422
    assert (TODAY + timedelta(days=29)).isoformat() in refused.text
    assert latest(app, house).number == 1
    done = olga.post(PUBLISH, data={"effective_on": (TODAY + timedelta(days=30)).isoformat()}, follow_redirects=True)
    assert "Version 2 counts from" in done.text
    assert "it is what you have announced" in done.text
    version = latest(app, house)
    assert (version.number, version.material, version.published_by_id) == (2, True, house.olga.id)
    page = browse(house).get("/privacy").text
    assert "Read the coming version" in page
    assert "plants" not in page
    assert "<strong>plants</strong>" in browse(house).get("/privacy/versions/2").text


def test_days_outside_the_bounds_are_refused_and_stay_typed(app: Flask, house: House, browse) -> None:
    olga = browse(house, house.olga)
    for typed in ("731", "29", "-1", "many", ""):
        refused = olga.post(DRAFT, data=answers(days_booking=typed, supplement_en="Keep me"))
        assert refused.status_code == 422
        assert "Keep me" in refused.text
    for typed in ("soon", "9999-12-31", "0001-01-01", TODAY.isoformat()):
        olga.post(DRAFT, data=answers(days_booking="90"))
        assert olga.post(PUBLISH, data={"effective_on": typed}).status_code == 422
    for path in ("/privacy/versions/99999999999999999999999", "/privacy/versions/0", "/privacy/versions/-1", "/privacy/versions/1000000.json"):
        assert olga.get(path).status_code == 404
    assert latest(app, house).number == 1


def test_publishing_nothing_new_says_so(app: Flask, house: House, browse) -> None:
    answer = browse(house, house.olga).post(PUBLISH, data={}, follow_redirects=True)
    assert "it says what is published already" in answer.text
    assert latest(app, house).number == 1


def test_two_at_one_draft_do_not_undo_each_other(house: House, browse) -> None:
    olga, mats = browse(house, house.olga), browse(house, house.mats)
    seen = olga.get(PAGE).text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    assert mats.post(DRAFT, data=answers(days_booking="90")).status_code == 303
    late = olga.post(DRAFT, data=answers(days_booking="400", seen=seen))
    assert late.status_code == 409
    assert "400" in late.text


def test_an_announced_version_is_given_up_at_the_desk(app: Flask, house: House, browse) -> None:
    olga = browse(house, house.olga)
    olga.post(DRAFT, data=answers(days_booking="730"))
    olga.post(PUBLISH, data={})
    assert "is given up" in olga.post(f"{PUBLISH}/2/withdrawal", follow_redirects=True).text
    assert latest(app, house).withdrawn_at is not None
    assert "counts already, or was given up before" in olga.post(f"{PUBLISH}/1/withdrawal", follow_redirects=True).text
    assert olga.post(f"{PUBLISH}/9/withdrawal").status_code == 404
    assert "Given up" in browse(house).get("/privacy/versions").text


def test_one_house_never_sees_or_touches_the_versions_of_another(house: House, nantes: House, browse) -> None:
    assert browse(nantes).get("/privacy/versions/1").status_code == 404
    assert browse(nantes, nantes.olga).post(f"{PUBLISH}/1/withdrawal").status_code == 404


@pytest.mark.proves("W2G-1")
def test_nothing_is_published_by_somebody_without_a_number(app: Flask, house: House, browse) -> None:
    with app.app_context(), tenancy.acting_for(house.operator.id):
        db.session.get_one(Operator, house.operator.id).org_number = ""
        db.session.commit()
    olga = browse(house, house.olga)
    olga.post(DRAFT, data=answers(days_booking="730"))
    refused = olga.post(PUBLISH, data={})
    assert refused.status_code == 422 and "First complete the imprint" in refused.text and "Organisation number" in refused.text
    assert latest(app, house).number == 1
