"""Every mail about plans holds its facts, in each language of the house."""

from datetime import date

import pytest
from flask import Flask

from coworking.billing.accounts import account_of
from coworking.core import tenancy
from coworking.core.db import db
from coworking.core.money import Money
from coworking.memberships import changing, ending, orders, overrides, pausing, renewing, withdrawal
from coworking.memberships.models import PlanKind, Subscription
from coworking.memberships.subscribing import Wish
from coworking.people.models import Person
from tests.cast import House

from .conftest import Postman
from .helpers import START, a_plan, on_plan

pytestmark = pytest.mark.usefixtures("december")
SUBJECTS = {
    "en": ["Your plan: Trial", "Your trial of Trial ends on", "is paused from", "goes on from", "Your plan from", "ends:", "Desk goes on", "has ended", "Kvartal ends", "not paid", "You have withdrawn", "Your order: Day", "We have your payment", "renews on"],
}  # fmt: skip


def _live(house: House) -> None:
    people = [db.session.get_one(Person, each.id) for each in (house.alice, house.bob, house.siri, house.mats, house.arne, house.olga)]
    alice, bob, siri, mats, arne, olga = people
    desk, office = a_plan(), a_plan("office", 620000, 20)
    renewing.bring_to(on_plan(alice, a_plan("trial", trial_days=14)), date(2026, 12, 12))
    plan = on_plan(bob, desk)
    row = pausing.pause(plan, date(2026, 12, 10), date(2026, 12, 24), START)
    pausing.resume(plan, row, date(2026, 12, 9), START)
    changing.change_now(plan, office, 1, date(2026, 12, 2))
    ending.leave(on_plan(siri, desk), START)
    ending.stay(db.session.query(Subscription).filter_by(person_id=siri.id).one(), START)
    ending.end_by_operator(on_plan(mats, desk), date(2026, 12, 3), "We close", START)
    ending.end_unpaid(on_plan(arne, desk).account, date(2026, 12, 2))
    withdrawal.withdraw(on_plan(olga, desk, begin_at_once=True), date(2026, 12, 2))
    yearly = on_plan(olga, a_plan("year", months=12))
    overrides.agree(yearly, Money(100, "NOK"), "A friend", START, None)
    renewing.bring_to(yearly, date(2027, 9, 20))
    for number in range(2):
        day = a_plan(f"day{number}", 35000, kind=PlanKind.PASS, months=0, valid_days=30) if not number else desk
        account = account_of(bob)
        basket = orders.fill(Wish(day, START), account, None, START)
        orders.accept(orders.place(bob, account, basket, f"order{number}"))


@pytest.mark.parametrize("language", ["en", "nb", "fr"])
def test_each_is_written_whole(app: Flask, bergen: House, postman: Postman, language: str) -> None:
    with app.app_context(), tenancy.acting_for(bergen.operator.id):
        for person in db.session.query(Person):
            person.locale = language
        _live(bergen)
        db.session.commit()
    letters = postman.letters(bergen)
    for letter in letters:
        for text in (letter.subject, letter.text, letter.html):
            assert "%(" not in text and "None" not in text and "Undefined" not in text, letter.subject
        assert letter.text.count("\n") > 4
    subjects = "\n".join(letter.subject for letter in letters)
    assert [wanted for wanted in SUBJECTS.get(language, []) if wanted not in subjects] == []
