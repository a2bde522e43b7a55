"""A new version reaches nobody by itself: a letter first, and a yes where it costs more."""

from datetime import date

import pytest
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.memberships import notices, renewing
from coworking.memberships.models import Plan, Subscription, VersionNotice
from tests.cast import House
from tests.conftest import As

from .conftest import Postman
from .helpers import START, a_plan, a_version, charged, on_plan

pytestmark = pytest.mark.usefixtures("december")
FEBRUARY = date(2027, 2, 1)


def _with_next(inside: House, amount: int, hours: int = 10) -> tuple[Subscription, Plan]:
    version = a_plan()
    subscription = on_plan(inside.alice, version)
    version.plan.versions.append(a_version(2, amount, hours))
    db.session.flush()
    return subscription, version.plan


def _told(subscription: Subscription, plan: Plan) -> VersionNotice:
    notice = notices.tell_of(subscription, plan.current, FEBRUARY)
    assert notice is not None
    return notice


def test_without_a_letter_the_agreed_version_renews_for_ever(inside: House) -> None:
    subscription, _plan = _with_next(inside, 399000)
    renewing.bring_to(subscription, date(2027, 12, 1))
    assert set(charged(subscription)) == {310000}


def test_a_dearer_version_needs_a_yes(inside: House) -> None:
    subscription, plan = _with_next(inside, 399000)
    notice = _told(subscription, plan)
    assert notice.needs_consent and notices.waiting(subscription) is notice
    renewing.bring_to(subscription, FEBRUARY)
    assert charged(subscription)[-1] == 310000
    notices.answer(subscription, notice, True)
    renewing.bring_to(subscription, date(2027, 3, 1))
    assert charged(subscription)[-1] == 399000


def test_a_cheaper_one_counts_from_its_day_and_not_before(inside: House) -> None:
    subscription, plan = _with_next(inside, 290000)
    assert not _told(subscription, plan).needs_consent
    renewing.bring_to(subscription, date(2027, 3, 1))
    assert charged(subscription) == [310000, 310000, 290000, 290000]


def test_less_for_the_same_money_needs_a_yes_too(inside: House) -> None:
    subscription, plan = _with_next(inside, 310000, hours=8)
    assert _told(subscription, plan).needs_consent


def test_the_letter_comes_once_and_no_later_than_the_notice_that_is_owed(inside: House) -> None:
    subscription, plan = _with_next(inside, 399000)
    with pytest.raises(notices.TooSoon):
        notices.announce(plan.current, date(2026, 12, 20), START)
    _told(subscription, plan)
    assert notices.tell_of(subscription, plan.current, FEBRUARY) is None


def test_who_says_no_is_ended_only_by_the_operator_and_with_notice(inside: House) -> None:
    subscription, plan = _with_next(inside, 399000)
    notices.answer(subscription, _told(subscription, plan), False)
    assert notices.end_old_terms(notices.without_consent(plan.current), "No longer offered", START) == 1
    assert (subscription.ends_on, subscription.end_reason) == (date(2027, 1, 1), "operator")
    assert notices.without_consent(plan.current) == []


def test_the_desk_announces_and_the_member_answers(app: Flask, bergen: House, browse: As, postman: Postman) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        subscription, plan = _with_next(bergen, 399000)
        db.session.commit()
        plan_id, subscription_id = plan.id, subscription.id
    desk, member = browse(bergen, bergen.mats), browse(bergen, bergen.alice)
    where = f"/desk/plans/{plan_id}/announcement"
    assert desk.get(where).status_code == 200
    assert desk.post(where, data={"effective_on": "2026-12-05"}).status_code == 422
    assert desk.post(where, data={"effective_on": "2027-02-01"}).status_code == 303
    letters = [letter for letter in postman.letters(bergen) if letter.to == bergen.alice.email]
    assert len(letters) == 2
    page = member.get("/plan").text
    assert "This plan changes, if you agree" in page
    path = next(part for part in page.split('"') if part.startswith(f"/plan/{subscription_id}/notices/"))
    assert member.post(path, data={"answer": "maybe"}).status_code == 404
    assert member.post(path, data={"answer": "no"}).status_code == 303
    assert "if you agree" not in member.get("/plan").text
    assert "Alice" in desk.get(where).text
    assert desk.post(f"{where}/endings").status_code == 303
