"""The worker's part: batches that follow each other, one failure that holds up no other, and codes used once in a race."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from coworking.core import tenancy
from coworking.core.db import db
from coworking.memberships import jobs, promotions, renewing
from coworking.memberships.models import PlanKind, Promotion, Subscription
from coworking.memberships.subscribing import Refused
from coworking.people.models import Person
from tests.cast import House

from .conftest import Postman
from .helpers import START, a_plan, charged, on_plan

pytestmark = pytest.mark.usefixtures("december")


def test_every_subscription_is_renewed_batch_by_batch_and_a_broken_one_holds_up_no_other(
    app: Flask, bergen: House, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        lockers = [a_plan(f"locker{number}", 10000, 0, kind=PlanKind.ADD_ON) for number in range(jobs.A_BATCH * 2 + 1)]
        ids = [on_plan(bergen.alice, version).id for version in lockers]
        db.session.commit()
    real, broken = renewing.renew, ids[3]

    def renew(subscription: Subscription, *args: object) -> None:
        if subscription.id == broken:
            raise RuntimeError("a broken row")
        real(subscription, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(renewing, "renew", renew)
    with time_machine.travel("2027-01-01T08:00:00Z", tick=False):
        with app.app_context():
            jobs.daily()
            db.session.commit()
        postman.work()
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        periods = {row.id: row.period_start.isoformat() for row in db.session.scalars(sa.select(Subscription))}
    assert periods.pop(broken) == "2026-12-01"
    assert set(periods.values()) == {"2027-01-01"}


def test_a_letter_goes_out_once_before_a_year_renews(app: Flask, bergen: House, postman: Postman) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        on_plan(bergen.alice, a_plan("year", months=12))
        db.session.commit()
    postman.work()
    for day in ("2027-09-16", "2027-09-17", "2027-09-18"):
        with time_machine.travel(f"{day}T08:00:00Z", tick=False):
            with app.app_context():
                jobs.daily()
                db.session.commit()
            letters = postman.letters(bergen)
    assert len(letters) == 2, "the contract, and the letter"


@pytest.mark.repeated
def test_in_a_race_a_code_is_used_as_often_as_it_may_be(app: Flask, bergen: House) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.add(Promotion(code="THREE", percent=10, periods=1, currency="NOK", most_uses=3))
        versions = [a_plan(f"p{number}", 10000, 0, kind=PlanKind.ADD_ON).id for number in range(8)]
        db.session.commit()

    def order(version_id: object) -> int:
        from coworking.memberships.models import PlanVersion
        from coworking.memberships.subscribing import Wish, subscribe

        with app.app_context(), tenancy.acting_for(bergen.operator.id):
            try:
                person = db.session.get_one(Person, bergen.alice.id)
                row = subscribe(person, Wish(db.session.get_one(PlanVersion, version_id), START, code="THREE"), START)
                paid = sum(charged(row))
                db.session.commit()
            except Refused:
                db.session.rollback()
                return 0
            return paid

    with ThreadPoolExecutor(8) as pool:
        paid = list(pool.map(order, versions))
    assert sorted(paid) == [0] * 5 + [9000] * 3
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        assert db.session.scalars(sa.select(Promotion.used)).one() == 3
        with pytest.raises(promotions.CodeRefused):
            promotions.use_once(db.session.scalars(sa.select(Promotion)).one())


def test_a_letter_goes_out_before_a_code_ends_and_the_month_costs_more(app: Flask, bergen: House, postman: Postman) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        db.session.add(Promotion(code="HALF", percent=50, periods=1, currency="NOK"))
        on_plan(bergen.alice, a_plan(), code="HALF")
        on_plan(bergen.bob, a_plan("other"))
        db.session.commit()
    with time_machine.travel("2026-12-18T08:00:00Z", tick=False):
        with app.app_context():
            jobs.daily()
            db.session.commit()
        letters = postman.letters(bergen)
    told = [letter for letter in letters if "3\u00a0100\u00a0kr" in letter.text and letter.to == bergen.alice.email]
    assert len(letters) == 3, "two contracts, and one letter"
    assert told[-1] is letters[-1]
