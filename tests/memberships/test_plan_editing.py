"""Plans at the desk: made, changed by a new version, published, retired; and codes."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from coworking.core import clock, tenancy
from coworking.core.db import db
from coworking.memberships.models import Plan, PlanVersion, Promotion
from tests.cast import House
from tests.conftest import As
from tests.desk.work import assert_refused

PLAN = {
    "kind": "plan", "name_nb": "Fleks", "name_en": "Flex", "summary_en": "Come when you like", "includes_en": "Coffee\nA locker", "includes_nb": "Kaffe",
    "price": "3190", "tax_included": "y", "vat_class": "space", "months": "1", "notice_days": "30", "minimum_months": "0", "trial_days": "0",
    "seats": "1", "discount": "10", "valid_days": "365", "carry_over": "0", "meeting_hours": "4", "days": "20",
}  # fmt: skip
CODE = {"code": "spring-26", "plan_id": "", "percent": "20", "amount": "", "periods": "3", "most_uses": "50", "last_day": ""}


@pytest.fixture
def plans(app: Flask, bergen: House) -> Any:
    """The plans of Bergen as the database has them."""

    def read() -> list[Plan]:
        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            found = list(db.session.scalars(sa.select(Plan).order_by(Plan.position)))
            for plan in found:
                for version in plan.versions:
                    _ = version.allowances
            db.session.expunge_all()
            return found

    return read


def test_a_plan_is_made_and_sold_once_it_is_published(bergen: House, browse: As, plans: Any) -> None:
    mats = browse(bergen, bergen.mats)
    assert mats.get("/desk/plans/new").status_code == 200
    answer = mats.post("/desk/plans", data=PLAN)
    assert answer.status_code == 303
    [plan] = plans()
    version = plan.current
    assert (plan.slug, plan.published, version.number, version.amount, version.currency, version.discount) == ("flex", False, 1, 319000, "NOK", 1000)
    assert [(each.unit, each.quantity) for each in version.allowances] == [("minutes:meeting_room", 240), ("day", 20)]
    assert version.includes == [{"nb": "Kaffe", "en": "Coffee"}, {"en": "A locker"}]
    assert "Flex" not in browse(bergen).get("/plans").text
    mats.post(f"{answer.location}/publication", data={"published": "yes"})
    page = browse(bergen).get("/plans").text
    assert "Flex" in page
    assert "4 h in meeting rooms each month" in page
    mats.post(f"{answer.location}/publication", data={"published": "no"})
    assert "Flex" not in browse(bergen).get("/plans").text


def test_a_change_makes_the_next_version_and_leaves_the_first_alone(bergen: House, browse: As, plans: Any) -> None:
    mats = browse(bergen, bergen.mats)
    page = mats.post("/desk/plans", data=PLAN).location
    mats.post(page, data=PLAN)
    assert [version.number for version in plans()[0].versions] == [1], "nothing was changed, so nothing is new"
    mats.post(page, data={**PLAN, "price": "3490", "meeting_hours": "6"})
    first, second = plans()[0].versions
    assert [(first.amount, first.allowances[0].quantity), (second.amount, second.allowances[0].quantity)] == [(319000, 240), (349000, 360)]


def test_one_form_sent_twice_makes_one_plan(bergen: House, browse: As, plans: Any) -> None:
    mats = browse(bergen, bergen.mats)
    for _again in range(2):
        assert mats.post("/desk/plans", data={**PLAN, "form_key": "once"}).status_code == 303
    [plan] = plans()
    assert len(plan.versions) == 1


def test_a_pass_is_bought_once_and_has_no_notice(bergen: House, browse: As, plans: Any) -> None:
    browse(bergen, bergen.mats).post("/desk/plans", data={**PLAN, "kind": "pass", "days": "5", "meeting_hours": ""})
    version = plans()[0].current
    assert (version.months, version.notice_days, version.valid_days) == (0, 0, 365)


@pytest.mark.proves("W2G-2")
def test_a_retired_plan_is_sold_no_more(bergen: House, browse: As, plans: Any) -> None:
    mats = browse(bergen, bergen.mats)
    page = mats.post("/desk/plans", data=PLAN).location
    mats.post(f"{page}/publication", data={"published": "yes"})
    mats.post(f"{page}/retirement")
    assert "Flex" not in browse(bergen).get("/plans").text
    mats.post(f"{page}/publication", data={"published": "yes"})
    assert not plans()[0].published
    assert len(plans()) == 1


REFUSED = [
    ("name_nb", ""), ("name_nb", "x" * 81), ("price", ""), ("price", "-1"), ("price", "NaN"), ("price", "9" * 30), ("price", "1,555"),
    ("months", "0"), ("months", "x"), ("vat_class", "none"), ("kind", "gift"), ("kind", ""), ("location_id", "00000000-0000-7000-8000-000000000000"),
    ("notice_days", "-1"), ("notice_days", "9" * 20), ("minimum_months", ""), ("trial_days", "x"), ("seats", "0"), ("discount", "101"),
    ("meeting_hours", "0"), ("days", "-2"), ("valid_days", "\x00"), ("includes_en", "x" * 121), ("includes_en", "x\n" * 13), ("summary_en", "x" * 201),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), REFUSED)
def test_what_can_t_be_is_said_at_its_field_and_nothing_is_kept(bergen: House, browse: As, plans: Any, field: str, value: str) -> None:
    answer = browse(bergen, bergen.mats).post("/desk/plans", data={**PLAN, field: value})
    assert_refused(answer, field, value)
    assert "Come when you like" in answer.text or field == "summary_en"
    assert plans() == []


def test_only_who_may_edit_plans_sees_them(bergen: House, browse: As) -> None:
    for person in (bergen.siri, bergen.arne, bergen.alice):
        assert browse(bergen, person).get("/desk/plans").status_code == 403
        assert browse(bergen, person).post("/desk/plans", data=PLAN).status_code == 403


def test_another_house_s_plan_is_not_found(bergen: House, nantes: House, browse: As) -> None:
    page = browse(bergen, bergen.mats).post("/desk/plans", data=PLAN).location
    outsider = browse(nantes, nantes.mats)
    assert outsider.get(page).status_code == outsider.post(page, data=PLAN).status_code == outsider.post(f"{page}/retirement").status_code == 404


def test_a_code_is_kept_and_ended(app: Flask, bergen: House, browse: As) -> None:
    mats = browse(bergen, bergen.mats)
    assert mats.post("/desk/promotions", data=CODE).status_code == 303
    assert_refused(mats.post("/desk/promotions", data=CODE), "code")
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        kept = db.session.scalars(sa.select(Promotion)).one()
        assert (kept.code, kept.percent, kept.periods, kept.most_uses) == ("SPRING-26", 20, 3, 50)
        page = f"/desk/promotions/{kept.id}/end"
    assert mats.post(page).status_code == 303
    assert "Ended" in mats.get("/desk/promotions").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", ""), ("code", "ab"), ("code", "a b c"), ("code", "x" * 31), ("percent", "101"), ("percent", ""), ("amount", "50"), ("amount", "-5"),
     ("periods", ""), ("most_uses", "-1"), ("last_day", "soon"), ("last_day", (clock.now() - timedelta(days=3)).date().isoformat()), ("plan_id", "x")],
)  # fmt: skip
def test_a_code_that_can_t_be_is_refused(bergen: House, browse: As, field: str, value: str) -> None:
    answer = browse(bergen, bergen.mats).post("/desk/promotions", data={**CODE, field: value})
    assert answer.status_code == 422
    assert "Error:" in answer.text.split("</title>")[0]


def test_a_version_can_t_be_changed_into_another_by_number(inside: House) -> None:
    plan = Plan(slug="flex", position=0)
    db.session.add(plan)
    db.session.flush()
    for number in (1, 1):
        db.session.add(PlanVersion(plan_id=plan.id, number=number, amount=1, currency="NOK"))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
